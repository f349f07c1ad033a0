"""The words of the room: stages of the roll-out, kinds of senders, causes of silence, how a sender is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from phithak.base.text import Text
from phithak.core.ui.states import State
from phithak.monitoring.models import Sender

SILENT_AFTER = timedelta(minutes=4)
"""Four heartbeats that did not come; with the look each five seconds it is told within five minutes."""
AGENT_SILENT_AFTER = timedelta(hours=1)
"""An agent tells nothing of itself; its events are all that is heard of it."""
_SKEW = timedelta(minutes=5)
_FULL = 0.8


class Stage(StrEnum):
    """Where a site stands in the roll-out."""

    PLANNED = "planned"
    AGREED = "agreed"
    INSTALLING = "installing"
    INSTALLED = "installed"
    PAUSED = "paused"
    LEFT = "left"

    @property
    def text(self) -> Text:
        """For people."""
        return _STAGES[self]


_STAGES = {
    Stage.PLANNED: Text("อยู่ในแผน", "Planned"),
    Stage.AGREED: Text("ตกลงแล้ว", "Agreed"),
    Stage.INSTALLING: Text("กำลังติดตั้ง", "Installing"),
    Stage.INSTALLED: Text("ติดตั้งแล้ว", "Installed"),
    Stage.PAUSED: Text("พักไว้", "Paused"),
    Stage.LEFT: Text("เลิกใช้", "Left"),
}


class SenderKind(StrEnum):
    """What sends: our sensor, or an agent that runs there already."""

    SENSOR = "sensor"
    AGENT = "agent"

    @property
    def text(self) -> Text:
        """For people."""
        return (
            Text("เซนเซอร์ของพิทักษ์", "Phithak sensor")
            if self is SenderKind.SENSOR
            else Text("โปรแกรมที่มีอยู่แล้ว", "Agent of its own")
        )


class Side(StrEnum):
    """Who turned a switch."""

    CENTRE = "centre"
    HOSPITAL = "hospital"

    @property
    def text(self) -> Text:
        """For people."""
        return Text("ศูนย์", "Centre") if self is Side.CENTRE else Text("หน่วยงาน", "Site")


class Cause(StrEnum):
    """What a silence means."""

    LINK = "link"
    BOX = "box"

    @property
    def text(self) -> Text:
        """For people."""
        return Text("สายสื่อสารขาด", "Link down") if self is Cause.LINK else Text("เครื่องดับ", "Box down")

    @property
    def likely(self) -> Text:
        """For people, where it is only the likelier of two."""
        return (
            Text("น่าจะสายขาด", "Likely the link")
            if self is Cause.LINK
            else Text("น่าจะเครื่องดับ", "Likely the box")
        )


class Evidence(StrEnum):
    """What the cause was told from."""

    NEIGHBOUR_HEARD = "neighbour_heard"
    ALL_OF_SITE = "all_of_site"
    MANY_SITES = "many_sites"
    BACKLOG = "backlog"
    STOPPED = "stopped"
    ALONE = "alone"
    NEVER = "never"
    CAME_BACK = "came_back"

    @property
    def text(self) -> Text:
        """For people."""
        return _EVIDENCE[self]

    @property
    def sure(self) -> bool:
        """Whether it is more than the likelier of two."""
        return self not in {Evidence.ALONE, Evidence.NEVER}


_EVIDENCE = {
    Evidence.NEIGHBOUR_HEARD: Text("เครื่องอื่นของหน่วยงานยังส่งอยู่", "another machine of the site is still heard"),
    Evidence.ALL_OF_SITE: Text(
        "ทุกเครื่องของหน่วยงานเงียบพร้อมกัน", "every machine of the site fell silent together"
    ),
    Evidence.MANY_SITES: Text("หลายหน่วยงานเงียบพร้อมกัน", "several sites fell silent together"),
    Evidence.BACKLOG: Text("ก่อนเงียบมีของค้างส่งเพิ่มขึ้น", "its backlog grew before it fell silent"),
    Evidence.STOPPED: Text("เซนเซอร์บอกก่อนว่ากำลังปิด", "the sensor said that it was stopping"),
    Evidence.ALONE: Text(
        "มีเครื่องเดียว ยังยืนยันไม่ได้ โทรถามว่าไฟที่เครื่องติดหรือไม่",
        "one machine alone: not certain; call and ask whether its light is on",
    ),
    Evidence.NEVER: Text(
        "ลงทะเบียนแล้วแต่ไม่เคยได้ยิน เซนเซอร์เริ่มทำงานแล้วหรือยัง ไฟร์วอลล์ให้ถึงที่อยู่รับหรือไม่",
        "enrolled, then never heard: was it started, and does the firewall let it reach the intake?",
    ),
    Evidence.CAME_BACK: Text("รู้เมื่อกลับมา", "known when it came back"),
}


class TwinSign(StrEnum):
    """What tells that two machines send under one identity."""

    NUMBERS = "numbers"
    STARTS = "starts"

    @property
    def text(self) -> Text:
        """For people."""
        if self is TwinSign.NUMBERS:
            return Text("เลขลำดับของชุดข้อมูลซ้ำกัน", "their batches carry the same numbers")
        return Text("สัญญาณชีพสลับกันจากสองเครื่อง", "heartbeats of two machines alternate")


class Health(StrEnum):
    """How a sender or a site is, worst last."""

    GOOD = "good"
    WAITING = "waiting"
    LOOK = "look"
    DARK = "dark"
    REVOKED = "revoked"

    @property
    def state(self) -> State:
        """For people; green is for what was heard of and has nothing to look at, and for nothing else."""
        return _HEALTH[self]


_HEALTH = {
    Health.GOOD: State("good", Text("ปกติ", "Well"), "good"),
    Health.WAITING: State("waiting", Text("ยังไม่ลงทะเบียน", "Not enrolled yet"), "unknown"),
    Health.LOOK: State("look", Text("ควรดู", "Needs a look"), "warn"),
    Health.DARK: State("dark", Text("มืด ไม่ได้ยิน", "Dark"), "bad"),
    Health.REVOKED: State("revoked", Text("เพิกถอนแล้ว", "Revoked"), "neutral"),
}


_NO_CODE = Text("ออกรหัสแล้วบอกทางโทรศัพท์", "make a code and tell it by telephone")
_NO_TOKEN = Text("ออกโทเค็นแล้วใส่ในโปรแกรม", "issue a token and put it into the agent's settings")
_NO_SENDER = Text("ยังไม่มีผู้ส่ง", "no sender yet")
_NEVER = Text("ลงทะเบียนแล้วแต่ยังไม่เคยได้ยิน", "enrolled, but never heard")


@dataclass(frozen=True)
class Condition:
    """How a sender is, and why it is not well."""

    health: Health
    why: tuple[Text, ...] = ()


def patience(sender: Sender) -> timedelta:
    """Return for how long a sender may be silent."""
    return SILENT_AFTER if sender.kind == SenderKind.SENSOR else AGENT_SILENT_AFTER


def condition(sender: Sender, now: datetime) -> Condition:
    """Return how a sender is at ``now``, from its row and its sources' rows (prefetched)."""
    if sender.revoked_at is not None:
        return Condition(Health.REVOKED)
    if sender.enrolled_at is None:
        return Condition(Health.WAITING, (_NO_CODE if sender.kind == SenderKind.SENSOR else _NO_TOKEN,))
    if sender.heard_at is None:
        return Condition(Health.DARK, (_NEVER,))
    if now - sender.heard_at > patience(sender):
        return Condition(Health.DARK, (Text("ไม่ได้ยินนานเกินไป", "not heard for too long"),))
    why = [*_of_twin(sender), *_of_beat(sender.beat), *_of_sources(sender)]
    return Condition(Health.LOOK if why else Health.GOOD, tuple(why))


