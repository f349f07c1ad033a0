"""What tests of the registry's pages share: the sectors that ship with the product, and what a page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from phithak.registry.queries.kinds import Kind
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import AliasFacts, OrganisationFacts
from tests.people import People

Add = Callable[..., UUID]


@pytest.fixture
def add(people: People) -> Add:
    """Give a function that registers an organisation as the analyst, sectors loaded."""
    services.load_ready()

    def register(
        name_th: str, kind: Kind = Kind.HOSPITAL, *, aliases: tuple[str, ...] = (), **facts: Any
    ) -> UUID:
        named = tuple(AliasFacts(text) for text in aliases)
        return services.create(
            people.actor("analyst"), OrganisationFacts(name_th, kind, aliases=named, **facts)
        )

    return register


def text_of(html: str) -> str:
    """Return what a page says, without markup, blanks as one."""
    plain = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", plain))).strip()


def rows_of(html: str) -> list[list[str]]:
    """Return the cells of each line of the list on a page."""
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)
    if body is None:
        return []
    lines = re.findall(r"<tr\b.*?</tr>", body[0], re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<t[dh]\b.*?</t[dh]>", line, re.DOTALL)] for line in lines]
