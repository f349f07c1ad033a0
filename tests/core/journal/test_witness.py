"""Witnesses: they sign what only grew, and find what the owner of the key can hide from everybody else."""

from __future__ import annotations

import base64
import dataclasses
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from phithak.base import clock
from phithak.core.journal import archive, canonical, keys, queries, services
from phithak.core.journal.contributions import check_witness, last_witnessed_seq
from phithak.core.journal.models import Cosignature, Entry, Leaf, WatchedLog
from phithak.core.journal.points import Point
from phithak.core.journal.queries import tree
from phithak.core.journal.transport import Answer, TransportError, post
from phithak.engines.tlog import (
    Checkpoint,
    Frontier,
    KeyKind,
    SignerKey,
    VerifierKey,
    leaf_hash,
    sign_checkpoint,
    verify_checkpoint,
)
from tests.core.journal import acts
from tests.core.journal.instance import ROOT, Instance, make

pytestmark = [pytest.mark.django_db(transaction=True)]

HERE = "http://127.0.0.1/api/v1/journal/witness"


def over_the_api(url: str, body: Mapping[str, Any]) -> Answer:
    """Bring a checkpoint to this instance's own witness endpoint."""
    assert url == HERE
    answer = Client().post("/api/v1/journal/witness", json.dumps(body), content_type="application/json")
    return Answer(answer.status_code, answer.json())


@pytest.fixture(autouse=True)
def _own_witness(home: Path, settings: Settings) -> None:
    """Let the instance be its own witness: two roles, one database, the same rules."""
    log = VerifierKey(keys.base_name(), KeyKind.ED25519, keys.public_key()).text
    witness = keys.witness_key().verifier.text
    settings.CONFIG = dataclasses.replace(
        settings.CONFIG, witness_urls=(HERE,), witness_keys=(witness,), witness_logs=(log,)
    )
    assert home.exists()


def ask() -> list[str]:
    """Ask the witness over the API and return the states."""
    return [outcome.state for outcome in services.ask_all(over_the_api)]


def bring(
    size: int, *, old: int, name: str = "", seed: bytes | None = None, root: bytes = b"r" * 32
) -> Answer:
    """Bring a made-up checkpoint, signed with the log's key or another, without a proof."""
    origin = name or f"{keys.base_name()}/1"
    key = SignerKey.from_seed(origin, KeyKind.ED25519, seed) if seed else keys.log_key(origin)
    note = str(sign_checkpoint(Checkpoint(origin, size, root), key))
    return over_the_api(HERE, {"old": old, "proof": [], "checkpoint": note})


def test_a_witness_signs_and_the_signature_holds() -> None:
    acts.numbered(5)
    assert (queries.not_yet_witnessed(), last_witnessed_seq()) == (6, 0)
    assert ask() == ["signed"]
    found = queries.latest()
    assert found is not None
    known = [VerifierKey(found.origin, KeyKind.ED25519, keys.public_key()), keys.witness_key().verifier]
    assert verify_checkpoint(found.note, known, quorum=1).checkpoint.size == 6
    assert (queries.not_yet_witnessed(), last_witnessed_seq()) == (0, 6)
    assert acts.check().state == "valid"
    assert ask() == ["nothing new"]
    acts.numbered(300)
    assert (acts.check().state, queries.not_yet_witnessed()) == ("not yet witnessed", 300)
    assert ask() == ["signed"]
    assert check_witness().state == "ok"


def test_a_signature_that_nobody_configured_vouches_for_nothing(settings: Settings) -> None:
    acts.numbered(2)
    ask()
    settings.CONFIG = dataclasses.replace(settings.CONFIG, witness_urls=(), witness_keys=())
    assert (queries.not_yet_witnessed(), acts.check().state) == (3, "not yet witnessed")
    assert check_witness().state == "warning"
    settings.CONFIG = dataclasses.replace(settings.CONFIG, witness_urls=(HERE,))
    assert check_witness().state == "error"


def test_a_forged_cosignature_in_the_database_is_found() -> None:
    acts.numbered(2)
    ask()
    with acts.past_the_triggers() as cursor:
        cursor.execute("UPDATE journal_cosignature SET checkpoint_id = checkpoint_id")
        line = Cosignature.objects.get().line
        head, _, blob = line.rstrip().rpartition(" ")
        raw = bytearray(base64.b64decode(blob))
        raw[20] ^= 1
        cursor.execute(
            "UPDATE journal_cosignature SET line = %s", [f"{head} {base64.b64encode(bytes(raw)).decode()}\n"]
        )
    report = acts.check()
    assert ([item.kind.value for item in report.findings], report.witnessed) == (["signature"], 0)


