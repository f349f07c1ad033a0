"""The fictional sector: whole, quick to build, the same when built again."""

from __future__ import annotations

import time

import pytest

from phithak.registry.contributions import organisations_demo as demo
from phithak.registry.models import DuplicateProposal, Organisation, Relation
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_the_sector_is_whole_and_building_it_again_changes_nothing(people: People) -> None:
    started = time.process_time()  # of this process alone: others may have the machine busy
    demo.build()
    assert time.process_time() - started < 10
    kinds = {
        kind: Organisation.objects.filter(kind=kind).count()
        for kind in ("hospital", "platform", "merchant", "telco", "channel", "authority", "peer_cert")
    }
    assert kinds == {
        "hospital": 27, "platform": 5, "merchant": 41, "telco": 3, "channel": 6, "authority": 2, "peer_cert": 12,
    }  # fmt: skip
    assert set(Organisation.objects.filter(kind="platform").values_list("size", flat=True)) == {"large"}
    merchants = Relation.objects.filter(kind="platform").values_list("over__name_en", flat=True)
    assert {name: list(merchants).count(name) for name in set(merchants)} == {
        demo.PLATFORMS[0].en: 20,
        demo.PLATFORMS[1].en: 20,
    }
    pair = DuplicateProposal.objects.get()
    assert {pair.first.name_en, pair.second.name_en} == {demo.TWICE.en, "Phi Som Chit Books"}
    before = Organisation.objects.count(), Relation.objects.count()
    demo.build()
    assert (Organisation.objects.count(), Relation.objects.count()) == before


def test_hospitals_lie_in_27_provinces_and_peers_in_ten_countries() -> None:
    assert len({one.place for one in demo.HOSPITALS}) == 27
    assert {one.place for one in demo.PEERS} == {"BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TL", "VN"}
