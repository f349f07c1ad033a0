"""One instance per database for the whole folder; each test finds it empty, with a new provider."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.outbox.harness import Post
from tools import postgres

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres"))]


def made(url: str = "") -> Iterator[Post]:
    """Make an instance and end it."""
    folder = Path(tempfile.mkdtemp(prefix="phithak-post-"))
    post = Post(folder, url)
    try:
        post.run("prepare")
        yield post
    finally:
        post.end()
        post.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL cluster of its own; its writes are durable."""
    with postgres.cluster(fsync=True) as cluster:
        yield cluster


def fresh(server: postgres.Server) -> str:
    """Empty the server and return its address: pytest makes the instance again when it changes files."""
    server.empty()
    return server.url


@pytest.fixture(scope="session", params=KINDS)
def instance(request: pytest.FixtureRequest) -> Iterator[Post]:
    """A migrated instance on each kind of database."""
    yield from made(fresh(request.getfixturevalue("server")) if request.param == "postgresql" else "")


@pytest.fixture(scope="session")
def lite_instance() -> Iterator[Post]:
    """A migrated instance on SQLite."""
    yield from made()


def _empty(post: Post) -> Iterator[Post]:
    post.clear()
    post.fresh()
    yield post
    print(post.logs())  # noqa: T201 - pytest shows it beside a failure
    post.end()


@pytest.fixture
def post(instance: Post) -> Iterator[Post]:
    """The instance, empty."""
    yield from _empty(instance)


@pytest.fixture
def lite(lite_instance: Post) -> Iterator[Post]:
    """The SQLite instance, empty."""
    yield from _empty(lite_instance)
