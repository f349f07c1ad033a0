"""Imports from end to end: upload, check, run; what is wrong, what is the same, what is resumed."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from phithak.base import clock
from phithak.core.jobs.services import run_pending
from phithak.core.journal.models import Entry
from phithak.core.privacy.services import reveal_for_sending
from phithak.core.search import queries as search
from phithak.registry.models import (
    Alias,
    ContactPoint,
    ImportRow,
    ImportRun,
    Organisation,
    Person,
    Position,
)
from phithak.registry.queries import searching
from phithak.registry.queries.joining import imports as queries
from phithak.registry.queries.joining.lookups import Lookups
from phithak.registry.queries.joining.rows import Fault
from phithak.registry.queries.kinds import ContactKind, Kind
from phithak.registry.services import joining
from phithak.registry.services import organisations as services
from phithak.registry.services import people as people_services
from phithak.registry.services.joining import adding, contacts
from phithak.registry.services.joining.planning import Planned
from phithak.registry.services.people_facts import ContactFacts
from phithak.registry.sheets import Options
from tests.people import People
from tests.registry.factory import organisation
from tests.registry.joining.files import PLATFORMS, csv_of, workbook

pytestmark = pytest.mark.db

TOLD = (
    "registry:contact:added_many",
    "registry:import:stored",
    "privacy:item:sealed",
    "privacy:key:made_many",
)


def taken(
    people: People, rows: list[list[str]], *, kind: str = "organisations", start: bool = True
) -> ImportRun:
    """Upload rows as CSV, check and run them, and return the import."""
    return taken_file(people, csv_of(rows).encode(), kind=kind, start=start)


def taken_file(
    people: People, content: bytes, *, kind: str = "organisations", start: bool = True
) -> ImportRun:
    actor = people.actor("analyst")
    run_id = joining.upload(actor, io.BytesIO(content), name="รายชื่อ.csv", kind=kind)
    run_pending()
    if start and ImportRun.objects.get(pk=run_id).state == "checked":
        joining.start(actor, run_id)
        run_pending()
    return ImportRun.objects.get(pk=run_id)


def faults(run: ImportRun) -> list[tuple[int, str, str]]:
    rows = queries.rows_of(run).filter(state="fault")
    return [(row.number, fault["column"], fault["en"]) for row in rows for fault in row.faults]


@pytest.fixture
def packs(people: People) -> None:
    services.load_ready()


def test_five_platforms_of_one_file_are_there(people: People, packs: None) -> None:
    run = taken_file(people, workbook(("แผ่น1", PLATFORMS)))
    assert (run.state, run.added, run.faults, faults(run)) == ("done", 5, 0, [])
    rows = Organisation.objects.filter(kind=Kind.PLATFORM, size="large", sector__code="e-commerce")
    assert rows.count() == 5
    assert searching.matching(Organisation.objects.all(), "large e-commerce").count() == 5
    assert {row.state for row in rows} == {"registered"}


def test_the_second_time_every_row_is_the_same(people: People, packs: None) -> None:
    taken(people, PLATFORMS)
    run = taken(people, PLATFORMS)
    assert run.plan == {"same": 5}
    assert (run.added, run.changed, run.same) == (0, 0, 5)
    assert Organisation.objects.count() == 5


def test_a_changed_cell_changes_that_field_alone_and_an_empty_one_nothing(
    people: People, packs: None
) -> None:
    taken(people, PLATFORMS)
    rows = [["ชื่อ", "เลขนิติบุคคล", "เว็บไซต์", "จังหวัด"], [PLATFORMS[1][0], "0105536000011", "nok.example.th", ""]]
    run = taken(people, rows)
    assert (run.changed, run.same) == (1, 0)
    row = Organisation.objects.get(juristic_id="0105536000011")
    assert (row.website, row.province, row.version) == ("nok.example.th", "TH-10", 2)
    kept = ImportRow.objects.get(run=run)
    assert [one["en"] for one in kept.faults] == ["Website"]


def test_each_fault_is_named_by_row_and_column_and_good_rows_go_in(people: People, packs: None) -> None:
    head = ["ชื่อหน่วยงาน", "ประเภท", "เลขนิติบุคคล", "จังหวัด", "ภาคส่วน", "ขนาด", "ผู้ใช้ต่อเดือน"]
    rows = [
        head,
        ["ร้านสมมติหนึ่ง", "ร้านค้า", "", "เชียงใหม่", "", "", ""],
        ["", "ร้านค้า", "", "", "", "", ""],
        ["ร้านสมมติสาม", "ยานอวกาศ", "", "", "", "", ""],
        ["ร้านสมมติสี่", "ร้านค้า", "0105536000013", "", "", "", ""],
        ["ร้านสมมติห้า", "ร้านค้า", "", "แอตแลนติส", "", "", ""],
        ["ร้านสมมติหก", "ร้านค้า", "", "", "", "", "เยอะมาก"],
        ["ตลาดสมมติเจ็ด", "แพลตฟอร์ม", "", "", "", "ใหญ่", "10"],
        ["ร้าน\u202eสมมติ", "ร้านค้า", "", "", "", "", ""],
        ["ร้านสมมติหนึ่ง", "ร้านค้า", "", "", "", "", ""],
        ["ศูนย์สมมติ", "cert", "", "", "", "", ""],
        ["ร้านสมมติเลขซ้ำ", "ร้านค้า", "0105536000062", "", "", "", ""],
        ["ร้านสมมติเลขซ้ำอีก", "ร้านค้า", "0105536000062", "", "", "", ""],
    ]
    run = taken(people, rows)
    told = faults(run)
    assert [(row, column) for row, column, _ in told] == [
        (3, "ชื่อหน่วยงาน"), (4, "ประเภท"), (5, "เลขนิติบุคคล"), (6, "จังหวัด"), (7, "ผู้ใช้ต่อเดือน"), (8, "ขนาด"),
        (9, "ชื่อหน่วยงาน"), (10, "ชื่อหน่วยงาน"), (11, "ประเภท"), (13, "เลขนิติบุคคล"),
    ]  # fmt: skip
    assert "row 2" in told[7][2]
    assert "row 12" in told[9][2]
    assert (run.added, run.faults, run.rows) == (2, 10, 12)
    assert Organisation.objects.filter(name_th__in=["ร้านสมมติหนึ่ง", "ร้านสมมติเลขซ้ำ"]).count() == 2


def test_a_row_is_found_by_external_id_and_by_name(people: People, packs: None) -> None:
    head = ["รหัสหน่วยงาน", "ชื่อ", "ประเภท", "จังหวัด"]
    taken(people, [head, ["H10713", "โรงพยาบาลดอยสมมติ", "รพ.", "แม่ฮ่องสอน"]])
    assert Alias.objects.filter(text="H10713").count() == 1
    again = taken(people, [head, ["H10713", "โรงพยาบาลดอยสมมติ (ชื่อใหม่)", "รพ.", ""]])
    assert (again.added, again.changed) == (0, 1)
    by_name = taken(people, [["ชื่อ", "ประเภท", "จังหวัด"], ["โรงพยาบาลดอยสมมติ (ชื่อใหม่)", "รพ.", "แม่ฮ่องสอน"]])
    assert (by_name.added, by_name.same) == (0, 1)


def test_keys_of_two_organisations_in_one_row_are_a_fault(people: People, packs: None) -> None:
    first = organisation(people, Kind.MERCHANT, juristic_id="0105536000011")
    second = organisation(people, Kind.MERCHANT)
    rows = [["id", "เลขนิติบุคคล", "ชื่อ"], [str(second.pk), "0105536000011", "ร้านสมมติ"]]
    run = taken(people, rows)
    assert [column for _, column, _ in faults(run)] == ["id"]
    assert first.name_th in faults(run)[0][2] or second.name_th in faults(run)[0][2]


def test_the_columns_can_be_told_otherwise_before_the_run(people: People, packs: None) -> None:
    rows = [["ชื่อ", "ประเภท", "ช่องลึกลับ"], ["ร้านสมมติ", "ร้านค้า", "Imagined shop"]]
    run = taken(people, rows, start=False)
    assert run.columns == {"0": "name_th", "1": "kind"}
    actor = people.actor("analyst")
    joining.choose(actor, run.pk, columns={**run.columns, "2": "name_en"}, options=Options(), defaults={})
    run_pending()
    joining.start(actor, run.pk)
    run_pending()
    assert Organisation.objects.get(name_th="ร้านสมมติ").name_en == "Imagined shop"


def test_a_field_twice_is_refused(people: People, packs: None) -> None:
    run = taken(people, PLATFORMS, start=False)
    with pytest.raises(joining.ColumnsError):
        joining.choose(
            people.actor("analyst"),
            run.pk,
            columns={"0": "name_th", "1": "name_th"},
            options=Options(),
            defaults={},
        )


def test_an_import_starts_once_and_only_after_its_check(people: People, packs: None) -> None:
    actor = people.actor("analyst")
    run_id = joining.upload(actor, io.BytesIO(csv_of(PLATFORMS).encode()), name="a.csv", kind="organisations")
    with pytest.raises(joining.ImportStateError):
        joining.start(actor, run_id)
    run_pending()
    joining.start(actor, run_id)
    with pytest.raises(joining.ImportStateError):
        joining.start(actor, run_id)


def test_a_cancelled_import_writes_nothing_more(people: People, packs: None) -> None:
    run = taken(people, PLATFORMS, start=False)
    actor = people.actor("analyst")
    joining.start(actor, run.pk)
    joining.cancel(actor, run.pk)
    run_pending()
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert Organisation.objects.count() == 0


def test_contacts_come_in_and_are_the_same_the_second_time(people: People, packs: None) -> None:
    row = organisation(people, name_th="โรงพยาบาลสมมติหลายเวร")
    rows = [
        ["หน่วยงาน", "ประเภท", "ชื่อ-สกุล", "ตำแหน่ง", "โทรศัพท์", "อีเมล"],
        [row.name_th, "ไอที", "นายแพทย์สมมติ ใจดี", "หัวหน้าไอที", "๐๘๑-๒๓๔-๕๖๗๘", "it@hosp.example.th"],
        [row.name_th, "DPO", "นางสาวสมมุติ รักษา", "", "", "dpo@hosp.example.th"],
        [row.name_th, "ไอที", "ไม่มีช่องทาง สมมติ", "", "", ""],
        ["โรงพยาบาลที่ไม่มี", "ไอที", "ก ข", "", "0812345678", ""],
    ]
    run = taken(people, rows, kind="contacts")
    assert (run.added, run.faults) == (2, 2)
    assert [(number, column) for number, column, _ in faults(run)] == [(4, "โทรศัพท์"), (5, "หน่วยงาน")]
    assert ContactPoint.objects.filter(tenant=row.pk).count() == 2
    again = taken(people, rows, kind="contacts")
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    rows[1][4] = "0899999999"
    assert taken(people, rows, kind="contacts").changed == 1


def test_contacts_of_one_person_share_it_and_are_told_once(people: People, packs: None) -> None:
    """Two rows of one person make one person with one position; the journal has one entry for each lot."""
    row = organisation(people, name_th="โรงพยาบาลสมมติคนเดียว")
    other = organisation(people, name_th="โรงพยาบาลสมมติอีกแห่ง")
    ContactPoint.objects.create(
        tenant_id=row.pk, kind="technical", label_th="ว่าง", needs_successor=True, ended_at=clock.now()
    )
    rows = [
        ["หน่วยงาน", "ประเภท", "ชื่อ-สกุล", "ตำแหน่ง", "ชื่อเรียก", "โทรศัพท์", "อีเมล"],
        [row.name_th, "ไอที", "นายสมมติ ใจดี", "หัวหน้าไอที", "เวรเช้า", "0812345678", "a@one.example.th"],
        [row.name_th, "DPO", "นายสมมติ ใจดี", "", "คุ้มครองข้อมูล", "0812345678", ""],
        [other.name_th, "ไอที", "นายสมมติ ใจดี", "หัวหน้าไอที", "", "0812345678", ""],
        [other.name_th, "ไอที", "", "", "เวรดึก", "", "night@other.example.th"],
    ]
    run = taken(people, rows, kind="contacts")
    assert (run.state, run.added, run.faults, faults(run)) == ("done", 4, 0, [])
    assert [(one.tenant_id, one.title, one.name_th) for one in Person.objects.order_by("pk")] == [
        (row.pk, "นาย", "สมมติ ใจดี"), (other.pk, "นาย", "สมมติ ใจดี"),
    ]  # fmt: skip
    assert Position.objects.filter(tenant=row.pk).count() == 1
    made = ContactPoint.objects.filter(ended_at=None).order_by("pk")
    assert [one.label_th for one in made] == ["เวรเช้า", "คุ้มครองข้อมูล", "นายสมมติ ใจดี", "เวรดึก"]
    assert [bool(one.phone_id) for one in made] == [True, True, True, False]
    assert not ContactPoint.objects.filter(needs_successor=True).exists()
    assert reveal_for_sending(made[3].email_id) == "night@other.example.th"
    assert made[3].position is None
    counts = {tag: Entry.objects.filter(tag=tag).count() for tag in TOLD}
    assert set(counts.values()) == {1}
    # each is searched by who answers
    assert [len(list(search.matching(f"registry.{kind}", "หัวหน้าไอที"))) for kind in ("contact", "person")] == [
        3,
        2,
    ]


def test_a_contact_that_somebody_added_meanwhile_is_not_doubled(
    people: People, packs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = organisation(people, name_th="โรงพยาบาลสมมติมีคนแทรก")
    rows = [["หน่วยงาน", "ประเภท", "ชื่อเรียก", "โทรศัพท์"], [row.name_th, "ไอที", "เวร", "0812345678"]]
    prepare = contacts.prepare

    def comes_between(planned: Sequence[Planned]) -> tuple[contacts.Ready, dict[int, Fault]]:
        ready = prepare(planned)
        if planned:
            facts = ContactFacts(kind=ContactKind.TECHNICAL, label_th="เวร", phone="0812345678")
            people_services.add_contact(people.actor("analyst"), row.pk, facts)
        return ready

    monkeypatch.setattr(contacts, "prepare", comes_between)
    run = taken(people, rows, kind="contacts")
    assert (run.state, run.added, run.same) == ("done", 0, 1)
    assert ContactPoint.objects.filter(tenant=row.pk).count() == 1


def test_an_organisation_that_somebody_added_meanwhile_is_not_doubled(
    people: People, packs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["รหัสหน่วยงาน", "ชื่อ", "ประเภท"], ["H1", "ร้านสมมติแทรก", "ร้านค้า"], ["H2", "ร้านสมมติรหัส", "ร้านค้า"]]
    prepare = adding.prepare

    def comes_between(planned: Sequence[Planned], lookups: Lookups) -> list[adding.New]:
        ready = prepare(planned, lookups)
        if len(ready) == 2:
            actor = people.actor("analyst")
            services.create(actor, services.OrganisationFacts("ร้านสมมติแทรก", "merchant"))
            other = services.OrganisationFacts("อีกชื่อ", "merchant", aliases=(services.AliasFacts("H2"),))
            services.create(actor, other)
        return ready

    monkeypatch.setattr(adding, "prepare", comes_between)
    run = taken(people, rows)
    assert (run.state, run.added, run.changed) == ("done", 0, 2)
    assert set(Organisation.objects.values_list("name_th", flat=True)) == {"ร้านสมมติแทรก", "ร้านสมมติรหัส"}


def test_no_address_of_a_contact_stays_in_what_is_kept(people: People, packs: None) -> None:
    row = organisation(people, name_th="โรงพยาบาลสมมติปิดผนึก")
    rows = [
        ["หน่วยงาน", "ประเภท", "โทรศัพท์"],
        [row.name_th, "ไอที", "0812345678"],
        [row.name_th, "กฎหมาย", "08123456"],
    ]
    run = taken(people, rows, kind="contacts")
    kept = str(run.read) + str([one.faults for one in ImportRow.objects.filter(run=run)])
    assert "0812345678" not in kept
    assert "08123456" not in kept


def test_members_see_no_imports(people: People, packs: None) -> None:
    run = taken(people, PLATFORMS)
    assert queries.runs_visible_to(people.actor("member_admin")).count() == 0
    assert queries.runs_visible_to(people.actor("cert_admin")).filter(pk=run.pk).exists()


def test_a_killed_run_goes_on_behind_its_cursor(
    people: People, packs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run dies after some chunks; the next attempt does the rest and nothing twice."""
    from phithak.registry.services.joining import running  # noqa: PLC0415 - the module that is cut off

    rows = [["ชื่อ", "ประเภท"], *[[f"ร้านสมมติที่ {number}", "ร้านค้า"] for number in range(60)]]
    monkeypatch.setattr(running, "LIMITS", {"organisations": (10, 10)})
    store, calls = running.adding.store, []

    def dies(*args: object) -> None:
        calls.append(1)
        if len(calls) == 4:
            raise SystemExit
        store(*args)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(running.adding, "store", dies)
    run = taken(people, rows)
    assert (run.state, run.added, len(calls)) == ("running", 30, 4)
    from phithak.core.jobs.models import Job  # noqa: PLC0415 - the rest of the job is made due

    Job.objects.filter(state="queued").update(run_at=run.created_at)
    run_pending()
    run.refresh_from_db()
    assert (run.state, run.added) == ("done", 60)
    assert Organisation.objects.count() == 60
    assert ImportRow.objects.filter(run=run).count() == 60
