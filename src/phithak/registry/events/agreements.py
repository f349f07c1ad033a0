"""What can happen to agreements and to the flows that they allow."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the part ``agreements``."""

    CREATED = ("registry:agreement:created", "เพิ่มข้อตกลง {number}", "Agreement {number} added")
    CHANGED = ("registry:agreement:changed", "แก้ข้อตกลง {number}", "Agreement {number} changed")
    REOPENED = (
        "registry:agreement:reopened",
        "แก้สาระของข้อตกลง {number} ทุกฝ่ายต้องลงนามใหม่",
        "Terms of agreement {number} changed; all parties must sign again",
    )
    PARTY_ADDED = (
        "registry:agreement:party_added",
        "เพิ่มคู่สัญญาในข้อตกลง {number}",
        "Party added to agreement {number}",
    )
    PARTY_SIGNED = (
        "registry:agreement:party_signed",
        "คู่สัญญาลงนามข้อตกลง {number} เมื่อ {day}",
        "A party signed agreement {number} on {day}",
    )
    SIGNED = (
        "registry:agreement:signed",
        "ข้อตกลง {number} ลงนามครบทุกฝ่าย",
        "Agreement {number} signed by all",
    )
    FILED = ("registry:agreement:filed", "แนบฉบับลงนามของข้อตกลง {number}", "Signed copy of {number} attached")
    COPY_OPENED = (
        "registry:agreement:copy_opened",
        "เปิดอ่านฉบับลงนามของข้อตกลง {number}",
        "Signed copy of {number} opened",
    )
    ENDED = (
        "registry:agreement:ended",
        "ยุติข้อตกลง {number}: {reason}",
        "Agreement {number} ended: {reason}",
    )
    EXPIRED = (
        "registry:agreement:expired",
        "ข้อตกลง {number} สิ้นสุดตามกำหนด {day}",
        "Agreement {number} was over on {day}",
    )
    REMINDED = (
        "registry:agreement:reminded",
        "เตือนผู้ดูแลว่าข้อตกลง {number} สิ้นสุด {day}",
        "Keeper reminded that agreement {number} ends on {day}",
    )
    SWITCHED_ON = (
        "registry:rule:switched_on",
        "เปิด {flow} ตามข้อตกลง {number}",
        "Switched on: {flow}, under agreement {number}",
    )
    SWITCHED_OFF = (
        "registry:rule:switched_off",
        "ปิด {flow} ตามข้อตกลง {number}",
        "Switched off: {flow}, under agreement {number}",
    )
    RULE_CHANGED = (
        "registry:rule:changed",
        "แก้ {flow} ตามข้อตกลง {number}: ถึง TLP:{tlp} ข้อมูล {kinds} ปิดการเชื่อมข้อมูล {links} รายการ",
        "{flow} under agreement {number} changed: up to TLP:{tlp}, data {kinds}; {links} data links switched off",
    )
    FLOWS_STOPPED = (
        "registry:agreement:flows_stopped",
        "ข้อตกลง {number} ไม่มีผลแล้ว ปิดกฎ {rules} รายการ และการเชื่อมข้อมูล {links} รายการ",
        "Agreement {number} no longer holds: {rules} rules and {links} data links switched off",
    )
