"""What a row of a file means for the registry: add, change, the same, or a fault that says why.

A row is found by its system id, juristic number, external id (kept among the other names), and by name alone
only where nothing contradicts. Empty cells change nothing; other names are added, never taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.registry.models import Organisation
from phithak.registry.packs import Figures, Size
from phithak.registry.queries import sizes
from phithak.registry.queries.facts import AliasFacts, OrganisationFacts
from phithak.registry.queries.joining import matching
from phithak.registry.queries.joining.lookups import Lookups
from phithak.registry.queries.joining.rows import EMPTY, NOT_PERSON, Fault, Parsed, RowReader
from phithak.registry.queries.kinds import Kind
from phithak.registry.services.organisations.cleaning import Cleaned, clean
from phithak.registry.services.organisations.errors import BadFactError

ADD, CHANGE, SAME, FAULT = "add", "change", "same", "fault"
_KEYS = ("id", "juristic_id", "external_id")
_OWN = ("external_id", "id", "size", "aliases", "sector", "legal_roles")
_KEPT = {"name_key", "registered_on"}

TWICE = Text("ซ้ำกับแถวที่ {row} ของไฟล์นี้", "is the same as in row {row} of this file")
TWICE_NAME = Text(
    "ชื่อซ้ำกับแถวที่ {row} และไม่มีเลขที่แยกสองแถวนี้ได้",
    "is the name of row {row} too, and no number tells the two apart",
)
NOT_THERE = Text("ไม่มีหน่วยงานรหัสนี้ในทะเบียน", "no organisation of the registry has this id")
TWO = Text(
    "ช่องนี้เป็นของ {first} แต่ {other} เป็นของ {second}",
    "belongs to {first}, but {other} belongs to {second}",
)
MANY = Text(
    "มีหลายหน่วยงานชื่อนี้ ใส่เลขนิติบุคคลหรือรหัส",
    "is the name of several organisations; give a juristic number or an id",
)
BY_RULE = Text(
    "กฎให้ขนาดเป็น{size} จากตัวเลขในแถว แก้ตัวเลขหรือปล่อยช่องขนาดว่าง{missing}",
    "by the rule the size is {size} from the figures of the row; correct them or leave the size empty{missing}",
)
CENTRE = Text("ศูนย์เพิ่มจากไฟล์ไม่ได้", "a centre cannot be added from a file")
NEEDS = Text(" (ขาด {fields})", " (missing: {fields})")


@dataclass(frozen=True)
class Planned:
    """What becomes of a row.

    Attributes:
        number: of the row, as a spreadsheet shows it.
        act: ``add``, ``change``, ``same`` or ``fault``.
        faults: why not, by column.
        facts: the facts as they will be.
        cleaned: the same, checked, as columns.
        organisation_id: the record that is changed or is the same.
        version: of that record when it was compared.
        changes: fields that change.
        code: its external id.
        heavy: an addition that costs as much as a change.
    """

    number: int
    act: str
    faults: tuple[Fault, ...] = ()
    facts: OrganisationFacts | None = None
    cleaned: Cleaned | None = None
    organisation_id: UUID | None = None
    version: int = 0
    changes: tuple[str, ...] = ()
    code: str = ""
    heavy: bool = False


@dataclass
class Planner:
    """Plans the rows of one file, in their order; ``note`` takes rows that were done before."""

    actor: Actor
    reader: RowReader
    lookups: Lookups
    defaults: Mapping[str, str]
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)
    _names: dict[str, tuple[int, bool]] = field(default_factory=dict)
    _known: matching.Found = field(default_factory=matching.Found)

    def note(self, parsed: Parsed) -> None:
        """Remember the keys of a row, and note as faults those that an earlier row has."""
        told_apart = False
        for name in _KEYS:
            value = parsed.values.get(name)
            if value is None:
                continue
            told_apart = True
            first = self._seen.setdefault((name, str(value)), parsed.number)
            if first != parsed.number:
                self.reader.fault(parsed, name, TWICE.format(row=first))
        name_th = parsed.values.get("name_th")
        if name_th is None:
            return
        number, other_told = self._names.setdefault(str(name_th), (parsed.number, told_apart))
        if number != parsed.number and not (told_apart and other_told):
            self.reader.fault(parsed, "name_th", TWICE_NAME.format(row=number))

    def plan(self, rows: Sequence[Parsed]) -> list[Planned]:
        """Plan some rows, each noted before; a handful of queries whatever their number."""
        wanted = [row.values for row in rows if not row.faults]
        known = self._known = matching.organisations(
            self.actor,
            ids=_values(wanted, "id"),
            juristic_ids=_values(wanted, "juristic_id"),
            external_ids=_values(wanted, "external_id"),
            names=_values(wanted, "name_th"),
        )
        return [self._one(row, known) for row in rows]

    def overtaken(self, added: Sequence[Planned]) -> bool:
        """Tell whether an organisation that these rows may mean came in since they were planned.

        Asked inside the transaction; of two equal juristic numbers the database refuses the second.
        """
        return matching.newer(
            self.actor,
            self._known,
            name_keys=[one.cleaned.columns["name_key"] for one in added if one.cleaned is not None],
            external_ids=[one.code for one in added if one.code],
        )

    def _one(self, parsed: Parsed, known: matching.Found) -> Planned:
        if parsed.faults:
            return _faulty(parsed)
        values = parsed.values
        row = self._match(parsed, known)
        if parsed.faults:
            return _faulty(parsed)
        facts = self._facts(values, row, known)
        if facts is None:
            self.reader.fault(parsed, "kind", EMPTY)
            return _faulty(parsed)
        if row is None and facts.kind == Kind.CERT:
            self.reader.fault(parsed, "kind", CENTRE)
        if not facts.is_juristic and facts.juristic_id:
            self.reader.fault(parsed, "juristic_id", NOT_PERSON)
        self._check_size(parsed, facts)
        cleaned = None
        try:
            # the sector was looked up already: asking for it in each row would be a query a row
            cleaned = clean(replace(facts, sector=""))
        except BadFactError as error:
            name = error.field if error.field in self.reader.layout.index.values() else "name_th"
            self.reader.fault(
                parsed, name, Text(str(error.slots["reason_th"]), str(error.slots["reason_en"]))
            )
        if parsed.faults or cleaned is None:
            return _faulty(parsed)
        if row is None:
            code = values.get("external_id", "")
            return Planned(parsed.number, ADD, facts=facts, cleaned=cleaned, code=code)
        changes = _changes(row, facts, cleaned, known)
        return Planned(
            parsed.number,
            CHANGE if changes else SAME,
            facts=facts,
            cleaned=cleaned,
            organisation_id=row.pk,
            version=row.version,
            changes=tuple(changes),
        )

    def _match(self, parsed: Parsed, known: matching.Found) -> Organisation | None:
        """Return the record that a row means; ambiguity becomes a fault."""
        values = parsed.values
        found: dict[str, Organisation] = {}
        for name in _KEYS:
            value = values.get(name)
            row = known.by_key(name, value) if value is not None else None
            if row is not None:
                found[name] = row
            elif name == "id" and value is not None:
                self.reader.fault(parsed, "id", NOT_THERE)
        different = {row.pk: name for name, row in found.items()}
        if len(different) > 1:
            (first, one), (second, two) = [(known.rows[pk], name) for pk, name in different.items()][:2]
            told = TWO.format(first=first.name_th, second=second.name_th, other=self.reader.head_of(two))
            self.reader.fault(parsed, one, told)
            return None
        if found:
            return next(iter(found.values()))
        same_name = [
            row
            for row in known.by_name(values["name_th"])
            if not _contradicts(row.juristic_id, values.get("juristic_id"))
            and not _contradicts(row.province, values.get("province"))
        ]
        if len(same_name) > 1:
            self.reader.fault(parsed, "name_th", MANY)
        return same_name[0] if len(same_name) == 1 else None

    def _facts(
        self, values: Mapping[str, Any], row: Organisation | None, known: matching.Found
    ) -> OrganisationFacts | None:
        given = {name: value for name, value in values.items() if name not in _OWN}
        if "legal_roles" in values:
            given["legal_roles"] = tuple(values["legal_roles"])
        aliases = [AliasFacts(text) for text in values.get("aliases", [])]
        if values.get("external_id"):
            aliases.append(AliasFacts(values["external_id"]))
        if row is not None:
            before = known.facts(row)
            texts = {one.text for one in before.aliases} | {row.name_th, row.name_en}
            added = tuple(one for one in aliases if one.text not in texts)
            return replace(
                before,
                **given,
                sector=values.get("sector", before.sector),
                aliases=before.aliases + tuple(dict.fromkeys(added)),
            )
        kind = given.pop("kind", "") or self.defaults.get("kind", "")
        if not kind:
            return None
        return OrganisationFacts(
            kind=kind,
            sector=values.get("sector", "") or self.defaults.get("sector", ""),
            aliases=tuple(dict.fromkeys(aliases)),
            **given,
        )

    def _check_size(self, parsed: Parsed, facts: OrganisationFacts) -> None:
        stated = parsed.values.get("size")
        if stated in {None, Size.UNKNOWN.value}:
            return
        decided = sizes.decision(
            facts.kind,
            Figures(facts.is_juristic, facts.revenue_thb, facts.service_revenue_thb, facts.users_per_month),
        )
        if decided.size.value == stated:
            return
        titles = [self.reader.layout.title_of(name) for name in decided.missing]
        missing = Text(
            NEEDS.th.format(fields=", ".join(title.th for title in titles)) if titles else "",
            NEEDS.en.format(fields=", ".join(title.en for title in titles)) if titles else "",
        )
        told = Text(
            BY_RULE.th.format(size=decided.size.text.th, missing=missing.th),
            BY_RULE.en.format(size=decided.size.text.en, missing=missing.en),
        )
        self.reader.fault(parsed, "size", told)


def _faulty(parsed: Parsed) -> Planned:
    return Planned(parsed.number, FAULT, faults=tuple(parsed.faults))


def _contradicts(have: str, given: str | None) -> bool:
    return bool(have and given and have != given)


def _values(rows: Iterable[Mapping[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows if name in row]


def _changes(
    row: Organisation, facts: OrganisationFacts, cleaned: Cleaned, known: matching.Found
) -> list[str]:
    changed = [
        name for name, value in cleaned.columns.items() if name not in _KEPT and getattr(row, name) != value
    ]
    if cleaned.columns["registered_on"] not in {None, row.registered_on}:
        changed.append("registered_on")
    if facts.sector != (row.sector.code if row.sector else ""):
        changed.append("sector")
    have = {one.text for one in known.facts(row).aliases}
    if any(one.text not in have for one in cleaned.aliases):
        changed.append("aliases")
    return changed


def tally(plans: Iterable[Planned]) -> dict[str, int]:
    """Return how many rows there are of each act."""
    found: dict[str, int] = defaultdict(int)
    for one in plans:
        found[one.act] += 1
    return dict(found)
