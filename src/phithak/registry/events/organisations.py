"""What can happen to organisations, their names and relations, sectors and duplicates."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the part ``organisations``."""

    CREATED = ("registry:organisation:created", "ขึ้นทะเบียนหน่วยงาน {name}", "Registered {name}")
    FOUND = (
        "registry:organisation:found",
        "เปิดทะเบียนให้ {name} ซึ่งมีอยู่แล้ว",
        "Opened a record for {name}, which was there already",
    )
    CHANGED = (
        "registry:organisation:changed",
        "แก้ทะเบียน {name} รุ่น {version}: {fields}",
        "Changed {name}, version {version}: {fields}",
    )
    RESIZED = (
        "registry:organisation:resized",
        "จัดขนาด {name} ใหม่ {before} เป็น {after} ({rule})",
        "Size of {name}: {before} to {after} ({rule})",
    )
    RESIZED_MANY = (
        "registry:organisation:resized_many",
        "จัดขนาดใหม่ {organisations} หน่วยงานตามกฎ {rules}",
        "Sized {organisations} organisations anew by {rules}",
    )
    CLOSED = ("registry:organisation:closed", "ปิดหน่วยงาน {name}: {reason}", "Closed {name}: {reason}")
    APPROVED = ("registry:organisation:approved", "รับ {name} เข้าทะเบียน", "Took {name} into the registry")
    RENEWED = ("registry:organisation:renewed", "ต่ออายุ {name} ถึง {until}", "Renewed {name} until {until}")
    LAPSED = (
        "registry:organisation:lapsed",
        "เลยกำหนดต่ออายุ {organisations} หน่วยงาน",
        "Renewal overdue: {organisations} organisations",
    )
    RESTRICTED_SET = (
        "registry:organisation:restricted_set",
        "แก้ข้อมูลจำกัดการเปิดเผยของหน่วยงานหนึ่ง",
        "Changed a restricted fact of an organisation",
    )
    ALIAS_ADDED = ("registry:alias:added", "เพิ่มชื่ออื่น {alias} ของ {name}", "{name} is also called {alias}")
    ALIAS_REMOVED = (
        "registry:alias:removed",
        "ถอนชื่ออื่น {alias} ของ {name}",
        "{name} is no longer called {alias}",
    )
    RELATION_ADDED = (
        "registry:relation:added",
        "บันทึก {over} เป็น{kind_th} {under} ถึง {until}",
        "{over}: {kind_en} {under}, until {until}",
    )
    RELATION_ENDED = (
        "registry:relation:ended",
        "สิ้นสุดการเป็น{kind_th} {under} ของ {over}",
        "Ended: {over} {kind_en} {under}",
    )
    SCOPE_SET = (
        "registry:scope:set",
        "ให้ {authority} กำกับภาคส่วน {sector}",
        "{authority} has sector {sector} in its scope",
    )
    SCOPE_ENDED = (
        "registry:scope:ended",
        "สิ้นสุดการกำกับภาคส่วน {sector} ของ {authority}",
        "Sector {sector} left the scope of {authority}",
    )
    PACK_LOADED = (
        "registry:pack:loaded",
        "โหลดชุดภาคส่วน {pack} รุ่น {version}: เพิ่ม {added} แก้ {changed}",
        "Loaded sector pack {pack} version {version}: {added} added, {changed} changed",
    )
    MERGED = (
        "registry:organisation:merged",
        "รวม {merged} เข้ากับ {kept}: {reason}",
        "Merged {merged} into {kept}: {reason}",
    )
    DIFFERENT = (
        "registry:duplicate:different",
        "ยืนยันว่า {first} กับ {second} เป็นคนละหน่วยงาน",
        "{first} and {second} are different organisations",
    )
