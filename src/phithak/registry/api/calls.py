"""What the operations of every part share: how they are declared, and how a row becomes an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from phithak.base.text import Text
from phithak.core.ui.api import Request, Router, Schema, operation

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Schema)


class Declared(Protocol):
    """Takes the function that answers."""

    def __call__(self, function: Callable[Concatenate[Request, P], R], /) -> Callable[..., R]:
        """Return it as the router calls it."""


@dataclass(frozen=True)
class Calls:
    """Declares the operations of a part: those that read need one right, those that change need another.

    Every method takes the path below the room's prefix, the schema of the answer, and what the operation does
    in Thai and in English; ``permission`` stands for a right of its own.

    Attributes:
        router: where the operations are put.
        view: right to read.
        manage: right to change.
    """

    router: Router
    view: str
    manage: str

    def shown(self, path: str, answer: Any, th: str, en: str, *, permission: str = "") -> Declared:
        """Declare a read: of one thing, of a page of a list, or of all of a few."""
        right = permission or self.view
        return operation(self.router.get, path, permission=right, response=answer, th=th, en=en)

    def added(self, path: str, answer: Any, th: str, en: str, *, permission: str = "") -> Declared:
        """Declare what makes a thing; it answers 201."""
        right, made = permission or self.manage, HTTPStatus.CREATED.value
        return operation(self.router.post, path, permission=right, response=answer, status=made, th=th, en=en)

    def changed(self, path: str, answer: Any, th: str, en: str, *, permission: str = "") -> Declared:
        """Declare what writes all facts of a thing anew."""
        right = permission or self.manage
        return operation(self.router.put, path, permission=right, response=answer, th=th, en=en)

    def done(self, path: str, answer: Any, th: str, en: str, *, permission: str = "") -> Declared:
        """Declare an act, or a question that is posted."""
        right = permission or self.manage
        return operation(self.router.post, path, permission=right, response=answer, th=th, en=en)

    def noted(self, path: str, th: str, en: str, *, permission: str = "") -> Declared:
        """Declare an act that answers nothing (204)."""
        right, empty = permission or self.manage, HTTPStatus.NO_CONTENT.value
        return operation(self.router.post, path, permission=right, response=None, status=empty, th=th, en=en)


def filled(schema: type[S], row: object, **told: Any) -> S:
    """Return a schema filled from the attributes of a row that have the names of its fields.

    Args:
        schema: what is answered.
        row: a row, or what a query gives.
        told: fields that the row does not have, has by another name, or that are not everybody's to see.
    """
    same = {name: getattr(row, name) for name in schema.model_fields if name not in told}
    return schema(**same, **told)


def pair(name: str, text: Text | None) -> dict[str, str]:
    """Return a text as the two fields ``name_th`` and ``name_en``; both empty without one."""
    return {f"{name}_th": text.th, f"{name}_en": text.en} if text else {f"{name}_th": "", f"{name}_en": ""}
