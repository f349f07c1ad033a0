"""Rows of a file of contacts: whose contact, who it is, and whether the registry has it already.

A contact is known by organisation, kind and label (the person's name where no label is told). Addresses are
compared by their keyed tags; they are sealed as they go in, and never stand in a row that is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.privacy import masks
from phithak.core.privacy import queries as privacy
from phithak.registry.models import ContactPoint, Organisation, Person, Position
from phithak.registry.queries.joining import matching
from phithak.registry.queries.joining.rows import EMPTY, Fault, Parsed, RowReader
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services import people
from phithak.registry.services.joining.planning import (
    ADD,
    CHANGE,
    FAULT,
    MANY,
    NOT_THERE,
    SAME,
    TWICE,
    Planned,
)
from phithak.registry.services.organisations.rows import SYSTEM
from phithak.registry.services.people_facts import ContactFacts, PersonFacts, PositionFacts, clean_name

NO_WAY = Text("ต้องมีโทรศัพท์หรืออีเมล", "needs a telephone number or an e-mail address")
NOT_FOUND = Text(
    "ไม่พบหน่วยงานนี้ในทะเบียน นำเข้าหน่วยงานก่อน", "is not in the registry; import the organisations first"
)
_KEYS = ("id", "juristic_id", "external_id")
_ADDRESSES = {"email": (masks.Kind.EMAIL, "email_id"), "phone": (masks.Kind.PHONE, "phone_id"),
              "other_email": (masks.Kind.EMAIL, "other_email_id")}  # fmt: skip


@dataclass(frozen=True)
class PlannedContact(Planned):
    """What becomes of a row; ``values`` are only in memory, for the addresses among them."""

    values: Mapping[str, Any] = field(default_factory=dict)
    contact_id: UUID | None = None


@dataclass
class ContactPlanner:
    """Plans the rows of one file of contacts."""

    actor: Actor
    reader: RowReader
    _seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def note(self, parsed: Parsed) -> None:
        """Check what one row tells by itself, and refuse the second of two rows for one contact."""
        values = parsed.values
        if not any(name in values for name in (*_KEYS, "organisation")) and not parsed.faults:
            self.reader.fault(parsed, "organisation", EMPTY)
        faulty = {fault.column for fault in parsed.faults}
        ways = {self.reader.head_of(name) for name in ("email", "phone")}
        if "email" not in values and "phone" not in values and not ways & faulty:
            self.reader.fault(parsed, "phone", NO_WAY)
        if parsed.faults:
            return
        place = next(str(values[name]) for name in (*_KEYS, "organisation") if name in values)
        key = (place, values["kind"], label_of(values).th)
        first = self._seen.setdefault(key, parsed.number)
        if first != parsed.number:
            self.reader.fault(parsed, "kind", TWICE.format(row=first))

    def plan(self, rows: Sequence[Parsed]) -> list[Planned]:
        """Plan some rows, each noted before."""
        good = [row.values for row in rows if not row.faults]
        known = matching.organisations(
            self.actor,
            ids=[one["id"] for one in good if "id" in one],
            juristic_ids=[one["juristic_id"] for one in good if "juristic_id" in one],
            external_ids=[one["external_id"] for one in good if "external_id" in one],
            names=[one["organisation"] for one in good if "organisation" in one],
        )
        return [self._one(row, known) for row in rows]

    def _one(self, parsed: Parsed, known: matching.Found) -> Planned:
        if parsed.faults:
            return Planned(parsed.number, FAULT, faults=tuple(parsed.faults))
        values = parsed.values
        row = self._organisation(parsed, known)
        if row is None:
            return Planned(parsed.number, FAULT, faults=tuple(parsed.faults))
        found = ContactPoint.objects.filter(
            tenant=row.pk, kind=values["kind"], label_th=label_of(values).th, ended_at__isnull=True
        ).first()
        if found is None:
            return PlannedContact(parsed.number, ADD, organisation_id=row.pk, values=values)
        changes = tuple(_changes(found, values))
        return PlannedContact(
            parsed.number, CHANGE if changes else SAME, organisation_id=row.pk, version=found.version,
            changes=changes, values=values, contact_id=found.pk,
        )  # fmt: skip

    def _organisation(self, parsed: Parsed, known: matching.Found) -> Organisation | None:
        values = parsed.values
        for name in _KEYS:
            if name in values:
                row = known.by_key(name, values[name])
                if row is None:
                    self.reader.fault(parsed, name, NOT_THERE if name == "id" else NOT_FOUND)
                return row
        same = known.by_name(values["organisation"])
        if len(same) != 1:
            self.reader.fault(parsed, "organisation", MANY if same else NOT_FOUND)
            return None
        return same[0]


def label_of(values: Mapping[str, Any]) -> Text:
    """Return what the contact is called."""
    kind = ContactKind(values["kind"]).text
    told = values.get("label") or values.get("person")
    return Text(told, told) if told else kind


def _changes(found: ContactPoint, values: Mapping[str, Any]) -> list[str]:
    changed = []
    for name, (kind, column) in _ADDRESSES.items():
        if name in values and getattr(found, column) not in {
            item.id for item in privacy.find_by_tag(SYSTEM, kind, values[name])
        }:
            changed.append(name)
    if "rank" in values and found.rank != values["rank"]:
        changed.append("rank")
    if "languages" in values and list(found.languages) != values["languages"]:
        changed.append("languages")
    return changed


def store(one: Planned) -> tuple[str, tuple[Fault, ...]]:
    """Write one contact inside the caller's transaction; what the people refuse becomes a fault of the row."""
    if not isinstance(one, PlannedContact) or one.act not in {ADD, CHANGE} or one.organisation_id is None:
        return one.act, one.faults
    try:
        # a savepoint: a contact that is refused leaves no person behind
        with write("registry.import_contact"):
            if one.act == ADD:
                _add(one.organisation_id, one.values)
            else:
                _change(one)
    except PhithakError as error:
        return FAULT, (Fault(str(error.field or ""), error.message),)
    return one.act, ()


