"""The pages, the API and the command of registration, requests, imports and exports."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phithak.base import clock
from phithak.core.jobs.services import run_pending
from phithak.registry.models import ChangeRequest, ImportRun, Organisation
from phithak.registry.services import organisations as services
from phithak.web import cli
from tests.people import People
from tests.registry.factory import organisation, organisation_of
from tests.registry.joining.files import PLATFORMS, csv_of, workbook

pytestmark = pytest.mark.db

REQUIRED = 'class="ph-required"'
QUESTIONS: dict[str, Any] = {
    "kind": "platform", "person": "person", "revenue_thb": "๙๐๐,๐๐๐", "users_per_month": "300",
}  # fmt: skip
SHOP: dict[str, Any] = {
    "name_th": "ร้านดาวกระจาย (สมมติ)", "national_id": "1112034563562", "address": "1 หมู่ 2", "province": "TH-50",
    "website": "dao.example.th", "contact": "นางสาวสมมติ ค้าขาย", "phone": "๐๘๑-๒๓๔-๕๖๗๘", "email": "dao@example.th",
    "nonce": "n" * 32, "fax": "",
}  # fmt: skip


def page(people: People, **answers: Any) -> str:
    answer = Client().post("/registry/join/", {**QUESTIONS, **answers})
    assert answer.status_code == 200
    return answer.text


def sent(**more: Any) -> Any:
    first = {**QUESTIONS, "revenue_thb": "900000"}
    return Client().post("/registry/join/send/", {**first, **SHOP, **more})


def test_three_operators_are_classed_and_the_small_form_has_at_most_twelve_required_fields(
    people: People,
) -> None:
    """Proves: S0-25.

    By the decree's limits: a person up to 1.8 million baht and 5,000 users is small, above medium; over 300
    million for one service large.
    """
    questions = Client().get("/registry/join/").text
    small = page(people)
    medium = page(people, revenue_thb="1,800,001")
    large = page(people, person="juristic", revenue_thb="300,000,001")
    for text, size in ((small, "ขนาดเล็ก"), (medium, "ขนาดกลาง"), (large, "ขนาดใหญ่")):
        assert f"ขนาดกิจการ: {size}" in " ".join(text.split())
    assert "รายได้รวมต่อปีเกิน 1,800,000" in medium
    # both pages of the small one together: what the questions ask is required too
    assert 0 < small.count(REQUIRED) + questions.count(REQUIRED) <= 12
    assert small.count(REQUIRED) == 8
    assert large.count(REQUIRED) > small.count(REQUIRED)
    # approval, then yearly renewal from sixty days before its end
    answer = sent()
    reference = re.search(r'ph-figure">([A-Z0-9]{4}-[A-Z0-9]{4})<', answer.text)
    assert reference is not None
    row = ChangeRequest.objects.get(reference=reference[1].replace("-", ""))
    analyst = people.client("analyst")
    assert analyst.post(f"/registry/requests/{row.pk}/approve/", {"version": 0}).status_code == 302
    made = Organisation.objects.get(name_th=SHOP["name_th"])
    assert (made.size, made.state) == ("small", "registered")
    assert made.renewal_due is not None
    assert 364 <= (made.renewal_due - clock.today()).days <= 367
    told = Client().post("/registry/join/status/", {"reference": reference[1], "second": "0812345678"}).text
    assert "อนุมัติแล้ว" in told


def test_five_platforms_of_one_file_are_found_by_large_e_commerce(people: People) -> None:
    """Proves: S0-1.

    Five platforms come in from one workbook through the page; the list's search finds exactly them.
    """
    services.load_ready()
    organisation(people, name_th="โรงพยาบาลสมมติที่ไม่เกี่ยว")
    browser = people.client("analyst")
    file = SimpleUploadedFile("platforms.xlsx", workbook(("แผ่น1", PLATFORMS)))
    answer = browser.post("/registry/imports/new/", {"kind": "organisations", "file": file})
    assert answer.status_code == 302
    run_pending()
    shown = browser.get(answer["Location"]).text
    assert "นำเข้า 5 แถวที่ถูกต้อง" in shown
    assert browser.post(answer["Location"] + "start/").status_code == 302
    run_pending()
    listed = browser.get("/registry/?q=large e-commerce&format=json")
    found = json.loads(b"".join(listed))  # type: ignore[arg-type] # bytes
    assert sorted(one["name"] for one in found) == sorted(row[0] for row in PLATFORMS[1:])
    assert len(found) == 5
    rows = Organisation.objects.filter(size="large", sector__code="e-commerce")
    assert rows.count() == 5
    assert all("controller" in row.legal_roles for row in rows)


def test_what_was_typed_stays_when_a_field_is_wrong(people: People) -> None:
    answer = sent(phone="12", national_id="1112034563561")
    assert answer.status_code == 422
    for kept in ("ร้านดาวกระจาย (สมมติ)", "1 หมู่ 2", "dao@example.th", 'value="person"'):
        assert kept in answer.text
    assert ChangeRequest.objects.count() == 0


@pytest.mark.parametrize(("field", "value"), [
    ("name_th", "ร้าน\u202eดาว"), ("name_th", "ก" * 1_000_000), ("address", "ก" * 501), ("website", "ไม่ใช่ เว็บ"),
    ("contact", "สม\u200bมติ"), ("fax", "02-123-4567"), ("province", "TH-99"), ("name_th", "ร้าน\x00ดาว"),
])  # fmt: skip
def test_hostile_input_is_refused_by_name_in_both_languages(people: People, field: str, value: str) -> None:
    for language in ("th", "en"):
        answer = sent(**{field: value, "language": language})
        assert answer.status_code == 422
        assert f"id_{field}" in answer.text
        assert len(answer.content) < 100_000
    assert ChangeRequest.objects.count() == 0


def test_a_form_without_its_token_is_refused(people: People) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/registry/join/send/", {**QUESTIONS, **SHOP}).status_code == 403


def test_a_known_organisation_gets_the_same_answer_as_an_unknown_one(people: People) -> None:
    organisation_of(people, "platform", juristic_id="0105536000011")
    answers = []
    for number, nonce in (("0105536000011", "a" * 32), ("0105536000020", "b" * 32)):
        more = {"person": "juristic", "juristic_id": number, "nonce": nonce}
        answers.append(sent(**more))
    changing = r'[A-Z0-9]{4}-[A-Z0-9]{4}|csrfmiddlewaretoken" value="[^"]+"'
    texts = [re.sub(changing, "", answer.text) for answer in answers]
    assert texts[0] == texts[1]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].headers.keys() == answers[1].headers.keys()
    known = ChangeRequest.objects.get(nonce="a" * 32)
    shown = people.client("analyst").get(f"/registry/requests/{known.pk}/").text
    assert "เลขนิติบุคคลนี้มีในทะเบียนแล้ว" in shown


def test_a_crowd_is_slowed_down_with_its_words_kept(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phithak.registry.services.joining.requests.MOST_IN_WINDOW", 1)
    assert sent().status_code == 200
    slow = sent(nonce="m" * 32)
    assert (slow.status_code, slow["Retry-After"]) == (429, "60")
    assert "ร้านดาวกระจาย (สมมติ)" in slow.text


def test_a_member_asks_the_centre_sees_the_difference_and_decides(people: People) -> None:
    row = organisation_of(people, "platform")
    member = people.client("platform_admin")
    address = f"/registry/{row.pk}/requests/change/"
    form = member.get(address)
    assert "ตลาดออนไลน์หิ่งห้อย" in form.text
    typed = {"version": 1, "name_th": row.name_th, "name_en": row.name_en, "kind": "platform", "country": "TH",
             "province": "", "is_juristic": "on", "website": "firefly.example.th"}  # fmt: skip
    answer = member.post(address, typed)
    assert answer.status_code == 302, answer.text
    analyst = people.client("analyst")
    shown = analyst.get(answer["Location"]).text
    assert "firefly.example.th" in shown
    assert analyst.post(answer["Location"] + "refuse/", {"reason": ""}).status_code == 422
    assert analyst.post(answer["Location"] + "approve/", {"version": 99}).status_code == 409
    assert analyst.post(answer["Location"] + "approve/", {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert row.website == "firefly.example.th"
    assert "อนุมัติแล้ว" in member.get(answer["Location"]).text


def test_requests_that_wait_are_listed_first_and_all_are_one_click_away(people: People) -> None:
    sent()
    sent(nonce="m" * 32, name_th="ร้านที่ตัดสินแล้ว (สมมติ)")
    done = ChangeRequest.objects.get(nonce="m" * 32)
    analyst = people.client("analyst")
    analyst.post(f"/registry/requests/{done.pk}/refuse/", {"reason": "ข้อมูลไม่ครบ"})
    waiting = analyst.get("/registry/requests/").text
    assert SHOP["name_th"] in waiting
    assert "ร้านที่ตัดสินแล้ว" not in waiting
    assert 'href="?state="' in waiting
    every = analyst.get("/registry/requests/?state=").text
    assert SHOP["name_th"] in every
    assert "ร้านที่ตัดสินแล้ว" in every
    assert 'href="/registry/requests/"' in analyst.get("/").text


def test_a_renewal_takes_one_press(people: People) -> None:
    row = organisation_of(people, "platform", renewal_due=clock.today() + timedelta(days=20))
    member = people.client("platform_admin")
    address = f"/registry/{row.pk}/requests/renew/"
    assert "ต่ออายุตามข้อมูลเดิม" in member.get(address).text
    assert member.post(address, {"as_it_is": "yes"}).status_code == 302
    assert ChangeRequest.objects.get().kind == "renew"
    assert member.post(address, {"as_it_is": "yes"}).status_code == 409


def test_an_import_through_the_pages_names_faults_and_gives_them_back(people: People) -> None:
    browser = people.client("analyst")
    rows = [["ชื่อ", "ประเภท"], ["ร้านสมมติดี", "ร้านค้า"], ["=1+1", "ร้านค้า"], ["ร้านสมมติ", "ยานแม่"]]
    file = SimpleUploadedFile("ร้าน.csv", csv_of(rows).encode("cp874"))
    answer = browser.post("/registry/imports/new/", {"kind": "organisations", "file": file})
    where = answer["Location"]
    assert "กำลังตรวจ" in browser.get(where).text
    run_pending()
    shown = browser.get(where).text
    assert "TIS-620" in shown
    assert "เหมือนสูตร" in shown
    taken = browser.post(where + "faults/")
    body = b"".join(taken).decode("utf-8-sig")  # type: ignore[arg-type] # a streaming answer gives bytes
    assert "'=1+1" in body
    assert body.count("\r\n") == 3
    assert browser.get(where + "columns/").status_code == 200
    assert browser.post(where + "columns/", {"column_0": "name_th", "column_1": "name_th"}).status_code == 422
    assert browser.post(where + "cancel/").status_code == 302
    assert ImportRun.objects.get().state == "cancelled"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"PK\x03\x04broken", workbook(("ก", [["x"], ["y"]]))])
def test_a_useless_file_is_refused_on_the_form(people: People, content: bytes) -> None:
    file = SimpleUploadedFile("bad.xlsx", content)
    answer = people.client("analyst").post("/registry/imports/new/", {"kind": "organisations", "file": file})
    assert answer.status_code == 422
    assert "อ่านไฟล์นี้ไม่ได้" in answer.text
    assert ImportRun.objects.count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_comes_back_as_the_same(people: People, kind: str) -> None:
    services.load_ready()
    aliases = (services.AliasFacts("Kro Sai Co., Ltd."), services.AliasFacts("ร้านเกราะ"))
    actor = people.actor("analyst")
    made = services.create(
        actor,
        services.OrganisationFacts(
            name_th="-ร้านขึ้นต้นด้วยขีด (สมมติ)", kind="merchant", sector="e-commerce", province="TH-50",
            juristic_id="0105536000011", revenue_thb=60_000_000, aliases=aliases, legal_roles=("processor",),
        ),
    )  # fmt: skip
    organisation_of(people, "platform", is_juristic=False, address='ซอย "สอง", ชั้น 3')
    browser = people.client("analyst")
    answer = browser.get(f"/registry/export/?format={kind}")
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type] # bytes
    if kind == "csv":
        assert "'-ร้านขึ้นต้นด้วยขีด" in content.decode()
    browser.post(
        "/registry/imports/new/", {"kind": "organisations", "file": SimpleUploadedFile("e", content)}
    )
    run_pending()
    run = ImportRun.objects.get()
    count = Organisation.objects.filter(merged_into=None).count()
    assert run.plan == {"same": count}, list(run.plan.items())
    assert Organisation.objects.get(pk=made).name_th.startswith("-")


def test_members_have_no_imports_and_see_their_own_export(people: People) -> None:
    organisation_of(people, "hospital")
    organisation_of(people, "hospital_b", name_th="โรงพยาบาลอื่นที่ไม่ควรเห็น")
    browser = people.client("member_admin")
    assert browser.get("/registry/imports/").status_code == 403
    body = b"".join(browser.get("/registry/export/?format=csv")).decode()  # type: ignore[arg-type] # bytes
    assert "โรงพยาบาลธารเมฆ" in body
    assert "โรงพยาบาลอื่นที่ไม่ควรเห็น" not in body


def test_the_api_uploads_checks_and_runs(people: People) -> None:
    browser = people.client("analyst")
    file = SimpleUploadedFile(
        "a.csv", csv_of([["ชื่อ", "ประเภท"], ["ร้านสมมติ", "ร้านค้า"], ["", "ร้านค้า"]]).encode()
    )
    made = browser.post("/api/v1/registry/imports", {"kind": "organisations", "file": file})
    assert made.status_code == 201, made.text
    where = f"/api/v1/registry/imports/{made.json()['id']}"
    run_pending()
    assert browser.get(where).json()["plan"] == {"add": 1, "fault": 1}
    rows = browser.get(where + "/rows").json()["items"]
    assert [(row["number"], row["state"], row["faults"][0]["column"]) for row in rows] == [(3, "fault", "ชื่อ")]
    assert browser.post(where + "/start").status_code == 200
    run_pending()
    assert browser.get(where).json()["added"] == 1
    assert browser.post(where + "/start").status_code == 409


def test_the_api_decides_on_requests(people: People) -> None:
    sent()
    browser = people.client("analyst")
    found = browser.get("/api/v1/registry/requests").json()["items"]
    assert [one["kind"] for one in found] == ["register"]
    where = f"/api/v1/registry/requests/{found[0]['id']}"
    assert "name_th" in {one["field"] for one in browser.get(where).json()["differences"]}
    assert browser.post(where + "/refuse", {"reason": "ข้อมูลไม่ครบ"}, "application/json").status_code == 200
    assert browser.post(where + "/approve", {}, "application/json").status_code == 409


def test_the_command_checks_and_imports(
    people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ร้าน.csv"
    path.write_text(csv_of([["ชื่อ", "ประเภท"], ["ร้านสมมติจากคำสั่ง", "ร้านค้า"], ["x", "ยานแม่"]]), encoding="utf-8")
    before = Organisation.objects.count()
    assert cli.main(["registry", "import", str(path), "--kind", "organisations", "--dry-run"]) == 1
    assert "3\tประเภท" in capsys.readouterr().out
    assert Organisation.objects.count() == before
    assert cli.main(["registry", "import", str(path), "--yes"]) == 1
    assert "เพิ่ม 1" in capsys.readouterr().out
    assert Organisation.objects.filter(name_th="ร้านสมมติจากคำสั่ง").count() == 1
    assert cli.main(["registry", "export"]) == 0
    assert "ร้านสมมติจากคำสั่ง" in capsys.readouterr().out
    assert cli.main(["registry", "import", str(tmp_path / "nothing.csv")]) == 2


def test_the_panel_of_an_organisation_shows_its_requests(people: People) -> None:
    row = organisation_of(people, "platform")
    shown = people.client("platform_admin").get(f"/registry/{row.pk}/requests/")
    assert "ขอแก้ข้อมูล" in shown.text
    assert people.client("member_admin").get(f"/registry/{row.pk}/requests/").status_code == 404


def test_the_sample_file_is_an_empty_table_of_all_headings(people: People) -> None:
    browser = people.client("analyst")
    body = b"".join(browser.get("/registry/imports/new/?sample=organisations")).decode("utf-8-sig")  # type: ignore[arg-type] # bytes
    assert body.startswith("รหัสในระบบ,")
    assert io.StringIO(body).readline().count(",") == 20
