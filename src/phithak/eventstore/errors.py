"""Errors of the event store.

Tree::

    PhithakError
    ├── StoreFullError      503  no room on the disk: nothing was stored, the process lives on
    ├── StoreBusyError      503  too much waits, or a write failed: nothing was stored
    ├── BatchConflictError  409  the id of a batch came before with other content
    ├── DamagedError        503  what lies on the disk does not fit its checksum
    ├── ControlError        503  the senders cannot be read
    └── GrownError          503  a package of phithak[grown] is missing
"""

from __future__ import annotations

from phithak.base.errors import PhithakError
from phithak.base.text import Text


class StoreFullError(PhithakError):
    """No room is left; nothing was stored."""

    code = "store.full"
    text = Text(
        "ดิสก์ของคลังเหตุการณ์เต็ม ข้อมูลยังอยู่กับผู้ส่ง เพิ่มพื้นที่แล้วผู้ส่งจะส่งต่อเอง",
        "The event store's disk is full. Senders keep their data; make room and they go on by themselves.",
    )
    status = 503


class StoreBusyError(PhithakError):
    """Too much waits to be written, or a write failed; nothing was stored."""

    code = "store.busy"
    text = Text(
        "คลังเหตุการณ์รับไม่ทันหรือเขียนไม่สำเร็จ ข้อมูลยังอยู่กับผู้ส่ง โปรดส่งใหม่ภายหลัง",
        "The event store cannot keep up or could not write. Senders keep their data and send again later.",
    )
    status = 503


class BatchConflictError(PhithakError):
    """The id of a batch came before with other content."""

    code = "batch.conflict"
    text = Text(
        "รหัสชุดข้อมูลซ้ำแต่เนื้อหาต่างกัน ตรวจว่าเครื่องผู้ส่งถูกทำสำเนาหรือไม่",
        "The id of the batch came before with other content. Check whether the sender's machine was cloned.",
    )
    status = 409


class DamagedError(PhithakError):
    """Something on the disk does not fit its checksum."""

    code = "store.damaged"
    text = Text(
        "ข้อมูลใน {path} เสียหายที่ตำแหน่ง {place} กู้คืนจากข้อมูลสำรอง",
        "The data in {path} is damaged at {place}. Restore it from a backup.",
    )
    status = 503


class ControlError(PhithakError):
    """The list of senders cannot be read."""

    code = "store.control"
    text = Text(
        "อ่านรายชื่อผู้ส่งไม่ได้: {reason_th}",
        "The list of senders cannot be read: {reason_en}",
    )
    status = 503


class GrownError(PhithakError):
    """A package of ``phithak[grown]`` is missing."""

    code = "store.grown"
    text = Text(
        "ต้องติดตั้งแพ็กเกจ {package} ก่อน (pip install phithak[grown])",
        "The package {package} is missing (pip install phithak[grown]).",
    )
    status = 503
