"""Names of schemas in the API's document: two rooms may both have a ``State`` without one hiding the other.

ninja joins the definitions of all operations by their short names; the last of two equal names would win.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ninja.openapi import schema as openapi
from ninja.schema import NinjaGenerateJsonSchema
from pydantic.json_schema import CoreModeRef, DefsRef

_owner: dict[str, str] = {}
_count: defaultdict[str, int] = defaultdict(int)


class OwnNames(NinjaGenerateJsonSchema):
    """Gives a short name to the first class that has it, and a numbered one to each later class."""

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        """Return pydantic's reference, with the short choice replaced where another class owns that name."""
        reference = super().get_defs_ref(core_mode_ref)
        choices: list[DefsRef] = self._prioritized_defsref_choices[reference]
        wanted, source = str(choices[0]), str(core_mode_ref[0])
        if _owner.setdefault(wanted, source) != source:
            own = next((name for name, known in _owner.items() if known == source), "")
            if not own:
                _count[wanted] += 1
                own = f"{wanted}{_count[wanted] + 1}"
                _owner[own] = source
            choices[0] = DefsRef(own)
        return reference


def install() -> None:
    """Let ninja's document use these names; called once, where the API is made."""
    generator: Any = OwnNames
    openapi.NinjaGenerateJsonSchema = generator  # type: ignore[attr-defined] # the one place where ninja looks it up
