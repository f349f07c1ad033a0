"""The room as people and machines meet it: pages, API, commands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from phithak.notices import services
from phithak.web.cli import main
from tests.notices.conftest import House
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# six kinds of titles: a rank of the air force, police, a physician, a professor with several, civil, noble
SIX = [
    ("air_force", "พลอากาศตรี อมร ใจกล้า", "พลอากาศตรี อมร ใจกล้า", "เรียน พล.อ.ต. อมร ใจกล้า"),
    ("police", "ร.ต.อ. สมหมาย รักษ์ธรรม", "ร้อยตำรวจเอก สมหมาย รักษ์ธรรม", "เรียน ร.ต.อ. สมหมาย รักษ์ธรรม"),
    ("medical", "พญ.อรุณ คุ้มภัย", "แพทย์หญิงอรุณ คุ้มภัย", "เรียน พญ.อรุณ คุ้มภัย"),
    (
        "academic",
        "รศ. ดร. นพ.เมธี เชี่ยวชาญ",
        "รองศาสตราจารย์ ดร. นายแพทย์เมธี เชี่ยวชาญ",
        "เรียน รศ. ดร. นพ.เมธี เชี่ยวชาญ",
    ),
    ("civil", "นางสาวมาลี ใจดี", "นางสาวมาลี ใจดี", "เรียน คุณมาลี ใจดี"),
    ("noble", "คุณหญิงวิภา นำทาง", "คุณหญิงวิภา นำทาง", "เรียน คุณหญิงวิภา นำทาง"),
]


def address(house: House, code: str, what: str = "template") -> str:
    return reverse(f"notices:{what}", args=[house.template(code).pk])


def api(house: House, code: str, what: str = "") -> str:
    return f"/api/v1/notices/templates/{house.template(code).pk}{what}"


def post(browser: Client, url: str, data: dict[str, Any]) -> Any:
    answer = browser.post(url, json.dumps(data), content_type="application/json")
    assert answer.status_code < 300, answer.content.decode()
    return answer.json()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_change_in_the_directory_is_seen_in_every_draft(house: House) -> None:
    """Hotline change updates all drafts; 4-digit numbers display and dial right.

    Proves: S1-21
    """
    browser = house.people.client("analyst")
    drafts = [
        template.code
        for template in (
            house.template(f"M{number}")
            for number in (1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 18, 19, 20, 22, 23)
        )
    ]
    for code in drafts:
        assert "1242" in words(browser.get(address(house, code, "preview")).content.decode()), code
    page = browser.get(reverse("notices:hotline", args=[house.hotline_id])).content.decode()
    assert '<a href="tel:1242">1242</a>' in page
    change = {
        "number": "๑๒๑๓", "name_th": "สายด่วนใหม่", "name_en": "New hotline", "owner": "ศูนย์",
        "hours_th": "ทุกวัน 08:00-20:00 น.", "hours_en": "daily 08:00-20:00",
    }  # fmt: skip
    answer = browser.post(reverse("notices:hotline", args=[house.hotline_id]), change)
    assert answer.status_code == 302
    for code in drafts:
        shown = words(browser.get(address(house, code, "preview")).content.decode())
        assert "1213" in shown, code
        assert "1242" not in shown, code
    page = browser.get(reverse("notices:hotline", args=[house.hotline_id])).content.decode()
    assert '<a href="tel:1213">1213</a>' in page
    listed = browser.get("/api/v1/notices/hotlines").json()["items"]
    assert {(row["shown"], row["dial"]) for row in listed} == {
        ("1213", "tel:1213"), ("1212", "tel:1212"), ("1441", "tel:1441"),
    }  # fmt: skip


def test_thai_and_arabic_digits_find_and_read_the_same(house: House) -> None:
    """Search for 2560 finds ๒๕๖๐; ๒๙ มิถุนายน ๒๕๖๐ parses to 2017-06-29.

    Proves: S3-1
    """
    browser = house.people.client("analyst")
    form = {
        "tenant_id": str(house.people.tenant_id("cert")), "code": "TD1", "text_class": "staff", "channel": "portal",
        "title_th": "บันทึกการประชุม", "title_en": "Minutes",
        "body_th": "ประชุมปี ๒๕๖๐ ณ {date}", "body_en": "Meeting of {date}",
    }  # fmt: skip
    assert browser.post(reverse("notices:new"), form).status_code == 302
    for asked in ("2560", "๒๕๖๐"):
        for url in (f"/notices/?q={asked}", f"/search/?q={asked}", f"/api/v1/notices/templates?q={asked}"):
            body = browser.get(url).content.decode()
            assert "TD1" in body, url
            assert "M24" not in body, url
    assert "TD1" not in browser.get("/notices/?q=2561").content.decode()
    shown = browser.post(address(house, "TD1", "preview"), {"fact_date": "๒๙ มิถุนายน ๒๕๖๐"})
    assert "Meeting of 29 June 2017" in words(shown.content.decode())
    assert "ณ 29 มิถุนายน 2560" in words(shown.content.decode())
    rendered = post(browser, api(house, "TD1", "/preview"), {"dates": {"date": "2017-06-29"}})
    assert rendered[0]["body"] == "ประชุมปี ๒๕๖๐ ณ 29 มิถุนายน 2560"
    read = main_json("thai", "date", "๒๙ มิถุนายน ๒๕๖๐")
    assert read["value"] == "2017-06-29"


def main_json(*arguments: str) -> Any:
    outcome = subprocess.run(
        [shutil.which("python3") or "python3", "-m", "phithak", *arguments],
        check=True, capture_output=True, text=True, env={"PYTHONPATH": "src", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return json.loads(outcome.stdout)


def test_a_letter_carries_the_full_rank_and_an_email_the_short_form(house: House) -> None:
    """Letter to this person renders with the full rank, e-mail greeting with short form; position, organisation.

    Proves: S4-2
    """
    browser = house.people.client("analyst")
    person = {
        "addressee_name": "พล.อ.ต. อมร ใจกล้า",
        "addressee_position": "ผู้อำนวยการสำนักความปลอดภัย",
        "addressee_organisation": "สำนักงานบริการดิจิทัลสมมติ",
    }
    letter = words(browser.post(address(house, "M10", "preview"), person).content.decode())
    assert "พลอากาศตรี อมร ใจกล้า ผู้อำนวยการสำนักความปลอดภัย สำนักงานบริการดิจิทัลสมมติ" in letter
    assert "เรียน ผู้อำนวยการสำนักความปลอดภัย" in letter
    assert "พล.อ.ต. อมร" not in letter.split("ลองค่าของคุณ")[0]
    mail = words(browser.post(address(house, "M8", "preview"), person).content.decode())
    assert "เรียน พล.อ.ต. อมร ใจกล้า" in mail
    assert "พลอากาศตรี" not in mail
    without_position = {"addressee_name": "พล.อ.ต. อมร ใจกล้า"}
    letter = words(browser.post(address(house, "M10", "preview"), without_position).content.decode())
    assert "เรียน พลอากาศตรี อมร ใจกล้า" in letter


@pytest.mark.needs("pdftotext")
def test_six_kinds_of_titles_come_out_right_in_letter_pdf_and_greeting(house: House, tmp_path: Path) -> None:
    """Template test renders 6 title kinds without mistakes.

    Proves: S4-42
    """
    browser = house.people.client("analyst")
    for kind, name, full, greeting in SIX:
        sent = {
            "addressee": {"name": name},
            "signatory": {"name": "นายกานต์ มองละเอียด", "position": "ผู้อำนวยการ"},
        }
        thai = post(browser, api(house, "M10", "/preview"), sent)[0]
        assert thai["body"].splitlines()[0] == f"เรียน {full}", kind
        assert full in words(thai["letter_html"]), kind
        assert "(นายกานต์ มองละเอียด)" in words(thai["letter_html"])
        mail = post(browser, api(house, "M8", "/preview"), sent)[0]
        assert mail["body"].splitlines()[0] == greeting, kind
        pdf = browser.post(
            address(house, "M10", "preview"),
            {"addressee_name": name, "signatory_name": "นายกานต์ มองละเอียด", "pdf": "th"},
        )
        assert pdf["Content-Type"] == "application/pdf"
        path = tmp_path / f"{kind}.pdf"
        path.write_bytes(pdf.content)
        text = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
        ).stdout
        assert full.replace(" ", "") in text.replace(" ", "").replace("\n", ""), kind


def test_titles_are_data_and_sorting_ignores_them(house: House) -> None:
    """Title list is data; sorting ignores titles.

    Proves: S4-3
    """
    browser = house.people.client("analyst")
    titles = browser.get("/api/v1/notices/titles").json()
    found = {row["th_full"]: row["th_short"] for row in titles}
    assert found["พลอากาศตรี"] == "พล.อ.ต."
    assert found["ร้อยตำรวจเอก"] == "ร.ต.อ."
    assert found["นายแพทย์"] == "นพ."
    assert {row["kind"] for row in titles} >= {
        "civil",
        "army",
        "navy",
        "air_force",
        "police",
        "medical",
        "academic",
    }
    people = [
        "นายขจร ทองดี",
        "พลอากาศตรี อมร ใจกล้า",
        "นพ.แก้ว มั่นคง",
        "นางกมล ศรีสุข",
        "ดร.เกษม ยิ่งยง",
        "น.ส.กมล จันทร์งาม",
    ]
    sent = post(browser, "/api/v1/notices/addressees", {"people": [{"name": name} for name in people]})
    # first names in Thai order: กมล (จันทร์งาม before ศรีสุข), เกษม, แก้ว, ขจร, อมร; by titles it would differ
    assert [row["short"] for row in sent] == [
        "น.ส.กมล จันทร์งาม", "นางกมล ศรีสุข", "ดร.เกษม ยิ่งยง", "นพ.แก้ว มั่นคง", "นายขจร ทองดี", "พล.อ.ต. อมร ใจกล้า",
    ]  # fmt: skip
    wrong = browser.post(
        "/api/v1/notices/addressees",
        json.dumps({"people": [{"name": "นาย"}]}),
        content_type="application/json",
    )
    assert wrong.status_code == 422
    assert wrong.json()["problems"][0]["field"] == "people.0.name"


def test_a_text_goes_from_edit_to_approval_on_the_pages(house: House) -> None:
    writer, second = house.people.client("analyst"), house.people.client("cert_admin")
    page = writer.get(address(house, "M21", "edit")).content.decode()
    seen = house.newest("M21").text_hash
    assert f'value="{seen}"' in page
    text = {"seen": seen, "body_th": "{team} {case} โทรฟรี", "body_en": "{team} {case} call"}
    live = writer.post(address(house, "M21", "lint"), text).content.decode()
    assert "promise.literal" in live
    assert "<html" not in live
    assert writer.post(address(house, "M21", "edit"), text).status_code == 302
    stale = writer.post(address(house, "M21", "edit"), text)
    assert stale.status_code == 422
    assert "ข้อความถูกแก้" in stale.content.decode()
    shown = writer.get(address(house, "M21")).content.decode()
    assert "promise.literal" in shown
    newest = house.newest("M21")
    submit = reverse("notices:submit", args=[newest.pk])
    assert writer.post(submit, {"seen": newest.text_hash}).status_code == 302
    own = writer.get(address(house, "M21")).content.decode()
    assert "อนุมัติข้อความนี้" not in own
    assert "รออนุมัติแม่แบบ M21" in second.get("/").content.decode()
    approve = reverse("notices:approve", args=[newest.pk])
    refused = second.post(approve, {"seen": newest.text_hash})
    assert refused.status_code == 409
    assert "promise.literal" in refused.content.decode()
    send_back = reverse("notices:send_back", args=[newest.pk])
    assert second.get(send_back).status_code == 200
    assert second.post(send_back, {"seen": newest.text_hash, "reason": "มีคำสัญญา"}).status_code == 302
    good = text | {"seen": newest.text_hash, "body_th": "{team} {case} โทร"}
    assert writer.post(address(house, "M21", "edit"), good).status_code == 302
    newest = house.newest("M21")
    writer.post(submit, {"seen": newest.text_hash})
    assert writer.post(approve, {"seen": newest.text_hash}).status_code == 403
    assert "อนุมัติข้อความนี้" in second.get(address(house, "M21")).content.decode()
    assert second.post(approve, {"seen": newest.text_hash}).status_code == 302
    assert "อนุมัติโดย" in second.get(address(house, "M21")).content.decode()
    assert second.post(reverse("notices:retire", args=[newest.pk])).status_code == 302


def test_the_same_goes_over_the_api(house: House) -> None:
    writer, second = house.people.client("analyst"), house.people.client("cert_admin")
    sent = {
        "tenant_id": str(house.people.tenant_id("cert")), "code": "API-1", "text_class": "staff",
        "channel": "portal", "title_th": "ทดสอบ", "title_en": "Test",
        "body_th": "{who} {n} รายการ", "body_en": "{who} {n} items",
    }  # fmt: skip
    made = post(writer, "/api/v1/notices/templates", sent)
    version = made["versions"][0]
    assert (version["state"], made["findings"]) == ("draft", [])
    draft = {"body_th": "{who} ส่ง {n} รายการ", "body_en": "{who} sends {n} items", "seen": version["seen"]}
    saved = writer.put(
        f"/api/v1/notices/templates/{made['id']}/draft", json.dumps(draft), content_type="application/json"
    ).json()
    seen = {"seen": saved["versions"][0]["seen"]}
    steps = f"/api/v1/notices/versions/{version['id']}"
    assert post(writer, f"{steps}/submit", seen)["versions"][0]["state"] == "submitted"
    refused = writer.post(f"{steps}/approve", json.dumps(seen), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "notices.second_person")
    done = post(second, f"{steps}/approve", seen)
    assert (done["versions"][0]["state"], done["versions"][0]["intact"]) == ("approved", True)
    assert post(second, f"{steps}/retire", {})["versions"][0]["state"] == "retired"
    lint = post(
        writer, "/api/v1/notices/lint",
        {"text_class": "public", "channel": "sms", "body_th": "โทร 1242 bit.ly/x", "body_en": "call 1242 bit.ly/x"},
    )  # fmt: skip
    assert {"hotline.literal", "link.sms", "link.shortener", "otp.sms", "sender.missing"} <= {
        one["rule"] for one in lint
    }
    pdf = writer.post(
        api(house, "M16", "/letter"), json.dumps({"language": "en"}), content_type="application/json"
    )
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    no_letter = writer.post(api(house, "M1", "/letter"), "{}", content_type="application/json")
    assert (no_letter.status_code, no_letter.json()["code"]) == (422, "notices.not_a_letter")
    assert len(writer.get("/api/v1/notices/rules").json()) >= 25
    assert {"org", "closed"} <= {row["name"] for row in writer.get("/api/v1/notices/slots").json()}


def test_an_sms_preview_counts_characters_and_parts(house: House) -> None:
    browser = house.people.client("analyst")
    values = {"fact_org": "ร้านหิ่งห้อย", "fact_ref": "K7MP2X9T", "promise_closed": "on"}
    shown = words(browser.post(address(house, "M1", "preview"), values).content.decode())
    # 127 fixed; org 12, closed 17, tel 4, free 3, ref 8
    assert "171 ตัวอักษร · 3 ส่วน" in shown
    assert "ปิดการเข้าถึงแล้ว" in shown
    plain = words(browser.get(address(house, "M1", "preview")).content.decode()).split("ลองค่าของคุณ")[0]
    assert "ปิดการเข้าถึงแล้ว" not in plain


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_opens_in_both_languages_and_without_rows(
    house: House, people: People, language: str
) -> None:
    for person in ("analyst", "member_admin"):
        browser = people.client(person, language=language)
        for name in ("templates", "new", "rules", "hotlines", "new_hotline", "urls", "new_url"):
            assert browser.get(reverse(f"notices:{name}")).status_code == 200, (person, name)
    centre = people.client("analyst", language=language)
    for template in (f"M{number}" for number in range(1, 25)):
        for what in ("template", "edit", "preview"):
            assert centre.get(address(house, template, what)).status_code == 200, (template, what)


def test_the_directory_is_kept_on_its_pages(house: House) -> None:
    browser = house.people.client("analyst")
    tenant = str(house.people.tenant_id("cert"))
    hotline = {
        "tenant_id": tenant, "slot": "tel_duty", "number": "02-123-4567", "name_th": "เวร", "name_en": "Duty",
        "owner": "ศูนย์", "hours_th": "ตลอดวัน", "hours_en": "all day",
    }  # fmt: skip
    assert browser.post(reverse("notices:new_hotline"), hotline).status_code == 302
    assert browser.post(reverse("notices:new_hotline"), hotline).status_code == 422
    assert "02-123-4567" in browser.get(reverse("notices:hotlines")).content.decode()
    assert (
        browser.post(
            reverse("notices:new_hotline"), hotline | {"slot": "tel_cert", "number": "9"}
        ).status_code
        == 422
    )
    assert browser.post(reverse("notices:retire_hotline", args=[house.hotline_id])).status_code == 302
    assert "⟨tel⟩" in browser.get(address(house, "M1", "preview")).content.decode()
    url = {"tenant_id": tenant, "host": "care.example.or.th", "name_th": "เว็บ", "name_en": "Site"}
    assert browser.post(reverse("notices:new_url"), url).status_code == 302
    made = browser.get("/api/v1/notices/addresses").json()["items"][0]
    retire = reverse("notices:retire_url", args=[made["id"]])
    assert "care.example.or.th" in browser.get(retire).content.decode()
    assert browser.post(retire).status_code == 302
    assert browser.get("/api/v1/notices/addresses").json()["items"][0]["active"] is False


def test_a_name_that_cannot_be_read_is_told_at_its_field(house: House) -> None:
    browser = house.people.client("analyst")
    answer = browser.post(address(house, "M10", "preview"), {"addressee_name": "นาย 123"})
    assert answer.status_code == 422
    assert 'id="id_addressee_name_error"' in answer.content.decode()


def test_readers_may_look_but_not_write(house: House) -> None:
    reader = house.people.client("call_agent")
    assert reader.get(address(house, "M17")).status_code == 200
    assert "บทพูดศูนย์รับสาย" in reader.get("/notices/").content.decode()
    assert reader.get(address(house, "M17", "edit")).status_code == 403
    assert reader.get(reverse("notices:new")).status_code == 403
    outsider = house.people.client("member_staff")
    assert outsider.get(address(house, "M17")).status_code == 404
    assert "บทพูดศูนย์รับสาย" not in outsider.get("/notices/").content.decode()
    assert house.people.client("authority").get("/notices/").status_code == 403


def test_commands_load_list_check_and_preview(
    people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["notices", "list"]) == 1
    assert main(["notices", "load"]) == 0
    assert "เพิ่ม 26" in capsys.readouterr().out
    assert main(["notices", "load"]) == 0
    assert "เพิ่ม 0 ปรับรุ่น 0 คงเดิม 26" in capsys.readouterr().out
    assert main(["notices", "list"]) == 0
    assert "M17\tcall\tร่าง\tบทพูดศูนย์รับสาย" in capsys.readouterr().out
    assert main(["notices", "preview", "M8", "--to", "พล.อ.ต. อมร ใจกล้า"]) == 0
    assert "เรียน พล.อ.ต. อมร ใจกล้า" in capsys.readouterr().out
    assert main(["notices", "preview", "M99"]) == 2
    file = tmp_path / "own.toml"
    good = '[[text]]\ncode = "X1"\nclass = "page"\nchannel = "portal"\nbody_th = "ประกาศ"\nbody_en = "News"\n'
    file.write_text(good, encoding="utf-8")
    assert main(["notices", "lint", str(file)]) == 0
    assert "X1\tok" in capsys.readouterr().out
    file.write_text(good.replace("ประกาศ", "โทรฟรี"), encoding="utf-8")
    assert main(["notices", "lint", str(file)]) == 1
    assert "promise.literal" in capsys.readouterr().out
    for broken in (
        "[[text]]\ncode = 1",
        "text = 3",
        "not toml",
        '[[text]]\ncode="a"\nclass="x"\nchannel="sms"',
    ):
        file.write_text(broken, encoding="utf-8")
        assert main(["notices", "lint", str(file)]) == 2
    assert main(["notices", "lint", str(tmp_path / "none.toml")]) == 2


def test_loading_before_there_is_a_centre_says_so(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notices", "load"]) == 1
    assert "ยังไม่มีศูนย์" in capsys.readouterr().out
    assert services.load_ready_texts().added == ()
