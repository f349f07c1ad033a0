"""PyPI's ``elasticsearch`` client hands its documents in unchanged, with its own helpers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AuthorizationException, Elasticsearch, helpers

from tests.ingest.running import TOKEN, Ingest


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    made = Ingest(Path(tmp_path_factory.mktemp("elastic")))
    made.prepare()
    made.start()
    yield made
    made.stop()


def client(ingest: Ingest, *, packed: bool = False) -> Elasticsearch:
    return Elasticsearch(
        f"http://127.0.0.1:{ingest.port}/es", bearer_auth=TOKEN, http_compress=packed, retry_on_status=(429, 503),
        max_retries=5,
    )  # fmt: skip


def documents(ingest: Ingest, mark: str) -> list[int]:
    found = [json.loads(event) for event in ingest.events()]
    return sorted(one["n"] for one in found if one.get("mark") == mark)


@pytest.mark.parametrize("packed", [False, True])
def test_helpers_bulk_hands_in_every_document(ingest: Ingest, packed: bool) -> None:  # noqa: FBT001 - a parameter
    mark = f"bulk {packed}"
    actions = [
        {
            "_index": "his", "_op_type": "create" if number % 2 else "index",
            "_source": {"n": number, "mark": mark, "ข้อความ": "ไทย"},
        }
        for number in range(1234)
    ]  # fmt: skip
    with client(ingest, packed=packed) as elastic:
        assert elastic.info()["version"]["number"].startswith("8.")
        done, errors = helpers.bulk(elastic, actions, chunk_size=500)
    assert (done, errors) == (1234, [])
    assert documents(ingest, mark) == list(range(1234))


def test_streaming_and_parallel_bulk_too(ingest: Ingest) -> None:
    with client(ingest) as elastic:
        streamed = list(
            helpers.streaming_bulk(
                elastic, ({"n": n, "mark": "stream"} for n in range(700)), index="his", chunk_size=100
            )
        )
        parallel = list(
            helpers.parallel_bulk(
                elastic,
                ({"n": n, "mark": "parallel"} for n in range(700)),
                index="his",
                chunk_size=100,
                thread_count=2,
            )
        )
    assert all(well for well, _ in (*streamed, *parallel))
    assert documents(ingest, "stream") == documents(ingest, "parallel") == list(range(700))


def test_what_only_a_database_can_do_is_told_for_each_document(ingest: Ingest) -> None:
    actions: list[dict[str, Any]] = [
        {"_op_type": "create", "_index": "his", "n": 1, "mark": "mixed"},
        {"_op_type": "delete", "_index": "his", "_id": "x"},
        {"_op_type": "update", "_index": "his", "_id": "x", "doc": {"n": 2, "mark": "mixed"}},
    ]
    with client(ingest) as elastic:
        done, errors = helpers.bulk(elastic, actions, raise_on_error=False)
    assert done == 1
    assert isinstance(errors, list)
    assert len(errors) == 2
    assert documents(ingest, "mixed") == [1]


def test_a_source_without_a_profile_is_refused_as_the_client_knows_it(ingest: Ingest) -> None:
    with client(ingest) as elastic, pytest.raises(AuthorizationException):
        helpers.bulk(elastic, [{"n": 1, "mark": "bare"}], index="bare")
    assert documents(ingest, "bare") == []