def _add(organisation_id: UUID, values: Mapping[str, Any]) -> None:
    label = label_of(values)
    people.add_contact(
        SYSTEM,
        organisation_id,
        ContactFacts(
            kind=ContactKind(values["kind"]),
            label_th=label.th,
            label_en=label.en if label.en != label.th else "",
            position_id=_position(organisation_id, values),
            email=values.get("email"),
            phone=values.get("phone"),
            other_email=values.get("other_email"),
            languages=tuple(values.get("languages", ("th",))),
            rank=values.get("rank", 1),
        ),
    )


def _change(one: PlannedContact) -> None:
    if one.contact_id is None:
        raise ValueError("a change names its contact")
    row = ContactPoint.objects.get(pk=one.contact_id)
    people.change_contact(
        SYSTEM,
        row.pk,
        ContactFacts(
            kind=ContactKind(row.kind),
            label_th=row.label_th,
            label_en=row.label_en,
            position_id=row.position_id,
            email=one.values.get("email"),
            phone=one.values.get("phone"),
            other_email=one.values.get("other_email"),
            languages=tuple(one.values.get("languages", row.languages)),
            time_zone=row.time_zone,
            hours=tuple(tuple(span) for span in row.hours),
            on_holidays=row.on_holidays,
            rank=one.values.get("rank", row.rank),
            backup_id=row.backup_id,
            system_id=row.system_id,
            scope=row.scope,
            tlp_most=row.tlp_most,
        ),
        version=one.version,
    )


def _position(organisation_id: UUID, values: Mapping[str, Any]) -> UUID | None:
    """Return the position of the person that the row names; person and position are added when new."""
    name = values.get("person")
    if not name:
        return None
    facts = PersonFacts(name_th=name, name_en=values.get("person_en", ""))
    title, name_th, _ = clean_name(facts)
    known = Person.objects.filter(
        tenant=organisation_id, name_th=name_th, title=title, left_at__isnull=True
    ).first()
    person_id = known.pk if known else people.add_person(SYSTEM, organisation_id, facts)
    told = values.get("position") or ContactKind(values["kind"]).text.th
    held = Position.objects.filter(person=person_id, tenant=organisation_id, ended_at__isnull=True)
    found = held.filter(title_th=told).first() if "position" in values else held.first()
    if found is not None:
        return found.pk
    return people.add_position(
        SYSTEM, person_id, organisation_id, PositionFacts(title_th=told, unit=values.get("unit", ""))
    )
