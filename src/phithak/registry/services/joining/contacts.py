"""Rows of a file of contacts: whose contact, who it is, and whether the registry has it already.

A contact is known by organisation, kind and label (the person's name where no label is told). Addresses are
compared by their keyed tags; they are sealed as they go in, and never stand in a row that is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.privacy import masks
from phithak.core.privacy import queries as privacy
from phithak.registry.models import ContactPoint, Organisation
from phithak.registry.queries.joining import matching
from phithak.registry.queries.joining.rows import EMPTY, Fault, Parsed, RowReader
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services import people, people_clock, people_many
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
from phithak.registry.services.people_facts import ContactFacts, PersonFacts, PositionFacts
from phithak.registry.services.people_many import NewContact

NO_WAY = Text("ต้องมีโทรศัพท์หรืออีเมล", "needs a telephone number or an e-mail address")
NOT_FOUND = Text(
    "ไม่พบหน่วยงานนี้ในทะเบียน นำเข้าหน่วยงานก่อน", "is not in the registry; import the organisations first"
)
_KEYS = ("id", "juristic_id", "external_id")
_ADDRESSES = {"email": (masks.Kind.EMAIL, "email_id"), "phone": (masks.Kind.PHONE, "phone_id"),
              "other_email": (masks.Kind.EMAIL, "other_email_id")}  # fmt: skip
_Key = tuple[UUID, str, str]
"""Organisation, kind and Thai label: what a contact is known by."""


@dataclass(frozen=True)
class PlannedContact(Planned):
    """What becomes of a row; ``values`` are only in memory, for the addresses among them."""

    values: Mapping[str, Any] = field(default_factory=dict)
    contact_id: UUID | None = None


@dataclass(frozen=True)
class Made:
    """A contact that is ready to be stored, and the row of the file that it comes from."""

    number: int
    organisation_id: UUID
    id: UUID


@dataclass
class Ready:
    """Contacts that are ready to be stored together."""

    batch: people_many.Batch
    made: list[Made]


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
        """Plan some rows, each noted before; a handful of queries whatever their number."""
        good = [row.values for row in rows if not row.faults]
        known = matching.organisations(
            self.actor,
            ids=[one["id"] for one in good if "id" in one],
            juristic_ids=[one["juristic_id"] for one in good if "juristic_id" in one],
            external_ids=[one["external_id"] for one in good if "external_id" in one],
            names=[one["organisation"] for one in good if "organisation" in one],
        )
        homes = {row.number: home for row in rows if (home := self._organisation(row, known)) is not None}
        there = _contacts_of({home.pk for home in homes.values()})
        pairs = [
            (row, found)
            for row in rows
            if row.number in homes and (found := there.get(_key(homes[row.number].pk, row.values)))
        ]
        changes = _changes(pairs)
        return [self._one(row, homes.get(row.number), there, changes) for row in rows]

    def overtaken(self, added: Sequence[Planned]) -> bool:
        """Tell whether a contact that these rows add is there meanwhile; asked inside the transaction."""
        wanted = [one for one in added if isinstance(one, PlannedContact)]
        there = _contacts_of({one.organisation_id for one in wanted if one.organisation_id})
        return any(
            one.organisation_id is not None and _key(one.organisation_id, one.values) in there
            for one in wanted
        )

    def _one(
        self,
        parsed: Parsed,
        home: Organisation | None,
        there: Mapping[_Key, ContactPoint],
        changes: Mapping[int, tuple[str, ...]],
    ) -> Planned:
        if parsed.faults or home is None:
            return Planned(parsed.number, FAULT, faults=tuple(parsed.faults))
        values = parsed.values
        found = there.get(_key(home.pk, values))
        if found is None:
            return PlannedContact(
                parsed.number, ADD, organisation_id=home.pk, values=values,
                heavy=people_clock.applies_to(home),
            )  # fmt: skip
        changed = changes[parsed.number]
        return PlannedContact(
            parsed.number, CHANGE if changed else SAME, organisation_id=home.pk, version=found.version,
            changes=changed, values=values, contact_id=found.pk,
        )  # fmt: skip

    def _organisation(self, parsed: Parsed, known: matching.Found) -> Organisation | None:
        values = parsed.values
        if parsed.faults:
            return None
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


def _key(organisation_id: UUID, values: Mapping[str, Any]) -> _Key:
    return organisation_id, values["kind"], label_of(values).th


def _contacts_of(organisation_ids: Iterable[UUID]) -> dict[_Key, ContactPoint]:
    """Return the running contacts of organisations by what they are known by, the oldest of equal ones."""
    found: dict[_Key, ContactPoint] = {}
    rows = ContactPoint.objects.filter(tenant__in=set(organisation_ids), ended_at__isnull=True)
    for row in rows.defer("key_text").order_by("pk"):
        found.setdefault((row.tenant_id, row.kind, row.label_th), row)
    return found


def _changes(pairs: Sequence[tuple[Parsed, ContactPoint]]) -> dict[int, tuple[str, ...]]:
    """Return by number of the row which fields of its contact it changes; addresses are compared by their tags."""
    asked = [
        (row.number, name, kind, row.values[name], getattr(found, column))
        for row, found in pairs
        for name, (kind, column) in _ADDRESSES.items()
        if name in row.values
    ]
    have = privacy.compare_tags(handle for *_, handle in asked if handle is not None)
    told = privacy.compare_values((kind, value) for _, _, kind, value, _ in asked)
    changed: dict[int, list[str]] = {row.number: [] for row, _ in pairs}
    for (number, name, _, _, handle), tag in zip(asked, told, strict=True):
        if handle is None or have.get(handle) != tag:
            changed[number].append(name)
    for row, found in pairs:
        values = row.values
        if "rank" in values and found.rank != values["rank"]:
            changed[row.number].append("rank")
        if "languages" in values and list(found.languages) != values["languages"]:
            changed[row.number].append("languages")
    return {number: tuple(names) for number, names in changed.items()}


def prepare(planned: Sequence[Planned]) -> tuple[Ready, dict[int, Fault]]:
    """Make planned additions ready: checked, looked up, sealed; nothing but keys is written.

    Returns:
        What can be stored, and by number of the row what the registry refuses of it.
    """
    wanted = [one for one in planned if isinstance(one, PlannedContact) and one.organisation_id is not None]
    batch = people_many.prepare_contacts(
        [_new(one.organisation_id, one.values) for one in wanted if one.organisation_id]
    )
    made = [Made(wanted[place].number, row.tenant_id, row.pk) for place, row in batch.contacts.items()]
    refused = {wanted[place].number: _fault(error) for place, error in batch.refused.items()}
    return Ready(batch, made), refused


def store(actor: Actor, ready: Ready, *, tenant_id: UUID) -> None:
    """Write what is ready inside the caller's transaction."""
    people_many.store_contacts(actor, ready.batch, tenant_id=tenant_id)


