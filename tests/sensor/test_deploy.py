"""The configurations of ``deploy/`` read by the forms that they are written in, and what each must hold.

Those of programs that are at hand are checked by the programs themselves (``test_rsyslog``, ``test_gateway_kills``).
"""

from __future__ import annotations

import configparser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.sensor.house import ROOT

AGENTS = ROOT / "deploy" / "agents"
DIRECT = ("winlogbeat.yml", "filebeat.yml", "vector.yaml", "fluent-bit.conf", "rsyslog-direct.conf")
"""Those that post to the centre themselves."""


def text_of(name: str) -> str:
    return (AGENTS / name).read_text(encoding="utf-8")


def read(name: str) -> Any:
    return yaml.safe_load(text_of(name))


@pytest.mark.parametrize("name", DIRECT)
def test_who_posts_to_the_centre_does_so_over_tls_with_its_own_authority_and_a_token(name: str) -> None:
    text = text_of(name)
    assert "cert.example" in text
    assert "http://" not in text
    assert "centre-ca.pem" in text
    assert "PHITHAK_TOKEN" in text or "TOKEN-FROM-THE-CENTRE" in text


@pytest.mark.parametrize("name", DIRECT)
def test_patients_are_dropped_at_the_origin(name: str) -> None:
    thirteen = r"%d" * 13 if name == "fluent-bit.conf" else "[0-9]{13}"
    assert thirteen in text_of(name)


@pytest.mark.parametrize("name", ["winlogbeat.yml", "filebeat.yml"])
def test_beats_keep_on_disk_and_ask_nothing_else_of_the_centre(name: str) -> None:
    told = read(name)
    assert told["queue.disk"]["max_size"]
    assert told["output.elasticsearch"]["path"] == "/es"
    assert told["setup.template.enabled"] is False
    assert told["setup.ilm.enabled"] is False
    assert all("Bearer" in value for value in told["output.elasticsearch"]["headers"].values())


def test_vector_keeps_on_disk_and_drops_before_it_sends() -> None:
    told = read("vector.yaml")
    (sink,) = told["sinks"].values()
    assert sink["inputs"] == list(told["transforms"])
    assert (sink["api_version"], sink["buffer"]["type"]) == ("v8", "disk")
    assert told["transforms"][sink["inputs"][0]]["inputs"] == list(told["sources"])


def test_suricata_writes_no_contents() -> None:
    (out,) = read("suricata.yaml")["outputs"]
    alert = next(one["alert"] for one in out["eve-log"]["types"] if isinstance(one, dict) and "alert" in one)
    assert {key: alert[key] for key in alert if key != "metadata"} == dict.fromkeys(
        ("payload", "payload-printable", "packet", "http-body", "http-body-printable"), False
    )


def test_wazuh_sends_to_the_sensor() -> None:
    (out,) = ET.fromstring(text_of("wazuh-ossec.conf")).findall("syslog_output")  # noqa: S314 - our own file
    assert (out.findtext("format"), out.findtext("port")) == ("json", "5514")


def test_fluent_bit_filters_before_its_output_and_keeps_on_disk() -> None:
    text = text_of("fluent-bit.conf")
    assert text.index("[INPUT]") < text.index("[FILTER]") < text.index("[OUTPUT]")
    assert "storage.type  filesystem" in text


def test_mariadb_audits_connections_and_statements() -> None:
    parser = configparser.ConfigParser(allow_no_value=True)
    parser.read_string((ROOT / "deploy" / "sensor" / "mariadb-audit.cnf").read_text(encoding="utf-8"))
    (section,) = parser.sections()
    assert {key for key in parser[section] if "server_audit" in key}


def test_syslog_ng_sends_over_tls_and_keeps_on_disk() -> None:
    text = text_of("syslog-ng.conf")
    assert 'transport("tls")' in text
    assert "peer-verify(required-trusted)" in text
    assert "reliable(yes)" in text
    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")