def test_a_witness_that_lost_an_answer_is_met_where_it_stands() -> None:
    acts.numbered(2)
    ask()
    acts.numbered(2)

    def losing(url: str, body: Mapping[str, Any]) -> Answer:
        over_the_api(url, body)
        raise TransportError("the answer was lost")

    assert [outcome.state for outcome in services.ask_all(losing)] == ["unreachable"]
    acts.numbered(2)
    assert ask() == ["signed"]
    assert WatchedLog.objects.get().size == 7


def test_a_rolled_back_log_is_refused_and_both_sides_say_so() -> None:
    acts.numbered(9)
    ask()
    with acts.past_the_triggers() as cursor:
        cursor.execute("DELETE FROM journal_cosignature")
        cursor.execute("DELETE FROM journal_checkpoint")
        cursor.execute("DELETE FROM journal_leaf WHERE seq > 4")
        frontier = Frontier()
        for leaf in Leaf.objects.order_by("seq"):
            frontier.append_hash(bytes(leaf.leaf_hash))
        cursor.execute("UPDATE journal_sequencer SET seq = 4, edge = %s", [bytes(frontier)])
    archive.path().unlink()
    services.sign_if_due(at_once=True)
    assert ask() == ["refused"]
    kept = WatchedLog.objects.get()
    assert (kept.size, kept.refused_why) == (10, "journal.witness.size")
    tags = list(Entry.objects.filter(tag__startswith="journal:witness").values_list("tag", flat=True))
    assert sorted(tags) == ["journal:witness:disagrees", "journal:witness:refused"]
    assert ask() == ["refused"]
    assert Entry.objects.filter(tag__startswith="journal:witness").count() == 2, "told once, not each minute"


def test_all_hashes_recomputed_by_the_owner_of_the_key_are_found() -> None:
    acts.numbered(9)
    ask()
    origin = tree.state().origin  # type: ignore[union-attr] # it stands
    with acts.past_the_triggers() as cursor:
        cursor.execute("DELETE FROM journal_cosignature")
        cursor.execute("UPDATE journal_entry SET actor_name = 'somebody else' WHERE object_id = '3'")
        frontier = Frontier()
        for leaf in Leaf.objects.order_by("seq").select_related("entry"):
            value = leaf_hash(canonical.line(leaf.entry))
            frontier.append_hash(value)
            cursor.execute("UPDATE journal_leaf SET leaf_hash = %s WHERE seq = %s", [value, leaf.seq])
        note = str(sign_checkpoint(Checkpoint(origin, 10, frontier.root()), keys.log_key(origin)))
        cursor.execute("UPDATE journal_checkpoint SET root = %s, note = %s", [frontier.root(), note])
        cursor.execute("UPDATE journal_sequencer SET edge = %s", [bytes(frontier)])
    archive.path().unlink()
    # on this machine everything fits together again …
    assert acts.check().findings == []
    # … but the witness saw another root at this size
    assert ask() == ["refused"]
    assert WatchedLog.objects.get().refused_why == "journal.witness.fork"
    # and growing past it does not help
    with clock.at(clock.now() + timedelta(minutes=1)):
        acts.numbered(5)
        assert ask() == ["refused"]
    assert WatchedLog.objects.get().refused_why == "journal.witness.proof"
    assert WatchedLog.objects.get().size == 10


def test_two_views_of_one_size_are_refused() -> None:
    assert bring(7, old=0, root=b"a" * 32).status == 200
    second = bring(7, old=7, root=b"b" * 32)
    assert (second.status, second.body["code"], second.body["size"]) == (409, "journal.witness.fork", 7)
    again = bring(7, old=7, root=b"a" * 32)
    assert again.status == 200, "the same view may be signed again"


