"""Records of real shapes to flat events: every odd form that real files hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from phithak.engines.sigma.normalise import flat_event
from phithak.engines.sigma.normalise.formats import decoded
from phithak.engines.sigma.normalise.lines import parser_for
from phithak.engines.sigma.normalise.table import table

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def evtx(data: Any, system: Mapping[str, Any] | None = None, section: str = "EventData") -> dict[str, Any]:
    header = {
        "Provider": {"#attributes": {"Name": "A Provider", "Guid": "{1}"}},
        "EventID": 1,
        "Channel": SYSMON,
        "Computer": "PC1",
        "TimeCreated": {"#attributes": {"SystemTime": "2026-11-21T22:00:00Z"}},
        "Execution": {"#attributes": {"ProcessID": 5, "ThreadID": 6}},
        "Security": None,
        "Correlation": None,
    }
    return {"Event": {"#attributes": {"xmlns": "x"}, "System": {**header, **(system or {})}, section: data}}


def test_evtx_header_and_data_stand_side_by_side() -> None:
    event = flat_event(
        evtx({"Image": "a.exe", "ProcessId": 77, "Initiated": True, "Empty": "", "Nothing": None})
    )
    assert event.fields == {
        "Image": "a.exe",
        "ProcessId": 77,
        "Initiated": True,
        "Empty": "",
        "Provider_Name": "A Provider",
        "Provider_Guid": "{1}",
        "EventID": 1,
        "Channel": SYSMON,
        "Computer": "PC1",
        "SystemTime": "2026-11-21T22:00:00Z",
        "Execution_ProcessID": 5,
        "Execution_ThreadID": 6,
    }
    assert event.time == "2026-11-21T22:00:00Z"
    assert event.log.categories == {"process_creation"}
    assert event.log.services == {"sysmon"}


@pytest.mark.parametrize(
    ("data", "section", "name", "value"),
    [
        (
            {"Data": {"#text": ["sa", " Reason", " [CLIENT: 10.0.2.17]"]}},
            "EventData",
            "Data",
            ["sa", " Reason", " [CLIENT: 10.0.2.17]"],
        ),
        ({"Data": {"#attributes": {"Name": "x"}, "#text": "one"}}, "EventData", "Data", "one"),
        ({"Threat Name": "EICAR", "Severity ID": "5"}, "EventData", "ThreatName", "EICAR"),
        (
            {"LogFileCleared": {"#attributes": {"xmlns": "y"}, "SubjectUserName": "bad"}},
            "UserData",
            "SubjectUserName",
            "bad",
        ),
        ({"EventXML": {"listenerName": {"#text": "RDP-Tcp"}}}, "UserData", "listenerName", "RDP-Tcp"),
        ({"Payload": {"deep": {"er": 1}}}, "EventData", "Payload.deep.er", 1),
    ],
)
def test_odd_evtx_data(data: Any, section: str, name: str, value: Any) -> None:
    assert flat_event(evtx(data, section=section)).fields[name] == value


def test_an_event_id_may_be_a_map_and_a_channel_null() -> None:
    event = flat_event(
        evtx({}, {"EventID": {"#attributes": {"Qualifiers": 16384}, "#text": 4625}, "Channel": "security"})
    )
    assert event.fields["EventID"] == 4625
    assert event.log.services == {"security"}
    event = flat_event(evtx(None, {"Channel": None}))
    assert "Channel" not in event.fields
    assert event.log.services == frozenset()
    assert event.log.products == {"windows"}


def test_flat_forwarder_events_keep_their_names_and_gain_those_of_rules() -> None:
    record = {
        "Channel": "Security",
        "EventID": 4688,
        "SourceName": "Microsoft-Windows-Security-Auditing",
        "Hostname": "PC1",
        "NewProcessName": r"C:\a.exe",
        "ParentProcessName": r"C:\b.exe",
        "NewProcessId": "0x10",
        "ProcessId": "0x20",
        "tags": ["x", "y"],
        "host": {"name": "z"},
    }
    event = flat_event(record)
    expected = {
        "Provider_Name": "Microsoft-Windows-Security-Auditing",
        "Computer": "PC1",
        "Image": r"C:\a.exe",
        "ParentImage": r"C:\b.exe",
        "ProcessId": "0x10",
        "ParentProcessId": "0x20",
        "tags": ["x", "y"],
        "host.name": "z",
    }
    assert expected.items() <= event.fields.items()
    assert event.paths["Image"] == ("NewProcessName",)
    assert event.paths["host.name"] == ("host", "name")


@pytest.mark.parametrize(
    "record",
    [
        {
            "winlog": {"channel": SYSMON, "event_id": 1, "provider_name": "P", "event_data": {"Image": "a"}},
            "event": {"code": "1"},
        },
        {
            "winlog": {"channel": SYSMON, "event_data": {"Image": "a"}, "provider_name": "P"},
            "event": {"code": "1"},
        },
        {"event_id": 1, "log_name": SYSMON, "source_name": "P", "event_data": {"Image": "a"}},
        {"Channel": SYSMON, "EventID": "1", "SourceName": "P", "Image": "a"},
    ],
)
def test_winlogbeat_of_all_ages_gives_the_same(record: dict[str, Any]) -> None:
    event = flat_event(record)
    assert event.log.categories == {"process_creation"}
    assert (event.fields["Image"], event.fields["Provider_Name"], str(event.fields["EventID"])) == (
        "a",
        "P",
        "1",
    )


@pytest.mark.parametrize(
    ("record", "word", "fields"),
    [
        (
            {
                "ecs": {"version": "8.0"},
                "host": {"os": {"type": "linux"}},
                "event": {"category": ["process"]},
                "process": {
                    "executable": "/bin/sh",
                    "command_line": "sh -c id",
                    "parent": {"executable": "/usr/sbin/nginx"},
                },
            },
            ("process_creation", "linux", ""),
            {"Image": "/bin/sh", "CommandLine": "sh -c id", "ParentImage": "/usr/sbin/nginx"},
        ),
        (
            {"_path": "dns", "ts": 1.5, "query": "a.example", "qtype_name": "TXT", "answers": ["x"]},
            ("dns", "zeek", "dns"),
            {"query": "a.example", "record_type": "TXT", "answer": ["x"]},
        ),
        (
            {
                "event_type": "http",
                "flow_id": 1,
                "http": {"url": "/a?b", "hostname": "h", "http_method": "GET", "status": 200},
            },
            ("proxy", "suricata", "http"),
            {"c-uri": "/a?b", "cs-host": "h", "cs-method": "GET", "sc-status": 200},
        ),
        (
            {
                "eventSource": "iam.amazonaws.com",
                "eventName": "CreateUser",
                "awsRegion": "x",
                "userIdentity": {"arn": "a"},
            },
            ("", "aws", "cloudtrail"),
            {"userIdentity.arn": "a"},
        ),
        (
            {
                "action_id": "IN",
                "server_principal_name": "somchai",
                "object_name": "quota",
                "statement": "INSERT",
            },
            ("database", "mssql", "audit"),
            {"user": "somchai", "object": "quota", "operation": "IN"},
        ),
    ],
)
def test_other_kinds_are_known_by_their_keys(
    record: dict[str, Any], word: tuple[str, str, str], fields: dict[str, Any]
) -> None:
    event = flat_event(record)
    assert event.log.takes(*word)
    assert fields.items() <= event.fields.items()


def test_what_is_no_map_is_a_message() -> None:
    assert flat_event("text").fields == {"message": "text"}
    assert flat_event(None).fields == {}
    assert flat_event({"a": [[1, None], {"b": 2}, {"b": 3}], "c": {}}).fields == {"a": [1], "a.b": [2, 3]}


def parsed(text: str) -> list[dict[str, Any]]:
    parser = parser_for(text)
    assert parser is not None
    return list(parser(iter(text.splitlines())))


def test_combined_access_logs() -> None:
    line = '203.0.113.9 - somsri [21/Nov/2026:22:00:00 +0700] "GET /.git/config?x=%20\\"1 HTTP/1.1" 404 152 "-" "curl/8.0"'  # noqa: E501 a line of a log or a rule stays one line
    (record,) = parsed(line)
    event = flat_event(record)
    assert event.log.takes("webserver", "", "")
    assert (event.fields["cs-method"], event.fields["cs-uri-stem"], event.fields["sc-status"]) == (
        "GET",
        "/.git/config",
        404,
    )
    assert (event.fields["cs-user-agent"], event.fields["cs-username"], event.fields["c-ip"]) == (
        "curl/8.0",
        "somsri",
        "203.0.113.9",
    )


def test_audit_records_are_joined_by_id_even_when_they_interleave() -> None:
    text = "\n".join(  # noqa: FLY002 a log is lines
        [
            'type=SYSCALL msg=audit(1795000000.100:7): arch=c000003e syscall=59 success=yes exe="/usr/bin/cat" key=(null)',  # noqa: E501 a line of a log or a rule stays one line
            "type=SYSCALL msg=audit(1795000000.100:8): syscall=2 exe=2F746D702F6120",
            'type=EXECVE msg=audit(1795000000.100:7): argc=2 a0="cat" a1="/etc/shadow"',
            "type=EOE msg=audit(1795000000.100:7): ",
        ]
    )
    first, second = parsed(text)
    assert first["type"] == ["SYSCALL", "EXECVE", "EOE"]
    assert (first["a0"], first["a1"], first["exe"]) == ("cat", "/etc/shadow", "/usr/bin/cat")
    assert (second["audit_id"], second["exe"]) == ("8", "/tmp/a ")  # noqa: S108 what a log said
    assert flat_event(first).log.takes("", "linux", "auditd")


def test_syslog_and_auth_log() -> None:
    (record,) = parsed(
        "Nov 21 22:00:00 web1 sshd[812]: Failed password for root from 203.0.113.9 port 22 ssh2"
    )
    event = flat_event(record)
    assert event.log.takes("", "linux", "sshd")
    assert event.fields["message"].startswith("Failed password")
    assert decoded("ผิดพลาด".encode("cp874")) == "ผิดพลาด"


def test_zeek_in_its_own_form_reads_as_its_json() -> None:
    text = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tid.orig_h\tquery\tanswers\tAA\trcode\n#types\ttime\taddr\tstring\tvector[string]\tbool\tcount\n1.5\t10.0.0.1\ta.example\tx,y\tF\t-\n"  # noqa: E501 a line of a log or a rule stays one line
    (record,) = parsed(text)
    assert record == {
        "_path": "dns",
        "ts": "1.5",
        "id.orig_h": "10.0.0.1",
        "query": "a.example",
        "answers": ["x", "y"],
        "AA": False,
    }
    assert flat_event(record).log.takes("dns", "", "")


def test_database_audit_lines_name_account_operation_and_table() -> None:
    pg = "2026-11-21 22:03:11.123 UTC [812] user=somchai,db=vaccine,app=psql,client=10.9.8.7 LOG:  AUDIT: SESSION,3,1,WRITE,INSERT,TABLE,public.quota,\"insert into quota values (1, 'a,b')\",<not logged>"  # noqa: E501 a line of a log or a rule stays one line
    maria = (
        "20261121 22:03:11,db1,somchai,10.9.8.7,42,77,QUERY,vaccine,'INSERT INTO `quota` (id) VALUES (1)',0"
    )
    for line, product in ((pg, "postgresql"), (maria, "mysql")):
        (record,) = parsed(line)
        event = flat_event(record)
        assert event.log.takes("database", product, "")
        expected = {
            "user": "somchai",
            "client": "10.9.8.7",
            "database": "vaccine",
            "operation": "INSERT",
            "class": "WRITE",
        }
        assert expected.items() <= event.fields.items()
        assert str(event.fields["object"]).rpartition(".")[2] == "quota"
        assert event.time.startswith("2026-11-21 22:03:11")


@pytest.mark.parametrize(
    "text",
    [
        'Channel,EventID,"Command Line"\nSecurity,4688,"a, ""b""\n c"\n\nSystem,7045,\n',
        '\ufeffChannel;EventID;Command Line\nSecurity;4688;"a, ""b""\n c"\nSystem;7045;\n',
        'Channel\tEventID\tCommand Line\nSecurity\t4688\t"a, ""b""\n c"\nSystem\t7045\t\n',
    ],
)
def test_tables_are_read_by_their_line_of_names(text: str) -> None:
    assert parsed(text) == [
        {"Channel": "Security", "EventID": "4688", "Command Line": 'a, "b"\n c'},
        {"Channel": "System", "EventID": "7045", "Command Line": None},
    ]


def test_odd_rows_of_tables_lose_nothing() -> None:
    text = 'a,b,a,\n1,2,3,4,5\n6,7\n"' + "x" * 200_000 + '",1\n8,9\n'
    first, second, broken, last = table(iter(text.splitlines()))
    assert first == {"a": "1", "b": "2", "a_2": "3", "column_4": "4", "column_5": "5"}
    assert second == {"a": "6", "b": "7"}
    assert broken["message"].startswith("no row of a table")
    assert last == {"a": "8", "b": "9"}


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"b":2}\n{"a":1,"b":2}\n',
        "a,b\n1,2,3\n",
        "a,b\n",
        "1,2\n3,4\n",
        "#Fields: a,b\n1,2\n",
        "one word\nand another\n",
        "",
    ],
)
def test_what_is_no_table_is_not_taken_for_one(text: str) -> None:
    assert parser_for(text) is None
