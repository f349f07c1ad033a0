"""What ``doctor`` asks of the way of events: does the intake answer, does the compactor keep up, is there room."""

from __future__ import annotations

import http.client
import shutil
import ssl
from collections.abc import Iterator
from contextlib import closing

from phithak.base import clock
from phithak.base.config import Config
from phithak.base.text import Text
from phithak.core.contrib import Check, CheckResult
from phithak.eventstore.health import waiting_since
from phithak.eventstore.layout import Layout

LATE_SECONDS = 300
_ANSWER_SECONDS = 5.0
_WELL = 200
_OFF = Text("ไม่ได้เปิดรับเหตุการณ์ (ingest_port = 0)", "no events are taken (ingest_port = 0)")


def checks(config: Config) -> Iterator[Check]:
    """Yield the checks of an instance."""
    yield Check(
        "events.intake", Text("ตัวรับเหตุการณ์ตอบ", "The intake of events answers"), lambda: intake(config)
    )
    yield Check(
        "events.compactor",
        Text("เหตุการณ์ค้นได้ทันเวลา", "Events become searchable in time"),
        lambda: compactor(config),
    )
    yield Check("events.room", Text("ที่ว่างสำหรับเหตุการณ์", "Room for events"), lambda: room(config))


def intake(config: Config) -> CheckResult:
    """Tell whether the intake answers that it takes events."""
    if not config.ingest_port:
        return CheckResult("ok", _OFF)
    try:
        status = _asked(config)
    except (OSError, http.client.HTTPException) as error:
        where = f"{config.ingest_address}:{config.ingest_port}"
        words = Text(
            f"ไม่ตอบที่ {where} ({error}) ดูบันทึกของ phithak up หรือรัน phithak ingest",
            f"No answer at {where} ({error}). See the log of phithak up, or run phithak ingest.",
        )
        return CheckResult("error", words)
    if status != _WELL:
        words = Text(f"ตอบ {status} ยังไม่รับเหตุการณ์", f"It answers {status} and takes no events.")
        return CheckResult("error", words)
    return CheckResult("ok", Text(f"พอร์ต {config.ingest_port}", f"port {config.ingest_port}"))


def _asked(config: Config) -> int:
    """Return the status of the intake's own health, asked where it listens."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where it listens, not where we do
    host = everywhere.get(config.ingest_address, config.ingest_address)
    if config.tls_certificate:
        # only whether it answers: its certificate is that of its public name
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, config.ingest_port, timeout=_ANSWER_SECONDS, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, config.ingest_port, timeout=_ANSWER_SECONDS)
    with closing(connection):
        connection.request("GET", "/v1/health")
        return connection.getresponse().status


def compactor(config: Config) -> CheckResult:
    """Tell how long the oldest event waits that cannot be searched yet."""
    since = waiting_since(Layout(config.events))
    if since is None:
        return CheckResult("ok", Text("ไม่มีเหตุการณ์ค้าง", "nothing waits"))
    seconds = max(0, int(clock.now().timestamp() - since / 1_000_000))
    if seconds > LATE_SECONDS:
        words = Text(
            f"เหตุการณ์รอเข้าคลังมา {seconds} วินาที ดูบันทึกของ phithak up หรือรัน phithak compactor",
            f"Events have waited {seconds} s. See the log of phithak up, or run phithak compactor.",
        )
        return CheckResult("error" if config.ingest_port else "warning", words)
    return CheckResult("ok", Text(f"รอไม่เกิน {seconds} วินาที", f"waiting {seconds} s at most"))


def room(config: Config) -> CheckResult:
    """Tell whether there is room below which the intake refuses."""
    folder = config.events if config.events.exists() else config.data_dir
    free = shutil.disk_usage(folder).free >> 20
    if config.ingest_port and free < config.ingest_reserve_mb:
        words = Text(
            f"เหลือ {free} MB ต่ำกว่า ingest_reserve_mb ตัวรับตอบ 503 ผู้ส่งเก็บไว้เอง ให้เพิ่มที่ว่าง",
            f"{free} MB left, below ingest_reserve_mb: the intake answers 503, senders keep theirs. Make room.",
        )
        return CheckResult("error", words)
    return CheckResult("ok", Text(f"เหลือ {free} MB", f"{free} MB free"))
