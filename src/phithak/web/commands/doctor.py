"""``phithak doctor``: checks the instance, says what is wrong and what to do."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from phithak.base.config import Config
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import Check, CheckResult
from phithak.web import database, event_checks

_FREE_WARNING = 5 * 1024**3
_FREE_ERROR = 512 * 1024**2
_MARKS = {"ok": "✓", "warning": "!", "error": "✗", "unknown": "?"}


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``doctor``."""
    parser = commands.add_parser("doctor", help=str(Text("ตรวจสุขภาพระบบ", "check the instance")))
    parser.add_argument("--json", action="store_true", help=str(Text("ผลเป็น JSON", "answer as JSON")))
    parser.set_defaults(handler=_doctor)


def run_checks() -> list[tuple[Check, CheckResult]]:
    """Run the instance's own checks and those of every room; a check that raises is an error, never silence."""
    results = []
    for check in (*_own(), *contrib.doctor):
        try:
            results.append((check, check.run()))
        except Exception as error:  # noqa: BLE001 - one broken check must not hide the others
            words = f"{type(error).__name__}: {error}"
            results.append(
                (check, CheckResult("error", Text(f"ตรวจไม่ได้: {words}", f"could not check: {words}")))
            )
    return results


def _doctor(arguments: argparse.Namespace) -> int:
    results = run_checks()
    if arguments.json:
        rows = [{"name": c.name, "state": r.state, "th": r.text.th, "en": r.text.en} for c, r in results]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for check, result in results:
            print(f"{_MARKS.get(result.state, '?')} {check.title}: {result.text}")
    return 1 if any(result.state == "error" for _, result in results) else 0


def _own() -> Iterable[Check]:
    config: Config = settings.CONFIG
    yield Check("web.python", Text("ไพทอน", "Python"), _python)
    yield Check("web.folders", Text("โฟลเดอร์และสิทธิ์", "Folders and modes"), lambda: _folders(config))
    yield Check("web.disk", Text("พื้นที่ดิสก์", "Disk space"), lambda: _disk(config.data_dir))
    yield Check("web.migrations", Text("โครงฐานข้อมูล", "Database schema"), _migrations)
    yield Check("web.address", Text("การเปิดรับจากภายนอก", "Listening address"), lambda: _address(config))
    yield Check("web.assets", Text("ไฟล์หน้าเว็บ", "Page assets"), _assets)
    yield from event_checks.checks(config)


def _python() -> CheckResult:
    state = "ok" if sys.version_info >= (3, 11) else "error"
    return CheckResult(state, Text(platform.python_version(), platform.python_version()))


def _folders(config: Config) -> CheckResult:
    for folder in (config.config_dir, config.data_dir):
        if not folder.is_dir():
            return CheckResult(
                "error", Text(f"ไม่มี {folder} รัน phithak up", f"{folder} is missing; run phithak up")
            )
        if stat.S_IMODE(folder.stat().st_mode) & 0o007:
            return CheckResult(
                "warning",
                Text(f"ผู้อื่นเปิด {folder} ได้ ใช้ chmod 700", f"others can open {folder}; use chmod 700"),
            )
    return CheckResult("ok", Text(f"{config.data_dir}", f"{config.data_dir}"))


def _disk(folder: Path) -> CheckResult:
    free = shutil.disk_usage(folder).free
    words = f"{free / 1024**3:.1f} GiB"
    if free < _FREE_ERROR:
        return CheckResult("error", Text(f"เหลือ {words} ลบหรือเพิ่มพื้นที่ทันที", f"{words} left; make room now"))
    if free < _FREE_WARNING:
        return CheckResult("warning", Text(f"เหลือ {words} ควรเพิ่มพื้นที่", f"{words} left; add space soon"))
    return CheckResult("ok", Text(f"เหลือ {words}", f"{words} left"))


def _migrations() -> CheckResult:
    pending = database.pending_migrations()
    if pending:
        return CheckResult(
            "error",
            Text(
                f"ค้าง {len(pending)} ขั้น รัน phithak up --migrate",
                f"{len(pending)} pending; run phithak up --migrate",
            ),
        )
    return CheckResult("ok", Text("เป็นรุ่นปัจจุบัน", "up to date"))


def _address(config: Config) -> CheckResult:
    if config.host in {"127.0.0.1", "::1", "localhost"}:
        return CheckResult("ok", Text("รับเฉพาะเครื่องนี้", "this machine only"))
    if config.tls_certificate or config.trusted_proxies:
        return CheckResult("ok", Text(f"{config.host} ผ่าน TLS", f"{config.host} with TLS"))
    return CheckResult(
        "error",
        Text("เปิดรับจากภายนอกโดยไม่มี TLS ตั้ง tls_certificate หรือ trusted_proxies",
             "listens outside without TLS; set tls_certificate or trusted_proxies"),
    )  # fmt: skip


def _assets() -> CheckResult:
    vendor = Path(settings.ROOT) / "static" / "vendor"
    if any(vendor.glob("**/*.css")):
        return CheckResult("ok", Text("ครบ", "present"))
    return CheckResult("error", Text("ไม่มี รัน make assets", "missing; run make assets"))
