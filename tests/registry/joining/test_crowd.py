"""Very many at once: honest askers behind one gateway, and names that are all alike."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from phithak.base import clock, ids
from phithak.core.accounts import actors
from phithak.core.accounts.models import Tenant
from phithak.core.jobs.services import enqueue, work_once
from phithak.registry.models import (
    ChangeRequest,
    DuplicateProposal,
    ImportRow,
    ImportRun,
    MatchKey,
    Organisation,
)
from phithak.registry.queries import duplicates
from phithak.registry.queries.facts import OrganisationFacts
from phithak.registry.queries.sorting import name_key
from phithak.registry.services import joining
from phithak.registry.services.joining.requests import FirstContact
from tests.people import People

pytestmark = pytest.mark.db

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Bangkok"))
CONTACT = FirstContact("นางสาวสมมติ ค้าขาย", "081-234-5678", "shop@example.th")
LETTERS = "กขคงจชซดตถทนบปผพภมยร"


def test_300_registrations_in_ten_minutes_from_one_address_are_all_accepted(
    people: People, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - picks moments
    moments = sorted(chance.uniform(0, 600) for _ in range(300))
    references = set()
    for number, second in enumerate(moments):
        with clock.at(MORNING + timedelta(seconds=second)):
            facts = OrganisationFacts(f"ร้านสมมติที่ {number}", "merchant", is_juristic=False)
            references.add(joining.register(facts, CONTACT, address="203.0.113.7", nonce=f"{number:032}"))
    assert len(references) == 300
    rows = ChangeRequest.objects.all()
    assert {row.reference for row in rows} == references
    assert {row.state for row in rows} == {"open"}
    assert len({row.origin for row in rows}) == 1


def alike(people: People, names: list[str]) -> ImportRun:
    """Leave what an import of these names would have left behind it, before its comparison."""
    run = ImportRun.objects.create(
        tenant_id=people.tenant_id("cert"),
        kind="organisations",
        name="x.csv",
        file_id=ids.uuid7(),
        state="done",
    )
    tenants = [Tenant(kind="merchant", name_th=name) for name in names]
    rows = [
        Organisation(tenant_id=tenant.pk, name_th=name, name_key=name_key(name), kind="merchant")
        for tenant, name in zip(tenants, names, strict=True)
    ]
    Tenant.objects.bulk_create(tenants)
    Organisation.objects.bulk_create(rows)
    MatchKey.objects.bulk_create(
        MatchKey(organisation_id=row.pk, key=key)
        for row, known in zip(rows, duplicates.known_of(rows).values(), strict=True)
        for key in duplicates.keys_of(known)
    )
    ImportRow.objects.bulk_create(
        ImportRow(run=run, number=number, state="added", organisation=row)
        for number, row in enumerate(rows, start=2)
    )
    return run


def compare(run: ImportRun) -> None:
    enqueue(joining.COMPARE_JOB, {"run_id": str(run.pk)}, actor=actors.system("registry"), unique=str(run.pk))
    assert work_once("heavy")


def test_the_same_name_twice_in_a_file_is_proposed_once(people: People) -> None:
    run = alike(people, ["ตลาดปลาทอง", "บริษัท ตลาดปลาทอง จำกัด", "ร้านไม้กวาด"])
    compare(run)
    pair = DuplicateProposal.objects.get()
    assert {pair.first.name_th, pair.second.name_th} == {"ตลาดปลาทอง", "บริษัท ตลาดปลาทอง จำกัด"}
    assert (pair.score, pair.reasons) == (75, ["name"])


def test_2000_names_that_are_all_alike_are_compared_in_a_few_seconds(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)  # noqa: S311 - makes names
    endings = chance.sample(range(len(LETTERS) ** 3), 2000)
    names = [
        "ร้านใบตองทองร่มเย็น" + LETTERS[end % 20] + LETTERS[end // 20 % 20] + LETTERS[end // 400]
        for end in endings
    ]
    run = alike(people, names)
    asked = []
    score = duplicates.score

    def counted(one: duplicates.Known, other: duplicates.Known) -> tuple[int, list[str]]:
        asked.append(1)
        return score(one, other)

    monkeypatch.setattr(duplicates, "score", counted)
    began = time.process_time()
    compare(run)
    # 65 s before; each name is compared with a few of those that share its beginning
    assert time.process_time() - began < 8
    assert len(asked) < 2000 * 2 * duplicates.MOST_PER_KEY
    first = Organisation.objects.get(name_th=names[0])
    for pair in DuplicateProposal.objects.filter(first=first)[:5]:
        core, other = (duplicates.core_of(row.name_th) for row in (pair.first, pair.second))
        assert duplicates.nearly(core, other)
    assert DuplicateProposal.objects.exists()
