"""Errors of the outbox.

Tree::

    PhithakError
    ├── UnknownRendererError        422  no room registered a renderer of that name
    ├── WrongRecipientError         422  this kind of recipient cannot be reached by that channel
    ├── ReasonNeededError           422  a reason is missing
    ├── ReceiptSignatureError       403  a receipt is not signed by the provider, or is too old
    ├── ReceiptFormError            422  a receipt that cannot be read
    ├── MessageStateError           409  the message's state does not allow this
    └── AdapterSettingError         503  the setting of a channel cannot be used
"""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, PhithakError
from phithak.base.text import Text


class UnknownRendererError(InvalidInputError):
    """No room registered a renderer of that name."""

    code = "outbox.unknown_renderer"
    text = Text("ไม่รู้จักตัวสร้างข้อความชื่อ {name}", "No renderer of messages is named {name}.")


class WrongRecipientError(InvalidInputError):
    """This kind of recipient cannot be reached by that channel."""

    code = "outbox.wrong_recipient"
    text = Text(
        "ช่องทาง {channel} ส่งถึงผู้รับชนิด {kind} ไม่ได้ เลือกช่องทางอื่น",
        "Channel {channel} cannot reach a recipient of kind {kind}. Choose another channel.",
    )


class ReasonNeededError(InvalidInputError):
    """A reason is missing."""

    code = "outbox.reason_needed"
    text = Text("โปรดบอกเหตุผลอย่างน้อย {least} ตัวอักษร", "Say why, in at least {least} characters.")


class ReceiptSignatureError(ForbiddenError):
    """A receipt is not signed by the provider, or is too old."""

    code = "outbox.receipt_signature"
    text = Text(
        "ลายเซ็นของใบตอบรับไม่ถูกต้องหรือเก่าเกินไป ตรวจกุญแจลับและนาฬิกา",
        "The receipt's signature is wrong or too old. Check the secret and the clock.",
    )


class ReceiptFormError(InvalidInputError):
    """A receipt that cannot be read."""

    code = "outbox.receipt_form"
    text = Text(
        "อ่านใบตอบรับไม่ได้: {reason_th}",
        "The receipt cannot be read: {reason_en}",
    )


class MessageStateError(ConflictError):
    """The message's state does not allow this."""

    code = "outbox.state"
    text = Text(
        "ข้อความนี้อยู่ในสถานะ {state_th} จึงทำรายการนี้ไม่ได้ โปรดเปิดหน้าใหม่",
        "The message is {state_en}, which does not allow this. Open its page again.",
    )


class AdapterSettingError(PhithakError):
    """The setting of a channel cannot be used; its messages stay queued."""

    code = "outbox.adapter_setting"
    text = Text(
        "ค่าตั้ง {setting} ใช้ไม่ได้: {reason_th}",
        "Setting {setting} cannot be used: {reason_en}",
    )
    status = 503
