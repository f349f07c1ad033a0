"""Lets mypy accept :class:`phithak.base.text.Text` as label and help text of form fields.

Django shows whatever ``str()`` gives at render time; its stubs only know ``str`` and its own lazy strings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from mypy.checker import TypeChecker
from mypy.nodes import TypeInfo
from mypy.plugin import FunctionSigContext, Plugin
from mypy.types import FunctionLike, Instance, UnionType

ARGUMENTS = {"label", "help_text"}
PACKAGES = ("django.forms.", "phithak.")


def _take_texts(context: FunctionSigContext) -> FunctionLike:
    signature = context.default_signature
    module = cast("TypeChecker", context.api).modules.get("phithak.base.text")
    node = module.names["Text"].node if module else None
    if not isinstance(node, TypeInfo):
        return signature  # nothing here uses texts
    text = Instance(node, [])
    types = [
        UnionType.make_union([kind, text]) if name in ARGUMENTS else kind
        for name, kind in zip(signature.arg_names, signature.arg_types, strict=True)
    ]
    return signature.copy_modified(arg_types=types)


class TextsPlugin(Plugin):
    """Widens the signatures of form fields."""

    def get_function_signature_hook(
        self, fullname: str
    ) -> Callable[[FunctionSigContext], FunctionLike] | None:
        """Answer for every class whose name ends with ``Field`` in Django's forms or ours."""
        if fullname.endswith("Field") and fullname.startswith(PACKAGES):
            return _take_texts
        return None


def plugin(_version: str) -> type[Plugin]:
    """Give mypy the plugin."""
    return TextsPlugin
