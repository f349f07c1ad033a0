"""Many contacts at once, with the people and positions that answer them: what an import of contacts asks for.

What needs no lock is done before it (:func:`prepare_contacts`): checking, looking up, sealing. :func:`store_contacts`
then only inserts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from phithak.base import clock
from phithak.base.errors import PhithakError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db import bulk
from phithak.core.db.transactions import write
from phithak.core.privacy import services as privacy
from phithak.core.search import services as search
from phithak.engines.tlog import Frontier
from phithak.registry.events.people import Tag
from phithak.registry.models import ContactLanguage, ContactPoint, Organisation, Person, Position
from phithak.registry.queries import people_doors as doors
from phithak.registry.services import people_clock
from phithak.registry.services.organisations.rows import SYSTEM
from phithak.registry.services.people_contacts import (
    HANDLES,
    contact_columns,
    contact_words,
    keep_pattern,
    languages_of,
    typed_addresses,
)
from phithak.registry.services.people_errors import NoWayToReachError
from phithak.registry.services.people_facts import ContactFacts, PersonFacts, PositionFacts
from phithak.registry.services.people_rows import person_columns, person_words, position_columns


@dataclass(frozen=True)
class NewContact:
    """A contact to be added; ``position_id`` of its facts is found here.

    Attributes:
        organisation_id: whose contact; it exists.
        facts: at least a telephone number or an e-mail address.
        person: who answers; an equal person of the organisation is taken, else added. None = a desk.
        position: what that person is, added where it is not held yet.
        any_position: any position that the person holds there already will do.
    """

    organisation_id: UUID
    facts: ContactFacts
    person: PersonFacts | None = None
    position: PositionFacts | None = None
    any_position: bool = False


@dataclass
class Batch:
    """What is ready to be stored, and what was refused, by place in what was given.

    Attributes:
        contacts: by place.
        refused: by place: the error of the first field that cannot be used.
    """

    contacts: dict[int, ContactPoint] = field(default_factory=dict)
    refused: dict[int, PhithakError] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    items: list[privacy.Sealed] = field(default_factory=list)
    entries: list[search.Entry] = field(default_factory=list)
    timed: dict[UUID, Organisation] = field(default_factory=dict)


@dataclass(frozen=True)
class _Clean:
    new: NewContact
    columns: dict[str, Any]
    typed: dict[str, str]
    person: dict[str, Any]
    position: dict[str, Any]


def prepare_contacts(wanted: Sequence[NewContact]) -> Batch:
    """Check contacts, find or make who answers them, and seal their addresses; only keys are written.

    Args:
        wanted: some hundred, of any organisations. Who may add them was checked by the caller.

    Raises:
        LockedError, KeyDestroyedError, WrongRootKeyError: a key cannot be had.
    """
    batch = Batch()
    clean: dict[int, _Clean] = {}
    for place, new in enumerate(wanted):
        try:
            clean[place] = _checked(new)
        except PhithakError as error:
            batch.refused[place] = error
    answering = _Answering(clean.values())
    now = clock.now()
    for place, one in clean.items():
        row = ContactPoint(tenant_id=one.new.organisation_id, changed_at=now, **one.columns)
        if one.person:
            row.position = answering.position(one)
        batch.contacts[place] = row
    batch.people, batch.positions = answering.people, answering.positions
    values = [
        (one.new.organisation_id, HANDLES[name][0], value, place, HANDLES[name][1])
        for place, one in clean.items()
        for name, value in one.typed.items()
        if value
    ]
    batch.items = privacy.prepare_items((tenant_id, kind, value) for tenant_id, kind, value, _, _ in values)
    for (_, _, _, place, column), item in zip(values, batch.items, strict=True):
        setattr(batch.contacts[place], column, item.id)
    batch.entries = [
        *search.prepare_many(doors.PERSON_KIND, answering.words(), answering.sort_keys()),
        *search.prepare_many(
            doors.CONTACT_KIND,
            {row.pk: contact_words(row) for row in batch.contacts.values()},
            {row.pk: row.name_key for row in batch.contacts.values()},
        ),
    ]
    homes = {one.new.organisation_id for one in clean.values()}
    rows = Organisation.objects.filter(pk__in=homes)
    batch.timed = {row.pk: row for row in rows if people_clock.applies_to(row)}
    return batch


def store_contacts(actor: Actor, batch: Batch, *, tenant_id: UUID) -> None:
    """Write a batch inside the caller's transaction; one journal entry with count and root.

    Args:
        actor: who brings them in.
        batch: of :func:`prepare_contacts`.
        tenant_id: for whom they are brought in, as the journal names it.
    """
    rows = list(batch.contacts.values())
    if not rows:
        return
    with write("registry.add_contacts"):
        bulk.insert_all(batch.people)
        bulk.insert_all(batch.positions)
        privacy.put_items(actor, batch.items, tenant_id=tenant_id)
        for row in rows:
            keep_pattern(row)
        bulk.insert_all(rows)
        ContactLanguage.objects.bulk_create(languages_of(rows))
        _found_again(rows)
        search.put_prepared(batch.entries)
        tree = Frontier()
        for row in rows:
            tree.append(row.pk.bytes)
        contrib.record(
            actor,
            Tag.CONTACTS_ADDED,
            (doors.CONTACT_KIND, rows[0].pk),
            tenant_id=tenant_id,
            facts={"contacts": len(rows), "people": len(batch.people)},
            count=len(rows),
            root=tree.root(),
        )
        for row in rows:
            organisation = batch.timed.get(row.tenant_id)
            if organisation is not None and row.changed_at is not None:
                people_clock.begin(SYSTEM, organisation, row, row.changed_at)


def _found_again(rows: Sequence[ContactPoint]) -> None:
    """Whoever was missing in the place of one of these is found."""
    missing = ContactPoint.objects.filter(tenant__in={row.tenant_id for row in rows}, needs_successor=True)
    places = {(row.tenant_id, row.kind) for row in rows}
    found = [pk for pk, *place in missing.values_list("pk", "tenant_id", "kind") if tuple(place) in places]
    if found:
        ContactPoint.objects.filter(pk__in=found).update(needs_successor=False)


def _checked(new: NewContact) -> _Clean:
    typed = typed_addresses(new.facts)
    if not (typed.get("email") or typed.get("phone")):
        raise NoWayToReachError(field="phone")
    return _Clean(
        new,
        contact_columns(SYSTEM, ContactPoint(tenant_id=new.organisation_id), new.facts),
        typed,
        person_columns(new.person, new.organisation_id, None) if new.person else {},
        position_columns(new.position) if new.position else {},
    )


class _Answering:
    """The people and positions of some contacts: those that are there, and those that have to be added."""

    def __init__(self, wanted: Iterable[_Clean]) -> None:
        told = [one for one in wanted if one.person]
        self.people: list[Person] = []
        self.positions: list[Position] = []
        self._known: dict[tuple[UUID, str, str], Person] = {}
        self._held: dict[UUID, list[Position]] = defaultdict(list)
        self._touched: dict[UUID, Person] = {}
        if not told:
            return
        named = Q(
            tenant__in={one.new.organisation_id for one in told},
            name_key__in={one.person["name_key"] for one in told},
        )
        for row in Person.objects.filter(named, left_at__isnull=True).order_by("pk"):
            self._known.setdefault((row.tenant_id, row.name_th, row.title), row)
        ids = [row.pk for row in self._known.values()]
        for held in Position.objects.filter(person__in=ids, ended_at__isnull=True).order_by("pk"):
            self._held[held.person_id].append(held)

    def position(self, one: _Clean) -> Position:
        """Return the position that answers a contact; person and position are made when new."""
        home = one.new.organisation_id
        person = self._person(one)
        here = [held for held in self._held[person.pk] if held.tenant_id == home]
        title = one.position["title_th"]
        for held in here:
            if one.new.any_position or held.title_th == title:
                held.person = person
                return held
        made = Position(person=person, tenant_id=home, **one.position)
        self.positions.append(made)
        self._held[person.pk].append(made)
        self._touched[person.pk] = person
        return made

    def words(self) -> dict[UUID, list[str]]:
        """Return the words by which those people are searched that are new or hold a new position."""
        return {pk: person_words(person, self._held[pk]) for pk, person in self._touched.items()}

    def sort_keys(self) -> dict[UUID, search.SortKey]:
        """Return what lists sort the same people by."""
        return {pk: person.name_key for pk, person in self._touched.items()}

    def _person(self, one: _Clean) -> Person:
        key = (one.new.organisation_id, one.person["name_th"], one.person["title"])
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Person(tenant_id=one.new.organisation_id, **one.person)
            self.people.append(known)
        return known