def test_refusals_have_their_status() -> None:
    assert bring(7, old=0).status == 200
    assert bring(7, old=0, name="phithak/Other-00000000/journal/1").status == 404
    assert bring(8, old=7, seed=b"x" * 32).status == 403
    wrong_size = bring(9, old=3)
    assert (wrong_size.status, wrong_size.body["size"]) == (409, 7)
    assert bring(9, old=7).status == 422, "no proof"
    assert bring(3, old=9).status == 422
    older = bring(3, old=3)
    assert (older.status, older.body["size"]) == (409, 7)
    for body in (
        {"old": 0, "proof": [], "checkpoint": "no note"},
        {"old": 0, "proof": ["!"], "checkpoint": "x"},
        {"old": -1, "proof": [], "checkpoint": "x"},
        {"old": 0, "proof": ["aa"] * 129, "checkpoint": "x"},
    ):
        assert over_the_api(HERE, body).status == 422
    assert WatchedLog.objects.get().size == 7


def test_after_a_newer_epoch_the_old_name_is_signed_no_more() -> None:
    base = keys.base_name()
    assert bring(5, old=0, name=f"{base}/1").status == 200
    assert bring(2, old=0, name=f"{base}/3").status == 200
    closed = bring(6, old=5, name=f"{base}/1")
    assert (closed.status, closed.body["code"]) == (409, "journal.witness.old_epoch")
    assert bring(1, old=0, name=f"{base}/2").status == 409


def test_a_new_epoch_is_witnessed_under_its_own_name() -> None:
    acts.numbered(3)
    ask()
    services.begin_epoch(reason="restore")
    acts.numbered(3)
    assert ask() == ["signed"]
    assert sorted(WatchedLog.objects.values_list("epoch", "size")) == [(1, 4), (2, 4)]
    assert acts.check().state == "valid"


def test_a_witness_with_a_wrong_signature_counts_for_nothing() -> None:
    acts.numbered(1)
    other = SignerKey.from_seed(keys.witness_key().name, KeyKind.COSIGNATURE, b"z" * 32)

    def lying(url: str, body: Mapping[str, Any]) -> Answer:
        from phithak.engines.tlog import cosign, parse_note  # noqa: PLC0415 - only the liar needs it

        return Answer(
            200, {"cosignature": cosign(parse_note(str(body["checkpoint"])), other, 5).signatures[-1].line}
        )

    assert [outcome.state for outcome in services.ask_all(lying)] == ["refused"]
    assert Cosignature.objects.count() == 0


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http:///x", "http://127.0.0.1:1/x", "nonsense"])
def test_an_address_that_cannot_be_reached_is_told(url: str) -> None:
    with pytest.raises(TransportError):
        post(url, {})


@contextmanager
def serving(instance: Instance, **more: str) -> Iterator[str]:
    """Run the instance's pages and API in a process and give the witness address."""
    command = [sys.executable, "-m", "tests.core.journal.steps", "serve"]
    with subprocess.Popen(
        command, env=instance.environment(**more), stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/api/v1/journal/witness"
        finally:
            process.kill()


@pytest.mark.faults
def test_over_http_with_kills_on_both_sides(tmp_path: Path) -> None:
    """Two real instances; each side is killed at each durable step, and the next try ends signed."""
    ours, peer = make(tmp_path / "ours"), make(tmp_path / "peer")
    our_keys = [line for line in ours.run("audit", "witness-key").stdout.splitlines() if "journal+" in line]
    peer_keys = [line for line in peer.run("audit", "witness-key").stdout.splitlines() if "witness+" in line]
    knows = {"PHITHAK_WITNESS_LOGS": our_keys[0]}

    def ask_peer(url: str, **more: str) -> subprocess.CompletedProcess[str]:
        assert ours.act("live", "1").returncode == 0
        return ours.act("ask", PHITHAK_WITNESS_URLS=url, PHITHAK_WITNESS_KEYS=peer_keys[0], **more)

    for point in (Point.WITNESS_BEFORE_COMMIT, Point.WITNESS_COMMITTED):
        with serving(peer, PHITHAK_TEST_KILL=point.value, **knows) as url:
            assert ask_peer(url).stdout.startswith("unreachable")
    with serving(peer, **knows) as url:
        for point in (Point.ANSWERED, Point.COSIGNED_BEFORE_COMMIT, Point.COSIGNED):
            assert ask_peer(url, PHITHAK_TEST_KILL=point.value).returncode == -signal.SIGKILL
        assert ask_peer(url).stdout.startswith("signed")
        told = ours.run(
            "audit", "verify", "--live", "--json", PHITHAK_WITNESS_URLS=url, PHITHAK_WITNESS_KEYS=peer_keys[0]
        )
    report = json.loads(told.stdout)
    assert (report["state"], report["findings"], report["unwitnessed"]) == ("valid", [], 0), report
