"""The root of the command line: overview, exit codes, both languages, errors that say what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from phithak.web import cli


def test_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in cli.COMMANDS:
        assert f"  {name} " in shown


def test_no_command_is_wrong_input_and_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "doctor" in capsys.readouterr().err


def test_unknown_command_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["no-such-command"]) == 2
    assert "phithak COMMAND --help" in capsys.readouterr().err


def test_language_chooses_the_words(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--language", "en", "config", "explain", "port"])
    assert "Port of pages and API" in capsys.readouterr().out
    cli.main(["--language", "th", "config", "explain", "port"])
    assert "พอร์ตของหน้าเว็บและ API" in capsys.readouterr().out


def test_config_explain_hides_secrets_and_tells_the_origin(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHITHAK_SMS_URL", "https://user:hunter2@sms.example/send")
    monkeypatch.setenv("PHITHAK_PORT", "8123")
    assert cli.main(["config", "explain", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert "hunter2" not in json.dumps(rows)
    assert rows["sms_url"]["origin"] == "PHITHAK_SMS_URL"
    assert rows["port"]["value"] == "8123"
    assert rows["host"]["origin"] == "default"


def test_a_wrong_setting_is_named_in_both_languages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHITHAK_PORT", "eighty")
    assert cli.main(["config", "explain"]) == 2
    words = capsys.readouterr().err
    assert "PHITHAK_PORT" in words
    assert "จำนวนเต็ม" in words
    assert "whole number" in words


def test_config_explain_of_an_unknown_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "explain", "prot"]) == 2
    assert "no such setting" in capsys.readouterr().err


def test_a_command_without_an_instance_says_what_to_run(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PHITHAK_CONFIG_DIR": str(tmp_path / "config"),
        "PHITHAK_DATA_DIR": str(tmp_path / "data"),
        "PHITHAK_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
    }
    asked = [sys.executable, "-m", "phithak", "migrate"]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "รัน phithak up" in done.stderr
    assert "run phithak up" in done.stderr
    assert not (tmp_path / "data").exists()
