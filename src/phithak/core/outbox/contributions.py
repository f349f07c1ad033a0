"""What this room shows elsewhere: menu line, what waits, checks of ``doctor``, its loops, its number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from phithak.base import clock
from phithak.base.config import Config
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Check, CheckResult, Loop, NavItem, Statistic, Waiting, WaitingItem
from phithak.core.outbox import queries
from phithak.core.outbox.adapters.choose import adapter_for
from phithak.core.outbox.errors import AdapterSettingError
from phithak.core.outbox.pump import Pump
from phithak.core.outbox.services.control import sweep
from phithak.core.outbox.states import Channel

SYSTEM = Text("ระบบ", "System")
LATE_SECONDS = 900
TICK = {Channel.MAIL: 0.5, Channel.SMS: 0.5, Channel.CHAT: 1.0, Channel.WEBHOOK: 1.0}


def register() -> None:
    """Add this room's contributions."""
    contrib.nav.register(
        NavItem(
            "outbox.list", Text("ข้อความขาออก", "Outbox"), "outbox:list", "outbox.view", SYSTEM, 790, "send"
        )
    )
    contrib.waiting.register(Waiting("outbox.waiting", _waiting))
    contrib.doctor.register(
        Check("outbox.adapters", Text("ช่องทางส่งข้อความ", "Channels of messages"), _adapters),
        Check("outbox.stopped", Text("การส่งไม่ถูกหยุดไว้", "Sending is not stopped"), _running),
        Check("outbox.queue", Text("ข้อความไม่ค้างคิว", "No message waits too long"), _queue_short),
    )
    for channel, seconds in TICK.items():
        contrib.loops.register(Loop(f"outbox.{channel}", seconds, Pump(channel).tick))
    contrib.loops.register(Loop("outbox.sweep", 1.0, _sweep))
    contrib.statistics.register(
        Statistic(
            "outbox.sent",
            Text("ข้อความที่ส่งถึงผู้ให้บริการ", "Messages that providers took"),
            Text("นับข้อความที่ผู้ให้บริการรับไปแล้ว ทุกช่องทาง", "Messages taken by a provider, all channels"),
            queries.sent,
        )
    )


def _sweep() -> None:
    sweep()


def _waiting(actor: Actor) -> Iterable[WaitingItem]:
    if permissions.has(actor, "outbox.stop") and (stopped := queries.stopped()):
        yield WaitingItem(
            Text(f"การส่งทั้งหมดหยุดอยู่: {stopped.reason}", f"All sending is stopped: {stopped.reason}"),
            reverse("outbox:list"),
            since=stopped.at,
        )
    if not permissions.has(actor, "outbox.manage"):
        return
    count, since = queries.oldest(queries.unknown_to(actor))
    if count:
        words = Text(f"ไม่ทราบผลการส่ง {count} ข้อความ รอตัดสิน", f"Messages of unknown outcome: {count}")
        yield WaitingItem(words, reverse("outbox:unknown"), since=since, count=count)
    count, since = queries.oldest(queries.dead_letters_to(actor))
    if count:
        words = Text(f"ส่งไม่สำเร็จ {count} ข้อความ รอตัดสิน", f"Undeliverable messages: {count}")
        yield WaitingItem(words, reverse("outbox:dead"), since=since, count=count)


def _adapters() -> CheckResult:
    config: Config = settings.CONFIG
    told, broken = [], []
    for channel in Channel:
        try:
            told.append(f"{channel}={adapter_for(channel, config).name}")
        except AdapterSettingError as error:
            broken.append(error.message)
    if broken:
        return CheckResult(
            "error", Text("; ".join(text.th for text in broken), "; ".join(text.en for text in broken))
        )
    words = ", ".join(told)
    if config.exercise_mode:
        return CheckResult("warning", Text(f"โหมดฝึกซ้อม: {words}", f"exercise mode: {words}"))
    if "null" in words:
        return CheckResult(
            "warning",
            Text(
                f"{words}: null ไม่ส่งถึงใคร ตั้ง mail_url, sms_url, chat_url, webhook_url ก่อนใช้จริง",
                f"{words}: null reaches nobody; set mail_url, sms_url, chat_url, webhook_url before going live",
            ),
        )
    return CheckResult("ok", Text(f"พร้อม {words}", f"ready: {words}"))


def _running() -> CheckResult:
    stopped = queries.stopped()
    if stopped is None:
        return CheckResult("ok", Text("ส่งตามปกติ", "sending runs"))
    return CheckResult(
        "warning",
        Text(
            f"หยุดอยู่: {stopped.reason} ปล่อยด้วย phithak outbox release",
            f"stopped: {stopped.reason}; release with phithak outbox release",
        ),
    )


def _queue_short() -> CheckResult:
    late = [] if queries.is_stopped() else queries.late(clock.now() - timedelta(seconds=LATE_SECONDS))
    if not late:
        return CheckResult("ok", Text("ไม่มีข้อความค้าง", "nothing is late"))
    names = ", ".join(late)
    return CheckResult(
        "warning",
        Text(
            f"มีข้อความรอส่งเกิน 15 นาทีทาง {names} ตรวจช่องทางและอัตราการส่ง",
            f"messages have waited more than 15 minutes for {names}; check the channel and its rate",
        ),
    )
