"""How pages call a person: by the name in the reader's language."""

from __future__ import annotations

from typing import Protocol

from phithak.base.text import Text, active_language


class Named(Protocol):
    """Whatever has a user's names and address: the user, or a view of one."""

    @property
    def name_th(self) -> str:
        """The name in Thai, "" when it is not known."""

    @property
    def name_en(self) -> str:
        """The name in English, "" when it is not known."""

    @property
    def email(self) -> str:
        """The address."""


def person(user: Named) -> Text:
    """Return a user's name in both languages; what is missing in one is taken from the other, at last the address."""
    thai = user.name_th or user.name_en or user.email
    return Text(thai, user.name_en or thai)


def name_field() -> str:
    """Return the column that holds what :func:`person` shows first in the reader's language."""
    return "name_en" if active_language() == "en" else "name_th"
