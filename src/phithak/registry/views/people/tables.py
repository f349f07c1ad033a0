"""List pages of contacts and of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.ui.tables import Column, Filter, Table
from phithak.engines.thai import ThaiFormatError, mask_name
from phithak.registry.forms.people import LANGUAGES
from phithak.registry.models import ContactPoint, Person
from phithak.registry.queries import people as queries
from phithak.registry.queries import sectors
from phithak.registry.queries.drills import MEMBERS
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.views.people import show

_DUTY = (("on", Text("อยู่ในเวรขณะนี้", "On duty now")), ("off", Text("นอกเวรขณะนี้", "Off duty now")))
COUNTRIES = [(member.code, member.name) for member in sorted(MEMBERS, key=lambda one: one.code != "TH")]
_ORGANISATION = Text("หน่วยงาน", "Organisation")
_COUNTRY, _LANGUAGE = Text("ประเทศ", "Country"), Text("ภาษา", "Language")


def contacts_table(*, in_clear: bool) -> Table:
    """Return the list of contacts; exports (not ``in_clear``) hold names masked too."""
    masked: dict[Any, str] = {}

    def beside(rows: Sequence[ContactPoint]) -> None:
        masked.clear()
        masked.update(show.masks(rows))

    def who(row: ContactPoint) -> Text | str:
        if in_clear or row.position is None:
            return show.held_by(row)
        return _masked_name(row.position.person)

    return Table(
        name="contacts",
        columns=[
            Column(
                "label",
                Text("ชื่อเรียก", "Label"),
                value=queries.label_of,
                sort="name_key",
                link=lambda row: reverse("registry:contact", args=[row.pk]),
            ),
            Column("kind", Text("ประเภท", "Kind"), value=lambda row: ContactKind(row.kind).text),
            Column("organisation", _ORGANISATION, value=queries.tenant_name),
            Column("person", Text("ผู้รับ", "Person"), value=who),
            Column(
                "phone",
                Text("โทรศัพท์ (ปิดบัง)", "Telephone (masked)"),
                value=lambda row: masked.get(row.phone_id, ""),
            ),
            Column("duty", Text("ขณะนี้", "Now"), value=show.duty, kind="state"),
            Column("liveness", Text("การซ้อมล่าสุด", "Last drill"), value=show.liveness, kind="state"),
            Column("languages", _LANGUAGE, value=lambda row: show.languages(row.languages)),
        ],
        filters=_contact_filters(),
        search=queries.matching_contacts,
        ranked=queries.ranked_contacts,
        default_sort="name_key",
        empty=Text(
            "ไม่มีผู้ประสานงาน เปิดหน้าหน่วยงานแล้วเพิ่มผู้ประสานงานคนแรก",
            "No contacts. Open an organisation and add its first one.",
        ),
        beside=beside,
    )


def people_table(*, in_clear: bool) -> Table:
    """Return the list of people; exports (not ``in_clear``) hold names masked."""
    held: dict[UUID, list[Text]] = {}

    def beside(rows: Sequence[Person]) -> None:
        held.clear()
        held.update(queries.titles_held(row.pk for row in rows))

    def positions(row: Person) -> Text | str:
        found = held.get(row.pk)
        return (
            ""
            if found is None
            else Text(" · ".join(one.th for one in found), " · ".join(one.en for one in found))
        )

    return Table(
        name="people",
        columns=[
            Column(
                "name",
                Text("ชื่อ", "Name"),
                value=queries.short_name if in_clear else _masked_name,
                sort="name_key",
                link=lambda row: reverse("registry:person", args=[row.pk]),
            ),
            Column("positions", Text("ตำแหน่ง", "Positions"), value=positions),
            Column("organisation", _ORGANISATION, value=queries.tenant_name),
            Column("state", Text("สถานะ", "State"), value=show.person_state, kind="state"),
            Column("languages", _LANGUAGE, value=lambda row: show.languages(row.languages)),
        ],
        filters=[
            Filter(
                "state",
                Text("สถานะ", "State"),
                options=[
                    ("works", Text("ปฏิบัติหน้าที่", "In office")),
                    ("leaves", Text("จะพ้นหน้าที่", "Leaves soon")),
                    ("left", Text("พ้นหน้าที่แล้ว", "Has left")),
                ],
                apply=_of_state,
            ),
            Filter("country", _COUNTRY, options=COUNTRIES, apply=_of_country),
            Filter("sector", Text("สาขา", "Sector"), options=sectors.choices, apply=_of_sector),
        ],
        search=queries.matching_people,
        ranked=queries.ranked_people,
        default_sort="name_key",
        empty=Text("ไม่มีบุคคล เปิดหน้าหน่วยงานแล้วเพิ่มบุคคล", "Nobody here. Open an organisation and add a person."),
        beside=beside,
    )


def _contact_filters() -> list[Filter]:
    def by(name: str) -> Callable[[Any, str], Any]:
        return lambda rows, value: rows.filter(**{name: value})

    return [
        Filter(
            "kind",
            Text("ประเภท", "Kind"),
            options=[(kind.value, kind.text) for kind in ContactKind],
            apply=by("kind"),
        ),
        Filter("country", _COUNTRY, options=COUNTRIES, apply=_of_country),
        Filter("sector", Text("สาขา", "Sector"), options=sectors.choices, apply=_of_sector),
        Filter("duty", Text("เวร", "Duty"), options=_DUTY, apply=_on_duty),
        Filter(
            "liveness",
            Text("การซ้อมล่าสุด", "Last drill"),
            options=[(code, state.text) for code, state in show.LIVENESS.items()],
            apply=by("liveness"),
        ),
        Filter("language", _LANGUAGE, options=LANGUAGES, apply=_speaks),
        Filter("check", Text("ที่ต้องดู", "To look at"), options=queries.CHECKS, apply=queries.checked),
    ]


def _of_country(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return queries.of_organisations(rows, queries.organisations_within(country=value))


def _of_sector(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return queries.of_organisations(rows, queries.organisations_within(sector=value))


def _on_duty(rows: QuerySet[ContactPoint], value: str) -> QuerySet[ContactPoint]:
    keys = queries.on_duty_keys(clock.now())
    return rows.filter(duty_key__in=keys) if value == "on" else rows.exclude(duty_key__in=keys)


def _speaks(rows: QuerySet[ContactPoint], value: str) -> QuerySet[ContactPoint]:
    return queries.speaking(rows, value)


def _of_state(rows: QuerySet[Person], value: str) -> QuerySet[Person]:
    if value == "left":
        return rows.filter(left_at__isnull=False)
    return rows.filter(left_at__isnull=True, leaves_on__isnull=value == "works")


def _masked_name(row: Person) -> str:
    try:
        return mask_name(row.name_th)
    except ThaiFormatError:
        return "•"
