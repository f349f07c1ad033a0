"""Titles as data, and lists of addressees in Thai order."""

from __future__ import annotations

from ninja import Field

from phithak.base.errors import InvalidInputError
from phithak.core.ui.api import Request, Router, Schema, operation
from phithak.engines.thai import (
    TITLES,
    ThaiFormatError,
    addressee,
    email_greeting,
    full_name,
    letter_opening,
    name_sort_key,
    short_name,
    split_name,
)
from phithak.notices import queries

router = Router()


class TitleOut(Schema):
    """One title or rank."""

    kind: str
    th_full: str
    th_short: str
    en_full: str
    en_short: str


class PersonIn(Schema):
    """A name with its titles, and a position."""

    name: str = Field(max_length=200)
    position: str = Field("", max_length=200)


class PersonOut(Schema):
    """How letters and e-mails name a person."""

    full: str
    short: str
    addressee: str
    letter_opening: str
    email_greeting: str
    kinds: list[str]


class PeopleIn(Schema):
    """A list of addressees."""

    people: list[PersonIn] = Field(max_length=500)


@operation(
    router.get,
    "/titles",
    permission=queries.VIEW,
    response=list[TitleOut],
    th="คำนำหน้าและยศ",
    en="Titles and ranks",
)
def titles(request: Request) -> list[TitleOut]:  # noqa: ARG001 - an operation takes the request
    """List every title and rank that names are read with."""
    return [
        TitleOut(
            kind=one.kind,
            th_full=one.th_full,
            th_short=one.th_short,
            en_full=one.en_full,
            en_short=one.en_short,
        )
        for one in TITLES
    ]


@operation(
    router.post,
    "/addressees",
    permission=queries.VIEW,
    response=list[PersonOut],
    th="เรียงรายชื่อผู้รับตามลำดับไทย",
    en="Addressees in Thai order, titles ignored",
)
def addressees(request: Request, sent: PeopleIn) -> list[PersonOut]:  # noqa: ARG001 - an operation takes the request
    """Return the people by first name, then last name, with the forms of letters; nothing is stored."""
    read = []
    for place, person in enumerate(sent.people):
        try:
            read.append((split_name(person.name), person))
        except ThaiFormatError as error:
            raise InvalidInputError(
                field=f"people.{place}.name", reason_th=error.th, reason_en=error.en
            ) from error
    read.sort(key=lambda pair: name_sort_key(pair[0]))
    return [
        PersonOut(
            full=full_name(name),
            short=short_name(name),
            addressee=addressee(name, person.position),
            letter_opening=letter_opening(name, person.position),
            email_greeting=email_greeting(name),
            kinds=[held.title.kind for held in name.titles],
        )
        for name, person in read
    ]
