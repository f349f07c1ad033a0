"""Finding organisations: plain words find exactly, any name in either script finds the one record."""

from __future__ import annotations

import pytest

from phithak.registry.models import Domain
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import searching
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import AliasFacts
from tests.registry.organisations.conftest import Registry

pytestmark = [pytest.mark.django_db, pytest.mark.db]

LARGE = {"revenue_thb": 2_000_000_000, "sector": "e-commerce.marketplace"}


def build_market(registry: Registry) -> set[str]:
    """Add five large platforms of e-commerce, and what must not be taken for one."""
    large = {f"ตลาดสมมติ{name}" for name in ("เหนือ", "ใต้", "ออก", "ตก", "กลาง")}
    for name in sorted(large):
        registry.add(name, "platform", **LARGE)
    registry.add("ตลาดเล็กสมมติ", "platform", sector="e-commerce", revenue_thb=9, users_per_month=9)
    registry.add("ตลาดไม่รู้ขนาด", "platform", sector="e-commerce")
    registry.add("ร้านใหญ่จริงนะ", "merchant", sector="e-commerce.shop", revenue_thb=9)
    registry.add("Large E-commerce Association", "other")
    registry.add("เพย์สมมติใหญ่", "platform", sector="telecom", revenue_thb=2_000_000_000)
    registry.add("โรงพยาบาลหาดใหญ่สมมติ", "hospital", sector="health.hospital")
    return large


def test_large_e_commerce_finds_exactly_five(registry: Registry) -> None:
    """Proves (part): S0-1. The query in both languages, by API and page; the file is read in by the import."""
    large = build_market(registry)
    browser = registry.people.client("analyst")
    for words in (
        "large e-commerce",
        "e-commerce large",
        "e-commerce ใหญ่",
        "อี-คอมเมิร์ซรายใหญ่",
        "แพลตฟอร์มอี-คอมเมิร์ซรายใหญ่",
        "LARGE E-Commerce platforms",
        "อีคอมเมิร์ซ ขนาดใหญ่",
    ):
        answer = browser.get("/api/v1/registry/organisations", {"q": words}).json()
        assert {one["name_th"] for one in answer["items"]} == large, words
        assert answer["total"] == 5
        assert {(one["size"], one["sector"]) for one in answer["items"]} == {
            ("large", "e-commerce.marketplace")
        }
    page = browser.get("/registry/", {"q": "large e-commerce", "format": "json"})
    text = b"".join(page.streaming_content) if page.streaming else page.content
    assert sum(name in text.decode() for name in large) == 5
    assert "ร้านใหญ่จริงนะ" not in text.decode()


def test_a_word_of_size_alone_also_finds_names(registry: Registry) -> None:
    build_market(registry)
    found = {row.name_th for row in searching.matching(queries.listed(registry.analyst), "ใหญ่")}
    assert {"ร้านใหญ่จริงนะ", "โรงพยาบาลหาดใหญ่สมมติ", "ตลาดสมมติเหนือ", "เพย์สมมติใหญ่"} <= found
    assert "ตลาดเล็กสมมติ" not in found


@pytest.mark.parametrize(("words", "facets"), [
    ("large e-commerce", [("size", "large"), ("sector", "e-commerce")]),
    ("โรงพยาบาลขนาดเล็กเชียงใหม่", [("kind", "hospital"), ("size", "small"), ("province", "TH-50")]),
    ("หาดใหญ่", []),
    ("ตลาดปลาทอง", []),
    ("", []),
    ("ก" * 500, []),
])  # fmt: skip
@pytest.mark.usefixtures("registry")
def test_what_a_question_says(words: str, facets: list[tuple[str, str]]) -> None:
    assert searching.facets_of(words) == facets


@pytest.mark.parametrize("words", [
    "ตลาดปลาทอง",
    "ปลาทอง",
    "Pla Thong",
    "pla thong market",
    "PTM",
    "พีทีเอ็ม",
    "ปท.สมมติ",
    "plathong.example.th",
    "ปลาทอง.ไทยสมมติ",
    "ตลาดปล่าทอง",  # a tone too many
    "ตลาด ปลา ทอง",
    "PLATHONG",
])  # fmt: skip
def test_any_name_finds_the_one_record(registry: Registry, words: str) -> None:
    """Proves (part): S0-10. Thai and Latin names, other names, domains, misprints, by API."""
    made = registry.add(
        "ตลาดปลาทอง",
        name_en="Pla Thong Market",
        short_th="ปท.สมมติ",
        website="www.plathong.example.th",
        aliases=(AliasFacts("PTM", "brand"), AliasFacts("พีทีเอ็ม")),
    )
    registry.add("ร้านอื่นที่ไม่เกี่ยว", name_en="Another Shop")
    Domain.objects.create(
        tenant_id=made, name="xn--x.example.th", shown="ปลาทอง.ไทยสมมติ", reversed="th.example.xn--x"
    )
    services.reindex(made)
    answer = registry.people.client("analyst").get("/api/v1/registry/organisations", {"q": words}).json()
    assert [one["id"] for one in answer["items"]] == [str(made)]


def test_the_search_box_names_and_links(registry: Registry) -> None:
    made = registry.add("ตลาดปลาทอง", short_th="ปท.")
    answer = registry.people.client("analyst").get("/search/", {"q": "ปลาทอง"}).content.decode()
    assert "ตลาดปลาทอง (ปท.)" in answer
    assert f"/registry/{made}/" in answer
    other = registry.people.client("member_admin").get("/search/", {"q": "ปลาทอง"}).content.decode()
    assert str(made) not in other
