"""The exceptions of this engine, in Thai and English.

``SigmaError``           something given to the engine cannot be used at all
└── ``SourceError``      … a file, folder or archive that was named: says which

A rule that cannot be used is no exception: it is judged ``refused`` or ``degraded`` (``rules.model``).
"""

from __future__ import annotations

from typing import Any

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text


class SigmaError(InvalidInputError):
    """Something given to the engine cannot be used.

    Attributes:
        code: stable name of the fault, such as ``sigma.source.missing``.
        message: what is wrong and what to do, in both languages.
    """

    def __init__(self, code: str, *, th: str, en: str, field: str = "") -> None:
        super().__init__(field=field)
        self.code = code
        self._said = Text(th, en)

    def __reduce__(self) -> tuple[Any, ...]:
        # raised in a process that matches, told by the one that asked
        return _remade, (self.__class__, self.args, self.__dict__)

    @property
    def message(self) -> Text:
        """The sentence in both languages; never formatted again, since it may quote what a stranger wrote."""
        return self._said


def _remade(kind: type[SigmaError], arguments: tuple[Any, ...], held: dict[str, Any]) -> SigmaError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(held)
    return error


class SourceError(SigmaError):
    """A named file, folder or archive cannot be read; ``name`` says which."""

    def __init__(self, code: str, *, name: str, th: str, en: str) -> None:
        super().__init__(code, th=f"{name}: {th}", en=f"{name}: {en}", field="path")
        self.name = name
