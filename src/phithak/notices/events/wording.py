"""What can happen to templates, hotlines and registered addresses."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the notices room."""

    LOADED = ("notices:template:loaded", "นำเข้าแม่แบบพร้อมใช้ {code}", "Ready template {code} loaded")
    CREATED = ("notices:template:created", "เพิ่มแม่แบบ {code}", "Template {code} added")
    SAVED = (
        "notices:version:saved",
        "บันทึกร่างแม่แบบ {code} ฉบับที่ {number}",
        "Draft of template {code} saved, version {number}",
    )
    SUBMITTED = (
        "notices:version:submitted",
        "ส่งแม่แบบ {code} ฉบับที่ {number} ขออนุมัติ",
        "Template {code} version {number} submitted",
    )
    RETURNED = (
        "notices:version:returned",
        "ส่งคืนแม่แบบ {code} ฉบับที่ {number}: {reason}",
        "Template {code} version {number} returned: {reason}",
    )
    APPROVED = (
        "notices:version:approved",
        "อนุมัติแม่แบบ {code} ฉบับที่ {number} ({hash})",
        "Template {code} version {number} approved ({hash})",
    )
    RETIRED = (
        "notices:version:retired",
        "เลิกใช้แม่แบบ {code} ฉบับที่ {number}",
        "Template {code} version {number} retired",
    )
    HOTLINE_ADDED = (
        "notices:hotline:added",
        "เพิ่มสายด่วน {slot}: {number}",
        "Hotline {slot} added: {number}",
    )
    HOTLINE_CHANGED = (
        "notices:hotline:changed",
        "แก้สายด่วน {slot}: {before} เป็น {number}",
        "Hotline {slot} changed: {before} to {number}",
    )
    HOTLINE_RETIRED = (
        "notices:hotline:retired",
        "เลิกใช้สายด่วน {slot}: {number}",
        "Hotline {slot} retired: {number}",
    )
    URL_ADDED = ("notices:url:added", "ขึ้นทะเบียนเว็บ {host}", "Web address {host} registered")
    URL_RETIRED = ("notices:url:retired", "ถอนทะเบียนเว็บ {host}", "Web address {host} taken off the register")
