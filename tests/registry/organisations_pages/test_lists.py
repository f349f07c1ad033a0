"""The list of organisations: search in words and by any name, filters, order, what each role sees."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.urls import reverse

from phithak.registry.models import Organisation
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import organisations as services
from tests.people import People
from tests.registry.organisations_pages.conftest import Add, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

LIST = reverse("registry:organisations")
FIVE = {
    "ตลาดใบพลู": "Baiphlu Market",
    "ตลาดดาวกระจาย": "Daokrachai Market",
    "ตลาดทุ่งหญ้า": "Thungya Market",
    "ตลาดลูกตาล": "Luktan Market",
    "ตลาดเรือจ้าง": "Rueachang Market",
}
LARGE = {"service_revenue_thb": 900_000_000, "users_per_month": 9_000_000}
SMALL = {"service_revenue_thb": 900_000, "revenue_thb": 900_000, "users_per_month": 90, "is_juristic": True}


def found(people: People, query: dict[str, str], who: str = "analyst", language: str = "th") -> list[str]:
    """Return the names on the list page that a query gives."""
    answer = people.client(who, language=language).get(LIST, query)
    assert answer.status_code == 200
    return [line[0] for line in rows_of(answer.content.decode())]


@pytest.fixture
def market(add: Add) -> None:
    """Register five large platforms among others that each differ in one thing."""
    for thai, english in FIVE.items():
        add(thai, Kind.PLATFORM, name_en=english, sector="e-commerce", **LARGE)
    add("ตลาดริมคลอง", Kind.PLATFORM, name_en="Rimkhlong Market", sector="e-commerce", **SMALL)
    add("โรงพยาบาลต้นสน", Kind.HOSPITAL, name_en="Ton Son Hospital", sector="health", **LARGE)
    add("ร้านขายของใหญ่", Kind.MERCHANT, name_en="Large Things Shop")


@pytest.mark.usefixtures("market")
def test_five_large_platforms_are_found_in_words(people: People) -> None:
    """Five platforms with size=large and sector=e-commerce; "large e-commerce" gives exactly 5.

    Proves (part): S0-1
    """
    for words in ("large e-commerce", "e-commerce large", "อี-คอมเมิร์ซ ขนาดใหญ่"):
        assert sorted(found(people, {"q": words})) == sorted(FIVE), words
    answer = people.client("analyst").get(LIST, {"q": "large e-commerce", "format": "json"})
    exported = json.loads(b"".join(answer.streaming_content))
    assert len(exported) == 5
    assert {(row["size"], row["kind"]) for row in exported} == {("ขนาดใหญ่", "แพลตฟอร์ม")}
    chosen = found(people, {"size": "large", "sector": "e-commerce"})
    assert sorted(chosen) == sorted(FIVE)


def test_every_name_finds_the_one_record(people: People, add: Add) -> None:
    """Search by any alias, Thai or Latin, finds the one record; duplicates are proposed for merging.

    Proves: S0-10
    """
    five = {
        "ตลาดปลาวาฬ": ("Plawan Mall", "ปลาวาฬมอลล์", "WhaleMart"),
        "ช้อปใบไผ่": ("Baiphai Shop", "ไผ่ช้อป", "BambooBuy"),
        "คุ้มหิ่งห้อย": ("Khum Hinghoi", "หิ่งห้อยคืนเงิน", "GlowBack"),
        "กรุงจันทร์": ("Krung Chan", "จันทร์เต็มดวง", "MoonDotBuy"),
        "ไปรษณีย์นกพิราบ": ("Pigeon Post Mart", "นกพิราบมาร์ท", "PigeonMart"),
    }
    for name, (english, thai_alias, latin) in five.items():
        host = f"www.{latin.lower()}.example"
        add(name, Kind.PLATFORM, name_en=english, aliases=(thai_alias, latin), website=host)
    for name, (english, thai_alias, latin) in five.items():
        for typed in (name, english, thai_alias, latin.lower(), f"{latin.lower()}.example"):
            assert found(people, {"q": typed}) == [name], typed
    assert found(people, {"q": "Nobody Has This Name"}) == []
    add("กรุง จันทร์", Kind.PLATFORM, name_en="MoonDotBuy")
    pairs = rows_of(people.client("analyst").get(reverse("registry:duplicates")).content.decode())
    assert [set(pair[0].split(" · ")) for pair in pairs] == [{"กรุงจันทร์", "กรุง จันทร์"}]


def test_the_filters_and_the_chips_of_what_is_chosen(people: People, add: Add) -> None:
    add("โรงพยาบาลเหนือ", Kind.HOSPITAL, sector="health.hospital", province="TH-50")
    add("คลินิกใต้", Kind.CLINIC, sector="health", province="TH-90")
    add("ศูนย์ปะการัง", Kind.PEER_CERT, country="SG")
    assert found(people, {"sector": "health"}) == ["คลินิกใต้", "โรงพยาบาลเหนือ"]  # parts of the sector too
    assert found(people, {"sector": "health.hospital"}) == ["โรงพยาบาลเหนือ"]
    assert found(people, {"province": "TH-90"}) == ["คลินิกใต้"]
    assert found(people, {"country": "abroad"}) == ["ศูนย์ปะการัง"]
    assert found(people, {"country": "SG"}) == ["ศูนย์ปะการัง"]
    assert found(people, {"kind": "clinic"}) == ["คลินิกใต้"]
    assert "คลินิกใต้" in found(people, {"role": "controller"})
    assert "ศูนย์ปะการัง" not in found(people, {"role": "controller"})
    assert found(people, {"role": "telecom_licensee"}) == []
    assert people.client("analyst").get(LIST, {"province": "TH-99"}).status_code == 422
    html = people.client("analyst").get(LIST, {"province": "TH-90", "kind": "clinic"}).content.decode()
    said = text_of(html)
    assert "เลิกกรอง จังหวัด: ภูเก็ต" not in said
    assert "เลิกกรอง จังหวัด: สงขลา" in said
    assert "เลิกกรอง ประเภท: คลินิกและสถานพยาบาลอื่น" in said


def test_names_stand_in_the_order_of_the_dictionary(people: People, add: Add) -> None:
    # แ and เ are sorted by the consonant behind them, tone marks last
    for name in ("แก้วใส", "กาแก้ว", "เขาเขียว", "ขวดโหล", "คลองเตย"):
        add(name, Kind.OTHER, province="TH-95")
    assert found(people, {"province": "TH-95"}) == ["กาแก้ว", "แก้วใส", "ขวดโหล", "เขาเขียว", "คลองเตย"]
    backwards = found(people, {"province": "TH-95", "sort": "-name"})
    assert backwards == ["คลองเตย", "เขาเขียว", "ขวดโหล", "แก้วใส", "กาแก้ว"]


def test_who_is_critical_is_shown_to_few(people: People, add: Add) -> None:
    secret = add("โรงไฟฟ้าเงียบ", Kind.PRIVATE, name_en="Silent Power")
    services.set_cii(people.actor("analyst"), secret, "designated")
    page = people.client("analyst").get(LIST).content.decode()
    assert "ประกาศแล้ว" in text_of(page)
    assert found(people, {"cii": "designated"}) == ["โรงไฟฟ้าเงียบ"]
    for who in ("call_agent", "member_admin", "authority"):
        html = people.client(who).get(LIST).content.decode()
        assert "CII" not in html, who
        # what is not offered cannot be asked either
        asked = people.client(who).get(LIST, {"cii": "designated"}).content.decode()
        assert rows_of(asked) == rows_of(html), who


def test_each_sees_own_and_what_is_below(people: People) -> None:
    services.find_tenants()
    assert len(found(people, {})) == Organisation.objects.count()
    assert sorted(found(people, {}, "platform_admin")) == ["ตลาดออนไลน์หิ่งห้อย", "ร้านใบตองทอง"]
    assert found(people, {}, "member_admin") == ["โรงพยาบาลธารเมฆ"]
    html = people.client("member_admin").get(LIST).content.decode()
    assert reverse("registry:new") not in html


def test_a_cell_of_the_export_is_no_formula(people: People, add: Add) -> None:
    add("=1+1 ร้านสูตร", Kind.MERCHANT, province="TH-94")
    answer = people.client("analyst").get(LIST, {"province": "TH-94", "format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[1][0] == "'=1+1 ร้านสูตร"
