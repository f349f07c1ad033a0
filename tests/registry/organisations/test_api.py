"""Organisations over the API and the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from phithak.base import clock
from phithak.core import contrib
from phithak.registry.contributions import organisations as contributions
from phithak.registry.models import DuplicateProposal, Organisation
from phithak.web.cli import main
from tests.registry.organisations.conftest import Registry

pytestmark = [pytest.mark.django_db, pytest.mark.db]
BASE = "/api/v1/registry"


def send(browser: Client, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
    return browser.generic(method, BASE + path, json.dumps(body or {}), content_type="application/json")


def test_a_record_from_adding_to_a_conflict(registry: Registry) -> None:
    browser = registry.people.client("analyst")
    added = send(
        browser, "/organisations", {"name_th": "ตลาดปลาทอง", "kind": "platform", "province": "เชียงใหม่"}
    )
    assert added.status_code == 201
    body = added.json()
    assert (body["province"], body["state"], body["size"], body["version"]) == (
        "TH-50",
        "registered",
        "unknown",
        1,
    )
    path = f"/organisations/{body['id']}"
    changed = send(browser, path, {"name_th": "ตลาดปลาเงิน", "kind": "platform", "version": 1}, "PUT").json()
    assert (changed["name_th"], changed["version"]) == ("ตลาดปลาเงิน", 2)
    assert [one["text"] for one in changed["aliases"]] == ["ตลาดปลาทอง"]
    late = send(browser, path, {"name_th": "ตลาดปลานาก", "kind": "platform", "version": 1}, "PUT")
    assert (late.status_code, late.json()["code"]) == (409, "registry.changed_meanwhile")
    assert "ชื่อไทย" in late.json()["message_th"]
    wrong = send(browser, "/organisations", {"name_th": "ร้าน\u202eงาม", "kind": "merchant"})
    assert (wrong.status_code, wrong.json()["problems"][0]["field"]) == (422, "name_th")


def test_names_relations_and_scopes(registry: Registry) -> None:
    browser = registry.people.client("cert_admin")
    shop = registry.add("ร้านใบบัว", sector="e-commerce.shop")
    made = send(browser, f"/organisations/{shop}/aliases", {"text": "Bai Bua", "kind": "latin"})
    assert (made.status_code, made.json()["text"]) == (201, "Bai Bua")
    assert send(browser, f"/organisations/{shop}/aliases", {"text": "Bai Bua"}).status_code == 409
    alias = made.json()["id"]
    assert send(browser, f"/organisations/{shop}/aliases/{alias}", method="DELETE").status_code == 204
    assert browser.get(f"{BASE}/organisations/{shop}/aliases").json() == []
    relation = {"over_id": str(registry.id("platform")), "under_id": str(shop), "kind": "platform"}
    made = send(browser, "/relations", {**relation, "until": (clock.now() + timedelta(days=9)).isoformat()})
    assert (made.status_code, made.json()["under_th"]) == (201, "ร้านใบบัว")
    listed = browser.get(f"{BASE}/organisations/{shop}/relations").json()
    assert [one["id"] for one in listed] == [made.json()["id"]]
    seen = registry.people.client("platform_admin").get(f"{BASE}/organisations/{shop}/relations").json()
    assert [one["over_th"] for one in seen] == ["ตลาดออนไลน์หิ่งห้อย"]
    assert send(browser, f"/relations/{made.json()['id']}/end").status_code == 204
    assert browser.get(f"{BASE}/organisations/{shop}/relations").json() == []
    authority = registry.id("authority")
    scope = send(browser, f"/organisations/{authority}/scopes", {"sector": "e-commerce"})
    assert scope.status_code == 201
    listed = browser.get(f"{BASE}/scopes").json()["items"]
    assert [(one["organisation_id"], one["sector"]) for one in listed] == [(str(authority), "e-commerce")]
    assert send(browser, f"/scopes/{scope.json()['id']}/end").status_code == 204
    assert browser.get(f"{BASE}/scopes").json()["total"] == 0


def test_duplicates_are_decided(registry: Registry) -> None:
    """Proves (part): S0-10. Proposed, told with reasons, merged."""
    browser = registry.people.client("analyst")
    first, second = registry.add("ตลาดปลาทอง"), registry.add("บริษัท ตลาดปลาทอง จำกัด")
    third = registry.add("ตลาดปลาทอง (สาขา)", province="TH-50")
    pairs = browser.get(f"{BASE}/duplicates").json()["items"]
    by_ends = {frozenset((UUID(one["first_id"]), UUID(one["second_id"]))): one for one in pairs}
    assert "name" in by_ends[frozenset((first, second))]["reasons"]
    path = f"/duplicates/{by_ends[frozenset((first, second))]['id']}"
    assert browser.get(BASE + path).json()["state"] == "open"
    merged = send(browser, f"{path}/merge", {"kept_id": str(first), "reason": "นิติบุคคลเดียวกัน"})
    assert (merged.status_code, merged.json()["id"]) == (200, str(first))
    assert send(browser, f"{path}/different").status_code == 409
    gone = browser.get(f"{BASE}/organisations/{second}").json()
    assert (gone["state"], gone["merged_into"]) == ("merged", str(first))
    names = {one["name_th"] for one in browser.get(f"{BASE}/organisations").json()["items"]}
    assert "บริษัท ตลาดปลาทอง จำกัด" not in names
    for row in DuplicateProposal.objects.filter(state="open"):
        assert third in {row.first_id, row.second_id}
        answer = send(browser, f"/duplicates/{row.pk}/different")
        assert answer.json()["state"] == "different"
    assert browser.get(f"{BASE}/duplicates").json()["total"] == 0
    assert registry.people.client("member_admin").get(f"{BASE}/duplicates").status_code == 403


def test_figures_of_money_are_for_its_own_and_those_who_manage(registry: Registry) -> None:
    merchant = registry.id("merchant")
    Organisation.objects.filter(pk=merchant).update(revenue_thb=123_456)
    told = {
        key: registry.people.client(key).get(f"{BASE}/organisations/{merchant}").json()["revenue_thb"]
        for key in ("analyst", "merchant_admin", "platform_admin", "trainer")
    }
    assert told == {"analyst": 123_456, "merchant_admin": 123_456, "platform_admin": None, "trainer": None}


def test_kinds_and_rules_are_data(registry: Registry) -> None:
    browser = registry.people.client("member_staff")
    kinds = {one["code"]: one for one in browser.get(f"{BASE}/kinds").json()}
    assert kinds["academia"]["data_level"] == "anonymised"
    assert kinds["platform"]["legal_roles"] == ["controller", "platform"]
    rules = {one["code"]: one for one in browser.get(f"{BASE}/size-rules").json()}
    assert {(one["figure"], one["limit"]) for one in rules["digital-platform"]["conditions"]} >= {
        ("revenue_thb", 1_000_000_000),
        ("users_per_month", 5_000),
    }


def test_the_command_lists_shows_and_counts(registry: Registry, capsys: pytest.CaptureFixture[str]) -> None:
    made = registry.add("ตลาดปลาทอง", "platform", sector="e-commerce", revenue_thb=2_000_000_000)
    registry.add("บริษัท ตลาดปลาทอง จำกัด", "platform")
    assert main(["registry", "list", "large", "e-commerce"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [str(made)]
    assert main(["registry", "list", "ไม่มีชื่อนี้แน่นอน"]) == 1
    assert main(["registry", "show", str(made)]) == 0
    assert "digital-platform@1" in capsys.readouterr().out
    assert main(["registry", "show", "ไม่มีชื่อนี้แน่นอน"]) != 0
    for command in (["figures"], ["sizes"], ["resize"], ["duplicates"], ["duplicates", "--find"]):
        capsys.readouterr()
        assert main(["registry", *command]) == 0
        assert capsys.readouterr().out.strip()


def test_duplicates_and_renewals_wait_and_doctor_tells(registry: Registry) -> None:
    registry.add("ตลาดปลาทอง", "platform")
    registry.add("บริษัท ตลาดปลาทอง จำกัด", "platform")
    Organisation.objects.filter(kind="platform").update(renewal_due=clock.today() + timedelta(days=3))
    waiting = contrib.waiting.get("registry.organisations")
    assert waiting is not None
    found = {item.url.split("?")[0]: item.count for item in waiting.items(registry.analyst)}
    assert found == {"/registry/duplicates/": 1, "/registry/": 3}
    assert list(waiting.items(registry.people.actor("member_admin"))) == []
    states = [
        check().state
        for check in (contributions.check_sectors, contributions.check_tenants, contributions.check_sizes)
    ]
    assert states[:2] == ["ok", "ok"]
    contributions.prepare()


def test_the_public_figure_counts_from_five_on(registry: Registry) -> None:
    statistic = contrib.statistics.get("registry.organisations")
    assert statistic is not None
    assert statistic.value() == Organisation.objects.filter(state="registered").count()
    Organisation.objects.exclude(pk=registry.id("cert")).update(state="closed")
    assert statistic.value() == 0
