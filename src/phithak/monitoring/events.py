"""What can happen to sites, senders, sources and searches."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the monitoring room."""

    SITE_ADDED = ("monitoring:site:added", "เพิ่มหน่วยงานในแผนติดตั้ง", "Site added to the roll-out")
    SITE_CHANGED = ("monitoring:site:changed", "ปรับแผนติดตั้งเป็น {state}", "Roll-out changed to {state}")
    TEMPLATE_EXPORTED = (
        "monitoring:site:exported",
        "ส่งออกแม่แบบการติดตั้ง",
        "Configuration exported as a template",
    )
    TEMPLATE_APPLIED = (
        "monitoring:site:applied",
        "ใช้แม่แบบการติดตั้งของ {pilot}",
        "Template of {pilot} applied",
    )
    SENDER_ADDED = ("monitoring:sender:added", "เพิ่มผู้ส่ง {name}", "Sender {name} added")
    CODE_MADE = ("monitoring:sender:code", "ออกรหัสลงทะเบียนให้ {name}", "Enrolment code made for {name}")
    ENROLLED = ("monitoring:sender:enrolled", "ลงทะเบียน {name} ({host})", "{name} enrolled ({host})")
    TOKEN_ISSUED = ("monitoring:sender:token", "ออกโทเค็นให้ {name}", "Token issued for {name}")
    REVOKED = ("monitoring:sender:revoked", "เพิกถอน {name}", "{name} revoked")
    SOURCE_ADDED = ("monitoring:source:added", "เพิ่มแหล่งข้อมูล {label}", "Source {label} added")
    SOURCE_CHANGED = ("monitoring:source:changed", "แก้แหล่งข้อมูล {label}", "Source {label} changed")
    SWITCHED = (
        "monitoring:source:switched",
        "สวิตช์ {label} เป็น {turned} ({side}: {person})",
        "Switch of {label} turned {turned} ({side}: {person})",
    )
    SILENT = ("monitoring:sender:silent", "{name} เงียบ: {cause}", "{name} is silent: {cause}")
    HEARD = ("monitoring:sender:heard", "{name} กลับมาแล้ว: {cause}", "{name} is heard again: {cause}")
    TWIN = (
        "monitoring:sender:twin",
        "สองเครื่องใช้ตัวตนของ {name}: {sign}",
        "Two machines use the identity of {name}: {sign}",
    )
    QUOTA_SET = (
        "monitoring:site:quota",
        "ตั้งโควตา {events} เหตุการณ์ {bytes} ไบต์ต่อวินาที",
        "Quota set to {events} events and {bytes} bytes a second",
    )
    SEARCH_SAVED = ("monitoring:search:saved", "บันทึกการค้น {name}", "Search {name} saved")
    SEARCH_DROPPED = ("monitoring:search:dropped", "ลบการค้น {name}", "Search {name} removed")
    EVENTS_CONDEMNED = (
        "monitoring:events:condemned",
        "เหตุการณ์ {kind} ของวันที่ {day} ครบอายุ {events} รายการ",
        "{events} events of kind {kind} of {day} are over their time",
    )
    EVENTS_SPARED = (
        "monitoring:events:spared",
        "เหตุการณ์ {kind} ของวันที่ {day} ถูกกันไว้ {events} รายการ",
        "{events} events of kind {kind} of {day} are kept after all",
    )
    EVENTS_REMOVED = (
        "monitoring:events:removed",
        "ลบเหตุการณ์ {kind} ของวันที่ {day} แล้ว {events} รายการ",
        "{events} events of kind {kind} of {day} were deleted",
    )
    EVENTS_EXPORTED = ("monitoring:events:exported", "ส่งออกเหตุการณ์ {count} รายการ", "{count} events exported")
