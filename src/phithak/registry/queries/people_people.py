"""Names of people with their titles, and how a message addresses somebody who holds several positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from phithak.base.text import Text
from phithak.engines.thai import (
    ThaiFormatError,
    addressee,
    email_greeting,
    english_opening,
    full_name,
    letter_opening,
    split_name,
)
from phithak.engines.thai import short_name as with_short_titles
from phithak.registry.models import Person, Position
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people_routing import MessageKind, routing


@dataclass(frozen=True)
class Addressed:
    """How one message names one person.

    Attributes:
        position_id: the position that fits the message; None when the person holds none.
        position: its title.
        organisation: the organisation in which it is held.
        full_name: with full titles and ranks.
        opening: line that opens a letter.
        greeting: line that opens an e-mail.
        lines: name and position as the address of a letter.
    """

    position_id: UUID | None
    position: str
    organisation: str
    full_name: str
    opening: str
    greeting: str
    lines: str


def titled(person: Person, language: str = "th") -> str:
    """Return the name with its title as it was registered, in Latin letters where the language has such a name."""
    if language != "th" and person.name_en:
        try:
            english = " ".join(held.english(full=True) for held in split_name(f"{person.title} ก").titles)
        except ThaiFormatError:
            english = ""
        return f"{english} {person.name_en}".strip()
    return f"{person.title} {person.name_th}".strip()


def shown_name(person: Person) -> Text:
    """Return the name with full titles in both languages."""
    return Text(_spaced(titled(person)), _spaced(titled(person, "en")))


def short_name(person: Person) -> Text:
    """Return the name with short titles in both languages, as lists show it."""
    return Text(_short(titled(person)), _short(titled(person, "en")))


def position_title(position: Position) -> Text:
    """Return what somebody is, with the unit."""
    unit = f" {position.unit}" if position.unit else ""
    return Text(f"{position.title_th}{unit}", f"{position.title_en or position.title_th}{unit}")


def fit(
    positions: Sequence[Position], message_kind: MessageKind, organisation_id: UUID | None = None
) -> Position | None:
    """Return the position that fits a message: by what it is for, in the organisation that it goes to, else the oldest.

    Args:
        positions: those that the person holds now.
        message_kind: what the message is about.
        organisation_id: whom it goes to; None when that does not matter.
    """
    order = routing()[message_kind].order

    def place(row: Position) -> tuple[bool, int, int, object]:
        elsewhere = organisation_id is not None and row.tenant_id != organisation_id
        fits = [order.index(ContactKind(kind)) for kind in row.kinds if kind in order]
        # a position without kinds is for everything, after those that are made for this
        rank = min(fits) if fits else len(order) + (1 if row.kinds else 0)
        return elsewhere, rank, len(row.kinds), row.pk

    return min(positions, key=place, default=None)


def positions_held(person_id: UUID) -> list[Position]:
    """Return the positions that a person (read through a door) holds today, in all organisations, oldest first."""
    rows = Position.objects.filter(doors.running_position(), person=person_id).select_related("tenant")
    return list(rows.order_by("pk"))


def titles_held(people: Iterable[UUID]) -> dict[UUID, list[Text]]:
    """Return the titles of the running positions of people (read through a door), read at once."""
    found: dict[UUID, list[Text]] = {}
    for row in Position.objects.filter(person__in=list(people), ended_at__isnull=True).order_by("pk"):
        found.setdefault(row.person_id, []).append(position_title(row))
    return found


def addressed(
    person: Person, message_kind: MessageKind, *, organisation_id: UUID | None = None, language: str = "th"
) -> Addressed:
    """Return how a message addresses a person: by the position fit to the message.

    Args:
        person: read through a door.
        message_kind: what the message is about.
        organisation_id: the organisation that it goes to.
        language: ``th`` or ``en``.
    """
    position = fit(positions_held(person.pk), message_kind, organisation_id)
    name = titled(person, language)
    title, place = "", ""
    if position is not None:
        words = position_title(position)
        title = words.in_language(language)
        tenant = position.tenant
        place = Text(tenant.name_th, tenant.name_en or tenant.name_th).in_language(language)
    thai = language == "th" or not person.name_en
    try:
        opening = letter_opening(name, title) if thai else english_opening(name)
        return Addressed(
            position.pk if position else None,
            title,
            place,
            full_name(name),
            opening,
            email_greeting(name),
            addressee(name, title),
        )
    except ThaiFormatError:
        # a name that no rule reads, such as one of a single sign, still gets its letter
        plain = f"เรียน {title or name}" if thai else f"Dear {name},"
        return Addressed(
            position.pk if position else None,
            title,
            place,
            name,
            plain,
            plain,
            "\n".join(filter(None, (name, title))),
        )


def _spaced(name: str) -> str:
    try:
        return full_name(name)
    except ThaiFormatError:
        return name


def _short(name: str) -> str:
    try:
        return with_short_titles(name)
    except ThaiFormatError:
        return name
