"""Errors of the journal that people or peers see."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from phithak.base.text import Text


class UnknownLogError(NotFoundError):
    """A peer asks us to witness a journal that is not among ``witness_logs``."""

    code = "journal.witness.unknown_log"
    text = Text(
        "ศูนย์นี้ไม่ได้เป็นพยานให้บันทึก {origin} ให้ผู้ดูแลเพิ่มกุญแจใน witness_logs",
        "This instance does not witness the log {origin}; its operator adds the key to witness_logs.",
    )


class NotSignedError(ForbiddenError):
    """The checkpoint does not carry a right signature of that log."""

    code = "journal.witness.signature"
    text = Text("จุดตรวจไม่มีลายเซ็นที่ถูกต้องของ {origin}", "The checkpoint is not rightly signed by {origin}.")


class OtherSizeError(ConflictError):
    """The old size is not what this witness saw last; ``known`` says what it was."""

    code = "journal.witness.size"
    text = Text(
        "พยานเคยเห็นขนาด {known} ไม่ใช่ {old} ส่งหลักฐานจากขนาด {known}",
        "This witness has seen size {known}, not {old}; send a proof from size {known}.",
    )

    def __init__(self, *, known: int, old: int) -> None:
        super().__init__(known=known, old=old)
        self.known = known


class ForkSeenError(OtherSizeError):
    """At the size that was seen the root was another one: the log shows different views."""

    code = "journal.witness.fork"
    text = Text(
        "ที่ขนาด {known} พยานเคยเห็นบันทึกอื่น: มีการแก้ย้อนหลัง ห้ามใช้บันทึกนี้ แจ้งผู้ตรวจสอบ",
        "At size {known} this witness saw another log: it was rewritten. Do not rely on it; tell the auditor.",
    )


class OldEpochError(OtherSizeError):
    """The log went on under a newer name, which this witness has signed; the old one is closed."""

    code = "journal.witness.old_epoch"
    text = Text(
        "บันทึกนี้เริ่มชุดใหม่แล้ว พยานไม่ลงนามชุดเก่า (เคยเห็นขนาด {known})",
        "This log has begun a newer epoch; the old one (seen up to size {known}) is signed no more.",
    )


class NotConsistentError(InvalidInputError):
    """The proof does not show that the new checkpoint extends the one that was seen."""

    code = "journal.witness.proof"
    text = Text(
        "หลักฐานไม่แสดงว่าขนาด {size} ต่อจากขนาด {known}",
        "The proof does not show that size {size} extends size {known}.",
    )


class MalformedCheckpointError(InvalidInputError):
    """What was sent is no signed checkpoint."""

    code = "journal.witness.malformed"
    text = Text("{reason_th}", "{reason_en}")