def change(planned: Iterable[Planned]) -> dict[int, Fault]:
    """Change contacts inside the caller's transaction; what the registry refuses becomes a fault of the row."""
    refused: dict[int, Fault] = {}
    for one in planned:
        if not isinstance(one, PlannedContact) or one.contact_id is None:
            raise ValueError("a change names its contact")
        try:
            # a savepoint: a contact that is refused leaves nothing behind
            with write("registry.import_contact"):
                _change(one.contact_id, one)
        except PhithakError as error:
            refused[one.number] = _fault(error)
    return refused


def _fault(error: PhithakError) -> Fault:
    return Fault(str(error.field or ""), error.message)


def _new(organisation_id: UUID, values: Mapping[str, Any]) -> NewContact:
    label = label_of(values)
    kind = ContactKind(values["kind"])
    facts = ContactFacts(
        kind=kind,
        label_th=label.th,
        label_en=label.en if label.en != label.th else "",
        email=values.get("email"),
        phone=values.get("phone"),
        other_email=values.get("other_email"),
        languages=tuple(values.get("languages", ("th",))),
        rank=values.get("rank", 1),
    )
    new = NewContact(organisation_id, facts)
    name = values.get("person")
    if not name:
        return new
    return replace(
        new,
        person=PersonFacts(name_th=name, name_en=values.get("person_en", "")),
        position=PositionFacts(title_th=values.get("position") or kind.text.th, unit=values.get("unit", "")),
        any_position="position" not in values,
    )


def _change(contact_id: UUID, one: PlannedContact) -> None:
    row = ContactPoint.objects.get(pk=contact_id)
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
