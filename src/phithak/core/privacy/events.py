"""What can happen to keys and sealed data."""

from __future__ import annotations

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """The room's journal tags."""

    ITEMS_SEALED = (
        "privacy:item:sealed",
        "ปิดผนึกข้อมูลส่วนบุคคล {count} รายการ",
        "{count} personal data items sealed",
    )
    ITEM_UNMASKED = (
        "privacy:item:unmasked",
        "เปิดดูข้อมูลเต็มของ {masked} เหตุผล: {reason}",
        "Opened {masked} in full. Reason: {reason}",
    )
    ITEMS_OPENED = (
        "privacy:item:opened_for_document",
        "เปิดข้อมูล {count} รายการเพื่อทำเอกสารปิดผนึก {document}",
        "{count} items opened for the sealed document {document}",
    )
    UNMASK_REFUSED = (
        "privacy:item:unmask_refused",
        "ไม่ให้เปิดดู {masked} เพราะครบ {limit} รายการในหนึ่งชั่วโมง",
        "Refused to open {masked}: {limit} items in one hour",
    )
    KEY_MADE = ("privacy:key:made", "สร้างกุญแจข้อมูล {kind} {label}", "Data key made: {kind} {label}")
    KEYS_MADE = ("privacy:key:made_many", "สร้างกุญแจข้อมูล {kind} {count} ดอก", "{count} data keys made: {kind}")
    KEYS_ROTATED = (
        "privacy:key:rotated",
        "เปลี่ยนกุญแจหลักเป็น {root} ห่อกุญแจข้อมูลใหม่ {count} ดอก",
        "Root key changed to {root}; {count} data keys wrapped anew",
    )
    DESTRUCTION_PROPOSED = (
        "privacy:key:destruction_proposed",
        "เสนอทำลายกุญแจ {label} เหตุผล: {reason}",
        "Destruction of key {label} proposed. Reason: {reason}",
    )
    DESTRUCTION_WITHDRAWN = (
        "privacy:key:destruction_withdrawn",
        "ถอนข้อเสนอทำลายกุญแจ {label}",
        "Proposal to destroy key {label} withdrawn",
    )
    DESTRUCTION_CONFIRMED = (
        "privacy:key:destruction_confirmed",
        "ยืนยันทำลายกุญแจ {label}",
        "Destruction of key {label} confirmed",
    )
    KEY_DESTROYED = ("privacy:key:destroyed", "ทำลายกุญแจ {label} แล้ว", "Key {label} destroyed")
    PERSONS_SEALED = (
        "privacy:persons:sealed",
        "ปิดผนึกรายชื่อ {rows} แถว แฮชไฟล์ {digest}",
        "List of {rows} rows sealed, file hash {digest}",
    )
    PERSONS_TAKEN_OVER = (
        "privacy:persons:taken_over",
        "รับมอบรายชื่อ {rows} แถวจาก {source} แฮชไฟล์ {digest}",
        "List of {rows} rows taken over from {source}, file hash {digest}",
    )
