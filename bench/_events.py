"""Events of many kinds for benchmarks, made by chance from a seed; invented names, documentation addresses."""

# ruff: noqa: E501 - records stand here as they are

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

BEGIN = 1_795_230_000
HOSTS = [f"his-{number:02d}.hospital.example" for number in range(40)]
USERS = [f"HOSP\\user{number:03d}" for number in range(300)]
IMAGES = [f"C:\\Program Files\\App{number}\\bin\\tool{number % 17}.exe" for number in range(120)]
DOMAINS = [f"{word}{number}.example" for number in range(900) for word in ("cdn", "api", "www", "mail")]
PATHS = [f"/opd/{word}/{number}" for number in range(200) for word in ("queue", "order", "lab", "img")]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/140.0",
    "curl/8.5.0",
    "HisClient/4.2 (th)",
]


def _address(chance: random.Random) -> str:
    return f"10.{chance.randrange(40)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"


def _outside(chance: random.Random) -> str:
    return f"{chance.choice(('192.0.2', '198.51.100', '203.0.113'))}.{chance.randrange(256)}"


def _hex(chance: random.Random, digits: int) -> str:
    return f"{chance.getrandbits(digits * 4):0{digits}x}"


def _uid(chance: random.Random) -> str:
    """Return an id as Zeek makes them: letters and digits."""
    return "C" + "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789", k=17))


def _utc(at: float) -> str:
    seconds = int(at)
    day, rest = divmod(seconds - 1_795_219_200, 86_400)
    return f"2026-11-{21 + day % 9:02d} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.{int(at % 1 * 1000):03d}"


def sysmon(chance: random.Random, at: float) -> bytes:
    """A process start as a forwarder writes it, flat."""
    image = chance.choice(IMAGES)
    return json.dumps({
        "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": chance.choice(HOSTS),
        "UtcTime": _utc(at), "ProcessGuid": "{" + _hex(chance, 32) + "}", "ProcessId": chance.randrange(65_536),
        "Image": image, "CommandLine": f'"{image}" -k {_hex(chance, 6)} --id {chance.randrange(100_000)}',
        "User": chance.choice(USERS), "LogonId": "0x" + _hex(chance, 6), "IntegrityLevel": "Medium",
        "Hashes": f"SHA256={_hex(chance, 64).upper()}", "ParentImage": chance.choice(IMAGES),
        "ParentProcessId": chance.randrange(65_536), "EventRecordID": chance.randrange(10**8),
    }).encode()  # fmt: skip


def winlogbeat(chance: random.Random, at: float) -> bytes:
    """A logon as Winlogbeat 8 sends it, nested."""
    return json.dumps({
        "@timestamp": _utc(at).replace(" ", "T") + "Z", "ecs": {"version": "8.0.0"},
        "event": {"code": "4624", "provider": "Microsoft-Windows-Security-Auditing", "kind": "event"},
        "host": {"name": chance.choice(HOSTS), "os": {"type": "windows"}}, "agent": {"type": "winlogbeat", "id": _hex(chance, 32)},
        "winlog": {
            "channel": "Security", "event_id": "4624", "computer_name": chance.choice(HOSTS),
            "record_id": chance.randrange(10**8),
            "event_data": {
                "TargetUserName": chance.choice(USERS), "IpAddress": _address(chance), "LogonType": "3",
                "TargetLogonId": "0x" + _hex(chance, 8), "LogonGuid": "{" + _hex(chance, 32) + "}",
            },
        },
    }).encode()  # fmt: skip


def zeek_dns(chance: random.Random, at: float) -> bytes:
    """A name that was asked for."""
    return json.dumps({
        "_path": "dns", "ts": round(at, 6), "uid": _uid(chance), "id.orig_h": _address(chance),
        "id.orig_p": chance.randrange(1024, 65_536), "id.resp_h": "10.0.0.53", "id.resp_p": 53, "proto": "udp",
        "query": f"{_hex(chance, 4)}.{chance.choice(DOMAINS)}", "qtype_name": "A", "rcode_name": "NOERROR",
        "answers": [_outside(chance)], "rtt": round(chance.random() / 10, 6), "trans_id": chance.randrange(65_536),
    }).encode()  # fmt: skip


def zeek_conn(chance: random.Random, at: float) -> bytes:
    """A connection."""
    return json.dumps({
        "_path": "conn", "ts": round(at, 6), "uid": _uid(chance), "id.orig_h": _address(chance),
        "id.orig_p": chance.randrange(1024, 65_536), "id.resp_h": _outside(chance), "id.resp_p": chance.choice((80, 443, 445)),
        "proto": "tcp", "duration": round(chance.random() * 60, 6), "orig_bytes": chance.randrange(10**6),
        "resp_bytes": chance.randrange(10**7), "conn_state": chance.choice(("SF", "S0", "REJ")), "history": "ShADadFf",
        "orig_pkts": chance.randrange(1000), "resp_pkts": chance.randrange(5000), "community_id": "1:" + _uid(chance) + "=",
    }).encode()  # fmt: skip


def suricata(chance: random.Random, at: float) -> bytes:
    """An alert of Suricata's EVE."""
    return json.dumps({
        "timestamp": _utc(at).replace(" ", "T") + "000+0000", "flow_id": chance.randrange(10**14, 10**15),
        "event_type": "alert", "src_ip": _address(chance), "src_port": chance.randrange(1024, 65_536),
        "dest_ip": _outside(chance), "dest_port": 443, "proto": "TCP",
        "alert": {"action": "allowed", "gid": 1, "signature_id": 2_000_000 + chance.randrange(4000), "rev": 3,
                  "signature": f"INVENTED rule {chance.randrange(4000)} outbound", "category": "Misc activity", "severity": 3},
        "flow": {"pkts_toserver": chance.randrange(99), "bytes_toserver": chance.randrange(9999), "start": _utc(at)},
    }).encode()  # fmt: skip


def access(chance: random.Random, at: float) -> bytes:
    """A line of a web server."""
    clock = _utc(at)
    return (
        f'{_address(chance)} - - [{clock[8:10]}/Nov/2026:{clock[11:19]} +0000] "GET {chance.choice(PATHS)} HTTP/1.1" '
        f'{chance.choice((200, 200, 304, 404))} {chance.randrange(90_000)} "-" "{chance.choice(AGENTS)}"'
    ).encode()


def syslog(chance: random.Random, at: float) -> bytes:
    """A line of sshd."""
    clock = _utc(at)
    return (
        f"Nov {int(clock[8:10]):2d} {clock[11:19]} {chance.choice(HOSTS)} sshd[{chance.randrange(65_536)}]: Failed "
        f"password for invalid user u{chance.randrange(5000)} from {_outside(chance)} port {chance.randrange(65_536)} ssh2"
    ).encode()


MIX: tuple[tuple[Callable[[random.Random, float], bytes], int], ...] = (
    (sysmon, 25), (winlogbeat, 20), (zeek_dns, 20), (zeek_conn, 15), (suricata, 8), (access, 7), (syslog, 5),
)  # fmt: skip


def events(number: int, seed: int = 1) -> Iterator[bytes]:
    """Yield ``number`` events of the mix, in order of time."""
    chance = random.Random(seed)  # noqa: S311 - a seed that is told
    makers, weights = zip(*MIX, strict=True)
    chosen = chance.choices(makers, weights, k=number)
    for place, maker in enumerate(chosen):
        yield maker(chance, BEGIN + place * 0.01)
