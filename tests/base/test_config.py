"""Settings: default < file < environment < file named in the environment; a wrong value stops the start."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.config import Config, ConfigError, load
from phithak.base.text import using_language

SOURCES = ("file", "variable", "variable_file")
FOLDERS = {"PHITHAK_CONFIG_DIR": "/invented/config", "PHITHAK_DATA_DIR": "/invented/data"}


def toml(folder: Path, text: str) -> Path:
    path = folder / "phithak.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(environ: dict[str, str], file: Path | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(FOLDERS | environ, file)
    return caught.value


@given(
    used=st.sets(st.sampled_from(SOURCES)),
    ports=st.lists(st.integers(1, 65535), min_size=3, max_size=3, unique=True),
)
def test_the_strongest_source_wins_and_is_named(
    tmp_path_factory: pytest.TempPathFactory, used: set[str], ports: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("config")
    secret = folder / "port"
    secret.write_text(f"{ports[2]}\n")
    environ = dict(FOLDERS)
    file = toml(folder, f"port = {ports[0]}" if "file" in used else "")
    if "variable" in used:
        environ["PHITHAK_PORT"] = str(ports[1])
    if "variable_file" in used:
        environ["PHITHAK_PORT_FILE"] = str(secret)
    expected = {
        frozenset(): (8000, "default"),
        frozenset({"file"}): (ports[0], str(file)),
        frozenset({"variable"}): (ports[1], "PHITHAK_PORT"),
        frozenset({"file", "variable"}): (ports[1], "PHITHAK_PORT"),
    }.get(frozenset(used), (ports[2], "PHITHAK_PORT_FILE"))
    found = load(environ, file)
    assert (found.config.port, found.origins["port"]) == expected
    assert found.origins["name_th"] == "default"


def test_the_file_in_the_configuration_folder_is_found(tmp_path: Path) -> None:
    toml(tmp_path, 'name_en = "Health CERT"')
    found = load({"PHITHAK_CONFIG_DIR": str(tmp_path), "PHITHAK_DATA_DIR": "/invented/data"})
    assert found.config.name_en == "Health CERT"
    assert found.config.config_dir == tmp_path


@pytest.mark.parametrize(("word", "value"), [
    ("true", True), ("1", True), ("Yes", True), (" on ", True),
    ("false", False), ("0", False), ("no", False), ("OFF", False),
])  # fmt: skip
def test_words_for_yes_and_no(word: str, *, value: bool) -> None:
    assert load(FOLDERS | {"PHITHAK_EXERCISE_MODE": word}).config.exercise_mode is value


@given(hosts=st.lists(st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True)))
def test_lists_are_the_same_from_both_sources(
    tmp_path_factory: pytest.TempPathFactory, hosts: list[str]
) -> None:
    file = toml(tmp_path_factory.mktemp("config"), f"allowed_hosts = {hosts!r}")
    assert load(FOLDERS, file).config.allowed_hosts == tuple(hosts)
    words = " , ".join(hosts)
    assert load(FOLDERS | {"PHITHAK_ALLOWED_HOSTS": words}).config.allowed_hosts == tuple(hosts)


@pytest.mark.parametrize(("variable", "value", "name", "says"), [
    ("PHITHAK_PORT", "eighty", "port", "must be a whole number"),
    ("PHITHAK_PORT", "0", "port", "must lie between 1 and 65535"),
    ("PHITHAK_PORT", "65536", "port", "must lie between 1 and 65535"),
    ("PHITHAK_PASSWORD_MIN_LENGTH", "7", "password_min_length", "must lie between 8 and 128"),
    ("PHITHAK_PASSWORD_MAX_AGE_DAYS", "366", "password_max_age_days", "must lie between 0 and 365"),
    ("PHITHAK_EXERCISE_MODE", "maybe", "exercise_mode", "use true or false"),
    ("PHITHAK_LANGUAGE", "fr", "language", "use th or en"),
    ("PHITHAK_DATA_DIR", "", "data_dir", "must name a folder"),
])  # fmt: skip
def test_a_wrong_value_names_setting_source_and_remedy(
    variable: str, value: str, name: str, says: str
) -> None:
    error = refusal({variable: value})
    assert error.slots["name"] == name
    assert error.slots["origin"] == variable
    assert says in error.message.en
    assert name in error.message.th
    with using_language("en"):
        assert f"Setting {name} (from {variable})" in str(error)


@pytest.mark.parametrize(("content", "says"), [
    ("prot = 8000", "unknown name"),
    ("port = true", "must be a whole number"),
    ('name_th = ["x"]', "must be text in quotes"),
    ("data_dir = 5", "must be text in quotes"),
    ("allowed_hosts = 5", "must be text in quotes"),
    ("port = ", "Invalid value"),
])  # fmt: skip
def test_a_wrong_line_of_the_file_is_refused(tmp_path: Path, content: str, says: str) -> None:
    file = toml(tmp_path, content)
    error = refusal({}, file)
    assert says in error.message.en
    assert str(file) in error.message.en


def test_a_missing_secret_file_is_refused(tmp_path: Path) -> None:
    error = refusal({"PHITHAK_DATABASE_URL_FILE": str(tmp_path / "absent")})
    assert error.slots["origin"] == "PHITHAK_DATABASE_URL_FILE"


def test_a_secret_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe")
    assert refusal({"PHITHAK_DATABASE_URL_FILE": str(tmp_path / "secret")}).slots["name"] == "database_url"


@pytest.mark.parametrize(("config", "data"), [
    ("/invented/data", "/invented/data"),
    ("/invented/data/config", "/invented/data"),
    ("/invented/data/a/../b", "/invented/data"),
])  # fmt: skip
def test_keys_never_lie_in_the_data_folder(config: str, data: str) -> None:
    error = refusal({"PHITHAK_CONFIG_DIR": config, "PHITHAK_DATA_DIR": data})
    assert error.slots["name"] == "config_dir"


def test_folders_that_only_begin_alike_are_apart() -> None:
    environ = {"PHITHAK_CONFIG_DIR": "/invented/data-config", "PHITHAK_DATA_DIR": "/invented/data"}
    assert load(environ).config.config_dir == Path("/invented/data-config")


def test_an_optional_path_can_be_emptied(tmp_path: Path) -> None:
    file = toml(tmp_path, 'backup_dir = "/invented/backup"')
    assert load(FOLDERS, file).config.backups == Path("/invented/backup")
    assert load(FOLDERS | {"PHITHAK_BACKUP_DIR": ""}, file).config.backups == Path("/invented/data/backups")


@pytest.mark.parametrize(("changed", "url"), [
    ({}, "http://127.0.0.1:8000"),
    ({"PHITHAK_TLS_CERTIFICATE": "/invented/cert.pem"}, "https://127.0.0.1:8000"),
    ({"PHITHAK_BASE_URL": "https://cert.example.th/"}, "https://cert.example.th"),
])  # fmt: skip
def test_the_address_that_users_see(changed: dict[str, str], url: str) -> None:
    assert load(FOLDERS | changed).config.public_url == url


def test_defaults_listen_on_loopback_and_reach_nobody() -> None:
    config = load(FOLDERS).config
    assert config.host == "127.0.0.1"
    assert (config.mail_url, config.sms_url, config.chat_url) == ("null:", "null:", "null:")


_ADDRESSES = {"base_url", "ingest_url", "oidc_url"}
"""Shown to people and senders as they are; every other address may carry a password."""


@pytest.mark.parametrize("field", dataclasses.fields(Config), ids=lambda field: field.name)
def test_every_setting_says_what_it_is_and_hides_secrets(field: dataclasses.Field[Any]) -> None:
    text = field.metadata["text"]
    assert any("ก" <= character <= "๙" for character in text.th)
    assert text.en
    carries_password = field.name.endswith(("_url", "_secret")) and field.name not in _ADDRESSES
    assert not carries_password or field.metadata["secret"]