def _of_twin(sender: Sender) -> list[Text]:
    if sender.twin_at is None:
        return []
    sign = TwinSign(sender.twin).text
    return [
        Text(
            f"สองเครื่องใช้ตัวตนเดียวกัน ({sign.th}) หาเครื่องสำเนาแล้วปิด จากนั้นออกรหัสลงทะเบียนเครื่องจริงใหม่",
            f"two machines use one identity ({sign.en}): find the copy and stop it, then enrol the true one anew",
        )
    ]


def _of_beat(beat: dict[str, Any]) -> list[Text]:
    found: list[Text] = []
    spool = beat.get("spool") or {}
    if spool.get("limit") and spool.get("size", 0) > _FULL * spool["limit"]:
        found.append(Text("ที่พักข้อมูลใกล้เต็ม", "its spool is nearly full"))
    if abs(beat.get("skew_ms", 0)) > _SKEW.total_seconds() * 1000:
        found.append(Text("นาฬิกาเพี้ยนเกินห้านาที", "its clock is off by over five minutes"))
    return found


def _of_sources(sender: Sender) -> list[Text]:
    found: list[Text] = []
    for source in sender.sources.all():
        if not source.on or source.there_on is False:
            found.append(Text(f"ปิดแหล่ง {source.label}", f"source {source.label} is off"))
        elif source.fault:
            found.append(Text(f"{source.label}: {source.fault}", f"{source.label}: {source.fault}"))
    return found


def worst(conditions: list[tuple[str, Condition]]) -> Condition:
    """Return how a site is: as its worst sender that is in use; without one it waits.

    Args:
        conditions: name and condition of each sender; where there are several, each reason tells whose it is.
    """
    living = [(name, one) for name, one in conditions if one.health is not Health.REVOKED]
    if not living:
        return Condition(Health.WAITING, (_NO_SENDER,))
    order = list(Health)
    bad = max((one for _, one in living), key=lambda one: order.index(one.health))
    told = tuple(
        Text(f"{name}: {text.th}", f"{name}: {text.en}") if len(living) > 1 else text
        for name, one in living
        for text in one.why
    )
    return Condition(bad.health, told)
