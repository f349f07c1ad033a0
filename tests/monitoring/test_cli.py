"""``phithak sender``: what the desk's pages do, from the command line."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest

from phithak.core.journal.models import Entry
from phithak.eventstore.control import token_digest
from phithak.monitoring.models import EnrolmentCode, Sender, Source
from phithak.monitoring.services import enrolment
from phithak.web.cli import main
from tests.monitoring.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.db]

SOURCES = ("--source", "his=file,mariadb-audit,/var/log/mysql/audit.log", "--source", "fw=syslog-udp,syslog")
HOSPITAL = "โรงพยาบาลธารเมฆ"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["--language", "en", "sender", *words])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_sensor_is_added_listed_and_revoked(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.site()
    code, told = run(capsys, "add", HOSPITAL, "server room", *SOURCES)
    assert code == 0
    row = Sender.objects.get(name="server room")
    assert str(row.pk) in told
    assert {one.label: (one.kind, one.profile, one.place) for one in row.sources.all()} == {
        "his": ("file", "mariadb-audit", "/var/log/mysql/audit.log"),
        "fw": ("syslog-udp", "syslog", ""),
    }
    made = str(re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", told)[0])  # type: ignore[index] # fails when None
    assert "No sensor can enrol" in told or "no sensor can enrol" in told, "there is no certificate here"
    given = enrolment.enrol(made, name="box", system="Debian", version="1.2.3")
    assert token_digest(given.token) in desk.known().senders
    (listed,) = json.loads(run(capsys, "list", "server", "--format", "json")[1])
    assert (listed["id"], listed["health"], listed["version"]) == (str(row.pk), "dark", "1.2.3")
    assert listed["sources"] == "fw,his"
    assert run(capsys, "list", "nothing like it")[1].strip() == "0 senders"
    assert run(capsys, "list", "--format", "csv")[1].splitlines()[0].startswith("id,site,name")
    assert run(capsys, "revoke", "SERVER ROOM", "--yes")[0] == 0
    assert desk.known().senders == {}
    assert set(Entry.objects.filter(tag__startswith="monitoring:s").values_list("tag", flat=True)) >= {
        "monitoring:sender:added",
        "monitoring:sender:code",
        "monitoring:sender:revoked",
    }


def test_an_agent_gets_a_token_and_another_one_ends_it(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    site = desk.site()
    code, told = run(capsys, "add", str(site), "winlogbeat", "--agent", "--source", "windows=direct,windows")
    assert code == 0
    first = told.split()[-1]
    assert set(desk.known().senders) == {token_digest(first)}
    second = run(capsys, "code", "winlogbeat")[1].split()[-1]
    assert set(desk.known().senders) == {token_digest(second)}


def test_revoking_asks_first(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = desk.sensor(desk.site())
    monkeypatch.setattr("builtins.input", lambda _: "no")
    code, told = run(capsys, "revoke", "sensor")
    assert (code, "Nothing was revoked." in told) == (1, True)
    assert Sender.objects.get(pk=sender).revoked_at is None
    monkeypatch.setattr("builtins.input", lambda _: " YES ")
    assert run(capsys, "revoke", str(sender))[0] == 0
    assert Sender.objects.get(pk=sender).revoked_at is not None
    assert run(capsys, "revoke", str(sender))[0] == 2, "it is gone"


def test_a_slip_changes_nothing_and_says_what_to_do(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = desk.site(), desk.site("hospital_b")
    for site in (one, other):
        desk.sensor(site, "twin")
    before = Source.objects.count()
    for words, reason in (
        (("revoke", "twin", "--yes"), "twin means 2 of them"),
        (("add", "nobody", "x"), "nobody means 0 of them"),
        (("add", HOSPITAL, "x", "--source", "his"), "write LABEL=KIND,PROFILE"),
        (("add", HOSPITAL, "x", "--source", "his=file,none"), "a privacy profile is needed"),
        (("add", HOSPITAL, "x", "--source", "his=direct,syslog"), "use file, folder"),
        (("add", HOSPITAL, "twin"), "There is a twin already"),
        (("code", str(UUID(int=7))), "means 0 of them"),
    ):
        code, told = run(capsys, *words)
        assert code == 2, words
        assert reason in told, words
    assert Sender.objects.count() == 2
    assert Source.objects.count() == before
    assert not EnrolmentCode.objects.exists()
