"""What the journal registers: loops of the worker, checks of ``doctor``, public numbers."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import Check, CheckResult, Loop, NavItem, Statistic
from phithak.core.journal import queries, services, triggers
from phithak.core.journal.queries import checkpoints, entries, tree

SYSTEM = Text("ระบบ", "System")
LATE = timedelta(seconds=30)
WITNESS_AGE = timedelta(hours=1)


def register() -> None:
    """Fill the registries."""
    contrib.nav.register(
        NavItem(
            "journal.list",
            Text("บันทึกการใช้งาน", "Journal"),
            "journal:list",
            "journal.view",
            SYSTEM,
            850,
            "book",
        )
    )
    contrib.loops.register(
        Loop("journal.sequencer", 1.0, lambda: _drop(services.tick())),
        Loop("journal.witnesses", 60.0, lambda: _drop(services.ask_all())),
        Loop("journal.verification", 1.0, lambda: _drop(services.advance_verification())),
    )
    contrib.doctor.register(
        Check("journal.sequencer", Text("การลงลำดับบันทึก", "Numbering of the journal"), check_sequencer),
        Check("journal.triggers", Text("บันทึกแก้ไขไม่ได้", "The journal is append-only"), check_triggers),
        Check("journal.witness", Text("พยานของบันทึก", "Witnesses of the journal"), check_witness),
    )
    contrib.statistics.register(
        Statistic(
            "journal.entries",
            Text("รายการในบันทึกที่แก้ย้อนหลังไม่ได้", "Entries in the tamper-evident journal"),
            Text("นับรายการที่ลงลำดับแล้ว", "Entries that have a number"),
            entries.count,
        ),
        Statistic(
            "journal.witnessed",
            Text("ลำดับล่าสุดที่พยานรับรอง", "Last entry that a witness vouches for"),
            Text(
                "ลำดับท้ายสุดในจุดตรวจล่าสุดที่พยานภายนอกลงนาม (0 = ยังไม่มีพยาน)",
                "Last number under the newest checkpoint that an outside witness signed (0 = no witness yet)",
            ),
            last_witnessed_seq,
        ),
    )


def last_witnessed_seq() -> int:
    """Return the number of the last witnessed entry, 0 without a witness."""
    found = checkpoints.last_witnessed()
    return found.seq if found else 0


def check_sequencer() -> CheckResult:
    """Tell whether committed entries get their numbers in time, and whether the records are up to date."""
    queued, since = queries.waiting()
    late = since is not None and clock.now() - since > LATE
    if late:
        return CheckResult(
            "error",
            Text(
                f"มี {queued} รายการรอลงลำดับเกิน 30 วินาที ตรวจว่า worker ทำงานอยู่",
                f"{queued} entries have waited over 30 seconds for their number: see whether the worker runs",
            ),
        )
    state = tree.state()
    if state is None:
        return CheckResult(
            "warning", Text("ยังไม่เคยลงลำดับ เริ่ม phithak up", "Nothing was numbered yet: start phithak up")
        )
    return CheckResult(
        "ok",
        Text(f"ชุดที่ {state.epoch} ถึงลำดับ {state.seq}", f"Epoch {state.epoch}, numbered up to {state.seq}"),
    )


def check_triggers() -> CheckResult:
    """Tell whether all append-only triggers stand in the database."""
    missing = sorted(triggers.names(connection.vendor) - triggers.standing(connection))
    if missing:
        listed = ", ".join(missing)
        return CheckResult(
            "error",
            Text(
                f"ทริกเกอร์หายไป: {listed} บันทึกอาจถูกแก้ รัน phithak audit verify --live",
                f"Triggers are gone: {listed}. The journal may have been changed: run phithak audit verify --live",
            ),
        )
    return CheckResult("ok", Text("ทริกเกอร์ครบ", "All triggers stand"))


def check_witness() -> CheckResult:
    """Tell whether a witness signed lately."""
    urls, given = settings.CONFIG.witness_urls, settings.CONFIG.witness_keys
    if len(urls) != len(given):
        return CheckResult(
            "error",
            Text(
                "witness_urls และ witness_keys ต้องมีจำนวนเท่ากัน",
                "witness_urls and witness_keys need one key for each address",
            ),
        )
    if not urls:
        return CheckResult(
            "warning",
            Text(
                "ยังไม่มีพยาน: เจ้าของเครื่องแก้บันทึกแล้วคำนวณใหม่ได้ ตั้ง witness_urls",
                "No witness is set: the owner of this machine could rewrite the journal. Set witness_urls",
            ),
        )
    unwitnessed = queries.not_yet_witnessed()
    last = checkpoints.last_witnessed_at()
    if unwitnessed and (last is None or clock.now() - last > WITNESS_AGE):
        return CheckResult(
            "error",
            Text(
                f"{unwitnessed} รายการยังไม่มีพยาน และพยานไม่ได้ลงนามเกิน 1 ชั่วโมง ตรวจการเชื่อมต่อ",
                f"{unwitnessed} entries are not yet witnessed and no witness signed for an hour: see the connection",
            ),
        )
    return CheckResult(
        "ok", Text(f"ยังไม่มีพยาน {unwitnessed} รายการ", f"{unwitnessed} entries are not yet witnessed")
    )


def _drop(_: object) -> None:
    """Turn a result into the None that a loop returns."""
