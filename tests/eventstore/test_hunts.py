"""Hunts give the same events whoever runs them: this process, a pool of processes, Dask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from distributed import LocalCluster

from phithak.base.errors import InvalidInputError
from phithak.eventstore.compactor import Compactor
from phithak.eventstore.layout import Layout
from phithak.eventstore.queries import Equals, query
from phithak.eventstore.queries.hunts import PROCESSES, Hunt, compute, hunt
from phithak.eventstore.store import Store
from tests.eventstore.making import envelope, frame, put

TENANTS = [UUID(int=number << 64 | 7 << 76 | 2 << 62) for number in (11, 12, 13)]
WANTED = Hunt(Equals("src_ip", ("10.0.0.7",)))


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a store of three tenants, one of which still lies in its segment."""
    made = Layout(Path(tmp_path_factory.mktemp("hunts")) / "events")
    store, compactor = Store(made, reserve=0), Compactor(made)
    for place, tenant in enumerate(TENANTS):
        told = [
            json.dumps(
                {"id.orig_h": f"10.0.0.{n % 10}", "ts": 1_795_230_000 + n * 10 + place, "_path": "conn"}
            ).encode()
            for n in range(40)
        ]
        put(store, frame(told), envelope(tenant=tenant, sender=tenant))
        if place < 2:
            compactor.run()
    compactor.close()
    store.close()
    return made


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
    ) as cluster:
        yield cluster.scheduler_address


def test_a_pool_and_dask_find_what_one_question_finds(layout: Layout, scheduler: str) -> None:
    expected = query(layout, tenants=TENANTS, where=WANTED.where, limit=1000)
    assert len(expected) == 12
    assert {one.tenant for one in expected} == set(TENANTS)
    for setting in (PROCESSES, scheduler):
        with compute(setting, workers=1) as executor:
            assert hunt(layout, TENANTS, WANTED, executor) == expected
            some = Hunt(WANTED.where, since=expected[8].time, until=expected[2].time, limit=4)
            assert hunt(layout, TENANTS, some, executor) == expected[3:7]
            assert hunt(layout, TENANTS[:1], WANTED, executor) == [
                one for one in expected if one.tenant == TENANTS[0]
            ]
            assert hunt(layout, [], WANTED, executor) == []
            with pytest.raises(InvalidInputError):
                hunt(layout, TENANTS, Hunt(Equals("no such", ("x",))), executor)
