"""Patient-like data through every kind of source leaves no trace at the centre nor in the sensor's folder (F4)."""

from __future__ import annotations

import base64
import gzip
import json
import socket
from hashlib import md5, sha1, sha256
from pathlib import Path

from phithak.base import batch
from tests.sensor.house import House, free_port, wait_for
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append

CID, HN, NAME = "1103700123459", "0065123", "สมศรี ใจทดสอบ"
THAI_CID = CID.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))


CONTENT = b"contents-of-"
PAYLOADS = (
    "payload", "payload_printable", "packet", "http_request_body", "http_response_body", "request_body",
    "response_body", "post_body", "post_data", "form", "cookie", "set_cookie", "password",
    "request_headers", "response_headers",
    "query_string", "query_params",
)  # fmt: skip
"""Fields in which contents travel: whatever the source, none of their values is in what leaves."""


def payloads() -> bytes:
    """An event with every such field, as text, list and map."""
    told: dict[str, object] = {name: f"contents-of-{name}" for name in PAYLOADS}
    told["http"] = {name: [f"contents-of-{name}", {"x": f"contents-of-{name}"}] for name in PAYLOADS}
    return json.dumps(told | {"event_type": "alert", "src_ip": "10.0.0.5"}).encode()


def forms() -> list[bytes]:
    """The planted person as a search would try to find her: plain, dashed, Thai digits, coded, hashed."""
    dashed = f"{CID[0]}-{CID[1:5]}-{CID[5:10]}-{CID[10:12]}-{CID[12]}"
    found: list[bytes] = []
    for text in (CID, dashed, dashed.replace("-", " "), THAI_CID, HN, NAME):
        raw = text.encode()
        found += [
            raw, text.encode("utf-16-le"), text.encode("cp874"), base64.b64encode(raw).rstrip(b"="),
            raw.hex().encode(), "".join(f"%{one:02X}" for one in raw).encode(),
            *[hashed(raw).hexdigest().encode() for hashed in (md5, sha1, sha256)],
        ]  # fmt: skip
    return found


def traces(content: bytes) -> list[bytes]:
    return [form for form in forms() if form in content]


def unpacked(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.suffix == ".batch":
        return raw + b"\n".join(batch.parse(raw).events())
    return gzip.decompress(raw) if path.suffix == ".gz" else raw


def planted() -> dict[str, list[bytes]]:
    """One source of each profile → events that name the planted person in the ways such logs do."""
    sql = f"SELECT * FROM patient WHERE cid='{CID}' AND hn='{HN}' AND name='{NAME}'"  # noqa: S608 - a made-up statement
    escaped = sql.replace("'", "\\'")
    return {
        "windows": [json.dumps({"event_id": 4688, "cmd": f'sqlcmd -Q "{sql}"', "m": f"HN: {HN} {CID}"},
                               ensure_ascii=False).encode()],
        "syslog": [f"<13>app: opened HN {HN} of {CID} {THAI_CID}".encode(), f"<13>HN{HN}".encode("cp874")],
        "eve": [json.dumps({"event_type": "alert", "payload": base64.b64encode(CID.encode()).decode(),
                            "http": {"url": f"/opd?cid={CID}&name={NAME}"}}, ensure_ascii=False).encode()],
        "zeek": [json.dumps({"uri": f"/p?hn={HN}", "post_body": NAME, "subject": NAME}, ensure_ascii=False).encode()],
        "dns": [f"query: {CID}.hospital.example".encode()],
        "web": [f'10.0.0.5 - - "GET /patient/{CID}?name={NAME}&hn={HN} HTTP/1.1" 200'.encode()],
        "mariadb-audit": [f"20261122 05:58:10,db,his,10.1.1.9,4,9,QUERY,hosxp,'{escaped}',0".encode()],
        "mysql-general": [f"2026-11-22T05:58:10.1Z\t   12 Query\t{sql}".encode()],
        "mysql-slow": [f"# User@Host: his[his] @ [10.1.1.9]\nSET timestamp=1;\n{sql};".encode()],
        "postgres": [f'[9] his@opd LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.p,"{sql}",<none>'.encode(),
                     f"[9] his@opd DETAIL:  Key (name)=({NAME}) already exists.".encode()],
        "database-json": [json.dumps({"statement": sql, "parameters": [NAME, CID]}, ensure_ascii=False).encode()],
        "application": [json.dumps({"m": f"patient_id={HN}", "form": {"name": NAME}}, ensure_ascii=False).encode()],
    }  # fmt: skip


def test_nothing_of_a_patient_leaves_by_any_profile_nor_lies_on_the_disk(
    house: House, centre: Centre, tmp_path: Path
) -> None:
    """Proves: S4-24."""
    logs: dict[str, Path] = {}
    events = planted()
    for name in events:
        logs[name] = tmp_path / f"{name}.log"
        logs[name].touch()
        house.source(name, kind="file", profile=name, path=logs[name])
    ports = {"udp": free_port(socket.SOCK_DGRAM), "tcp": free_port()}
    for kind, port in ports.items():
        house.source(kind, kind=f"syslog-{kind}", profile="syslog", listen=f"127.0.0.1:{port}")
    house.start()
    for name, rows in events.items():
        assert any(traces(row) for row in rows), f"{name} plants nothing"
        append(logs[name], [*rows, payloads(), *rows])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for row in events["syslog"]:
            out.sendto(row, ("127.0.0.1", ports["udp"]))
    with socket.create_connection(("127.0.0.1", ports["tcp"])) as out:
        out.sendall(b"".join(row + b"\n" for row in events["syslog"]))
    wait_for(lambda: {one.header.source for one in centre.batches} >= {*events, *ports}, 60)
    assert all(len(centre.events(name)) >= len(rows) for name, rows in events.items())
    house.kill()
    at_centre = b"\n".join(centre.events())
    assert traces(at_centre) == []
    assert CONTENT in payloads()
    assert CONTENT not in at_centre, "no field of contents leaves by default"
    assert b"10.0.0.5" in at_centre, "what is no content does"
    for path in house.folder.rglob("*"):
        if path.is_file():
            assert traces(unpacked(path)) == [], path
            assert CONTENT not in unpacked(path), path
    # the control: a trace that is planted in the folder is found
    (house.folder / "leak.gz").write_bytes(gzip.compress(CID.encode()))
    assert set(traces(unpacked(house.folder / "leak.gz"))) == {CID.encode()}
