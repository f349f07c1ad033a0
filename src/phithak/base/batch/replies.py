"""What the centre answers to a batch, and what the sender does with it.

200 means durable: written, synced and in the ledger. Everything else means that nothing was stored.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Action = Literal["retry", "hold", "set_aside"]
"""``retry``: send the same bytes again, at the earliest after ``retry_after``. ``hold``: keep everything and try
seldom; a person has to act. ``set_aside``: this batch can never be taken; put it aside, count it, send the next."""


class Kind(NamedTuple):
    """One way to refuse: its status, what the sender does, and a sentence in Thai and English."""

    status: int
    action: Action
    th: str
    en: str


REFUSALS: dict[str, Kind] = {
    "batch.malformed": Kind(
        400,
        "set_aside",
        "ชุดข้อมูลผิดรูปแบบ แยกเก็บไว้แล้วแจ้งศูนย์",
        "The batch is malformed. Set it aside and tell the centre.",
    ),
    "batch.damaged": Kind(
        400, "retry", "ชุดข้อมูลเสียระหว่างทาง ส่งใหม่", "The batch was damaged on its way. Send it again."
    ),
    "batch.conflict": Kind(
        409,
        "set_aside",
        "รหัสชุดนี้เคยรับแล้วแต่เนื้อหาต่างกัน อาจมีเครื่องที่ถูกทำสำเนา แจ้งศูนย์",
        "This batch id came before with other content; a machine may have been cloned. Tell the centre.",
    ),
    "batch.too_large": Kind(
        413, "set_aside", "ชุดข้อมูลใหญ่เกินกำหนด แบ่งให้เล็กลง", "The batch is over the limit. Make smaller ones."
    ),
    "batch.codec": Kind(
        415, "hold", "ศูนย์ไม่รู้จักวิธีบีบอัดนี้ ใช้ gzip", "The centre does not know this packing. Use gzip."
    ),
    "batch.version": Kind(
        415,
        "hold",
        "ศูนย์ไม่รู้จักรุ่นของชุดข้อมูลนี้ เก็บไว้แล้วปรับรุ่นให้ตรงกัน",
        "The centre does not know this version of batches. Keep them and bring both to the same release.",
    ),
    "sender.unknown": Kind(
        401,
        "hold",
        "ไม่รู้จักโทเคนนี้ หรือถูกเพิกถอนแล้ว ติดต่อศูนย์เพื่อลงทะเบียนใหม่",
        "This token is unknown or revoked. Ask the centre to enrol this sender again.",
    ),
    "source.unknown": Kind(
        403,
        "hold",
        "ศูนย์ไม่รู้จักแหล่งข้อมูลนี้ของผู้ส่ง ขอให้ศูนย์เพิ่มก่อน",
        "The centre does not know this source of the sender. Ask it to add the source first.",
    ),
    "source.off": Kind(
        403,
        "hold",
        "แหล่งข้อมูลนี้ถูกปิดสวิตช์อยู่ เปิดก่อนจึงส่งได้",
        "This source is switched off. Switch it on before sending.",
    ),
    "source.profile": Kind(
        403,
        "hold",
        "แหล่งข้อมูลนี้ยังไม่มีโปรไฟล์คุ้มครองข้อมูล ขอให้ศูนย์กำหนดก่อน",
        "This source has no privacy profile yet. Ask the centre to set one first.",
    ),
    "tenant.quota": Kind(
        429,
        "retry",
        "ส่งเร็วเกินโควตาของหน่วยงาน รอแล้วส่งใหม่",
        "Over the organisation's quota. Wait and send again.",
    ),
    "store.busy": Kind(
        503,
        "retry",
        "ศูนย์กำลังทำงานหนัก ข้อมูลยังอยู่กับผู้ส่ง รอแล้วส่งใหม่",
        "The centre is busy. Keep the data, wait and send again.",
    ),
    "store.full": Kind(
        503,
        "retry",
        "ดิสก์ของศูนย์เต็ม ข้อมูลยังอยู่กับผู้ส่ง รอแล้วส่งใหม่",
        "The centre's disk is full. Keep the data, wait and send again.",
    ),
    "request.path": Kind(
        404, "hold", "ไม่มีที่อยู่นี้ ตรวจที่อยู่ของศูนย์", "No such address. Check the address of the centre."
    ),
    "request.method": Kind(
        405, "hold", "ใช้คำสั่ง HTTP นี้ไม่ได้ ใช้ POST", "This HTTP method does not work here. Use POST."
    ),
}

_OK = 200
_SECONDS = re.compile(r"[0-9]{1,5}")
_TOO_MANY, _TIMEOUT, _SERVER = 429, 408, 500


@dataclass(frozen=True)
class Ack:
    """Status 200: the batch is durable.

    Attributes:
        batch: id as text.
        count: events in it.
        repeat: it had been stored before; nothing was stored twice.
        received: the centre's clock in microseconds since 1970, UTC.
        settings: version of the sender's settings at the centre; another than one's own is fetched. "" for none.
    """

    batch: str
    count: int
    repeat: bool
    received: int
    settings: str = ""

    def to_json(self) -> bytes:
        """Return the body of the answer."""
        told = {
            "batch": self.batch,
            "count": self.count,
            "repeat": self.repeat,
            "received": self.received,
            "settings": self.settings,
        }
        return json.dumps(told, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Refusal:
    """Any other status: nothing was stored.

    Attributes:
        code: a key of :data:`REFUSALS`; "" when the answer is not the centre's own (a proxy's page).
        status: HTTP status.
        action: what the sender does.
        retry_after: seconds to wait at least, or None.
    """

    code: str
    status: int
    action: Action
    retry_after: int | None = None

    @classmethod
    def of(cls, code: str, retry_after: int | None = None) -> Refusal:
        """Return the refusal of a code."""
        kind = REFUSALS[code]
        return cls(code, kind.status, kind.action, retry_after)

    def to_json(self) -> bytes:
        """Return the body of the answer, with the sentence in both languages."""
        kind = REFUSALS[self.code]
        told: dict[str, Any] = {"code": self.code, "action": self.action, "th": kind.th, "en": kind.en}
        if self.retry_after is not None:
            told["retry_after"] = self.retry_after
        return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def action_for(status: int, code: str = "") -> Action:
    """Return what a sender does after a status other than 200.

    Only the centre's own code lets a batch be set aside: a proxy's 400 must never cost events.
    """
    if code in REFUSALS:
        return REFUSALS[code].action
    return "retry" if status in {_TOO_MANY, _TIMEOUT} or status >= _SERVER else "hold"


def read_reply(status: int, body: bytes, retry_after: str = "") -> Ack | Refusal:
    """Read an answer of the centre, or of whatever stands in between.

    Args:
        status: HTTP status.
        body: of the answer.
        retry_after: the header ``Retry-After``; only whole seconds are read.

    An answer 200 that is no acknowledgement (a login page of a hotel's network) is a refusal to retry.
    """
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        told = {}
    told = told if isinstance(told, dict) else {}
    if status == _OK:
        ack = _ack(told)
        return Refusal("", status, "retry") if ack is None else ack
    code = str(told.get("code", ""))
    code = code if code in REFUSALS else ""
    wait = int(retry_after) if _SECONDS.fullmatch(retry_after) else None
    return Refusal(code, status, action_for(status, code), wait)


def _ack(told: dict[str, Any]) -> Ack | None:
    batch, count, repeat = told.get("batch"), told.get("count"), told.get("repeat")
    received, settings = told.get("received"), told.get("settings", "")
    if (
        isinstance(batch, str)
        and isinstance(count, int)
        and isinstance(repeat, bool)
        and isinstance(received, int)
        and isinstance(settings, str)
    ):
        return Ack(batch, count, repeat, received, settings)
    return None
