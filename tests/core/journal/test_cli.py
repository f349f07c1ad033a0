"""``phithak audit`` as an operator and an auditor use it: real processes, a real database file, a real copy."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from django.test import Client

from tests.core.journal.instance import Instance, make


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """Give an instance with 60 entries, numbered and signed in turns of 3; and its export."""
    found = make(tmp_path / "instance")
    assert found.act("live", "20").returncode == 0
    exported = found.run("audit", "export", "log.ndjson", "--checkpoints", "points.json")
    assert exported.returncode == 0, exported.stderr
    return found


def line_41(instance: Instance) -> tuple[str, str]:
    """Return the id and export line of entry number 41."""
    line = (instance.folder / "log.ndjson").read_text().splitlines()[40]
    return json.loads(line)["id"], line


def tamper(instance: Instance, statement: str, *values: str) -> None:
    """Change the database file as its owner can: without the triggers, and with them put back."""
    with sqlite3.connect(instance.database) as database:
        triggers = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'journal%'"
        ).fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        assert database.execute(statement, values).rowcount == 1
        for _, sql in triggers:
            database.execute(sql)
    database.close()


@pytest.mark.django_db
def test_one_changed_past_row_is_found_and_named(instance: Instance, client: Client) -> None:
    """One changed past row is found by the command, and the statistics are public.

    Proves: S3-28

    On the live database the verify command passes, then one past row is changed by its owner with the
    triggers out of the way; the command fails and names that very entry. The statistics page answers a
    visitor who has not logged in, and tells how each number was counted.
    """
    public = client.get("/statistics/")
    assert public.status_code == 200
    assert "phithak audit verify" in public.content.decode()
    clean = instance.run("audit", "verify", "--live")
    assert (clean.returncode, "VALID: 62 entries checked" in clean.stdout) == (0, True), clean
    entry, _ = line_41(instance)
    tamper(instance, "UPDATE journal_entry SET actor_name = 'nobody' WHERE id = ?", entry.replace("-", ""))
    found = instance.run("audit", "verify", "--live", "--json")
    report = json.loads(found.stdout)
    assert (found.returncode, report["ok"]) == (1, False)
    assert [(item["kind"], item["first"], item["last"], item["entry"]) for item in report["findings"]] == [
        ("altered", 41, 41, entry)
    ]
    assert report["findings"][0]["en"].startswith(f"Entry number 41 ({entry}) was altered")
    assert report["findings"][0]["th"].startswith("รายการลำดับ 41")


def test_a_changed_row_shows_in_an_export_against_older_checkpoints(instance: Instance) -> None:
    entry, _ = line_41(instance)
    tamper(instance, "UPDATE journal_entry SET tag = 'x' WHERE id = ?", entry.replace("-", ""))
    assert instance.run("audit", "export", "later.ndjson").returncode == 0
    found = instance.run("audit", "verify", "later.ndjson", "--checkpoints", "points.json", "--json")
    problem = json.loads(found.stdout)["problem"]
    assert (found.returncode, problem["first"], problem["last"]) == (1, 41, 43)
    exact = instance.run(
        "audit",
        "verify",
        "later.ndjson",
        "--checkpoints",
        "points.json",
        "--reference",
        "log.ndjson",
        "--json",
    )
    assert json.loads(exact.stdout)["problem"]["line"] == 41


def test_an_export_verifies_offline_with_keys_and_one_changed_byte_is_found(instance: Instance) -> None:
    """Proves (part): S3-28.

    Domain D5/1: verify on a copy passes; with one changed byte it fails and names the place.
    """
    entry, line = line_41(instance)
    keys = instance.folder / "keys.txt"
    keys.write_text(instance.run("audit", "witness-key").stdout)
    words = (
        "audit",
        "verify",
        "log.ndjson",
        "--checkpoints",
        "points.json",
        "--keys",
        "keys.txt",
        "--witnesses",
        "0",
    )
    passed = instance.run(*words)
    assert (passed.returncode, "VALID: lines 1-62" in passed.stdout) == (0, True), passed
    log = instance.folder / "log.ndjson"
    log.write_text(log.read_text().replace(line, line.replace('"kind":"system"', '"kind":"systen"')))
    failed = instance.run(*words)
    assert (failed.returncode, "lines 41-43 do not match" in failed.stdout) == (1, True), failed
    assert entry


def test_wrong_calls_say_what_is_missing(tmp_path: Path) -> None:
    instance = make(tmp_path / "instance")
    refused = instance.run("audit", "verify")
    assert (refused.returncode, "--checkpoints" in refused.stderr) == (2, True)
    refused = instance.run("audit", "export", "x.ndjson", "--epoch", "9", PHITHAK_LANGUAGE="en")
    assert (refused.returncode, "no such epoch" in refused.stderr) == (2, True), refused
