"""What people ask of a sensor, put together for the command line and the local page: Thai first, English beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phithak.base import batch, profile
from phithak.sensor import moments
from phithak.sensor.identity import read_if_there
from phithak.sensor.settings import Settings, SourceSettings
from phithak.sensor.spool import State, Switches

KIND_TEXTS = {
    "file": ("แฟ้มบันทึก", "log file"),
    "folder": ("โฟลเดอร์ส่งออก", "folder of exports"),
    "syslog-udp": ("syslog UDP", "syslog over UDP"),
    "syslog-tcp": ("syslog TCP", "syslog over TCP"),
    "syslog-tls": ("syslog TLS", "syslog over TLS"),
    "relp": ("RELP", "RELP"),
}
ALWAYS = (
    "ทุกแหล่งตัดเลข 13 หลัก, HN, ข้อความค้นท้ายที่อยู่เว็บ และค่าในคำสั่ง SQL ก่อนเก็บลงดิสก์และก่อนส่ง",
    "From every source 13-digit numbers, HN, query strings and SQL literals are taken out before disk and sending",
)
REASON_TEXTS = {
    "disk-limit": ("พื้นที่พักเต็ม", "spool full"),
    "disk-full": ("ดิสก์เต็ม", "disk full"),
    "disk-damage": ("ดิสก์เสีย", "disk damaged"),
    "flood": ("มามากเกินกำหนด", "too many at once"),
    "kernel": ("ระบบรับไม่ทัน", "system's buffer full"),
    "malformed": ("ผิดรูปแบบ", "malformed"),
    "not-allowed": ("ผู้ส่งไม่ได้รับอนุญาต", "sender not allowed"),
    "refused": ("ศูนย์ไม่รับ", "refused by the centre"),
}
_KILO = 1024


@dataclass(frozen=True)
class SourceView:
    """One source as people see it: what is taken, what goes out, its switch, its counts, what is wrong."""

    settings: SourceSettings
    what: tuple[str, str]
    taken_out: tuple[str, str]
    on: bool
    switched: str
    events: int
    size: int
    last_event: str
    waiting: int
    dropped: tuple[tuple[tuple[str, str], int], ...]
    fault: str


def sources(settings: Settings, state: State) -> Iterator[SourceView]:
    """Yield each source."""
    switches = Switches(state)
    faults = status(settings.folder).get("faults", {})
    for one in settings.sources:
        rows = state.read("SELECT events, size, last_event FROM source WHERE source = ?", one.label)
        events, size, last_event = rows[0] if rows else (0, 0, None)
        ((waiting,),) = state.read("SELECT coalesce(sum(events), 0) FROM batch WHERE source = ?", one.label)
        counted = state.read("SELECT reason, events FROM dropped WHERE source = ? ORDER BY reason", one.label)
        chosen = profile.named(one.profile)
        turned = switches.last(one.label)
        yield SourceView(
            settings=one,
            what=KIND_TEXTS[one.kind],
            taken_out=(chosen.th, chosen.en),
            on=switches.is_on(one.label),
            switched=f"{moments.readable(turned.moment)} {turned.side}: {turned.person} {turned.reason}".strip()
            if turned
            else "",
            events=events,
            size=size,
            last_event=moments.readable(last_event) if last_event else "",
            waiting=waiting,
            dropped=tuple((REASON_TEXTS.get(reason, (reason, reason)), count) for reason, count in counted),
            fault=str(faults.get(one.label, "")),
        )


def status(folder: Path) -> dict[str, Any]:
    """Return what the running sensor wrote down last, empty when it never ran."""
    raw = read_if_there(folder / "status.json")
    try:
        told = json.loads(raw.decode("utf-8")) if raw else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def samples(folder: Path, state: State, label: str, most: int = 5) -> list[str]:
    """Return the newest waiting or last sealed events of a source, exactly as they leave (cut to one screen line)."""
    rows = state.read("SELECT batch FROM batch WHERE source = ? ORDER BY id DESC LIMIT 1", label)
    raw = read_if_there(folder / "batches" / f"{rows[0][0]}.batch") if rows else None
    raw = raw or read_if_there(folder / "samples" / f"{label}.batch")
    if raw is None:
        return []
    try:
        events = batch.parse(raw).events()
    except batch.BatchError:
        return []
    return [readable(event)[:600] for event in events[-most:]]


def readable(event: bytes) -> str:
    """Return an event as text: UTF-8, else Thai of old devices (CP874), without signs that move a cursor."""
    try:
        text = event.decode("utf-8")
    except UnicodeDecodeError:
        text = event.decode("cp874", errors="replace")
    return "".join(letter if letter.isprintable() else " " for letter in text)


def size_text(size: float) -> str:
    """Return a number of bytes as people read it."""
    for unit in ("B", "KB", "MB"):
        if size < _KILO:
            return f"{size:.0f} {unit}"
        size /= _KILO
    return f"{size:.1f} GB"
