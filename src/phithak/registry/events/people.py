"""What can happen to people, positions and contacts."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the part ``people``."""

    PERSON_ADDED = ("registry:person:added", "เพิ่มบุคคล {name}", "Person {name} added")
    PERSON_CHANGED = (
        "registry:person:changed",
        "แก้ข้อมูลบุคคล {name}: {fields}",
        "Person {name} changed: {fields}",
    )
    PERSON_LEAVES = (
        "registry:person:leaves",
        "{name} จะพ้นหน้าที่ {on}",
        "{name} will leave on {on}",
    )
    PERSON_STAYS = (
        "registry:person:stays",
        "ยกเลิกกำหนดพ้นหน้าที่ของ {name}",
        "{name} stays after all",
    )
    PERSON_LEFT = (
        "registry:person:left",
        "{name} พ้นหน้าที่: ปิดตำแหน่ง {positions} ผู้ประสานงาน {contacts} บัญชี {account}",
        "{name} left: positions ended {positions}, contacts ended {contacts}, account {account}",
    )
    POSITION_ADDED = (
        "registry:position:added",
        "{name} ดำรงตำแหน่ง {title}",
        "{name} holds the position {title}",
    )
    POSITION_CHANGED = (
        "registry:position:changed",
        "แก้ตำแหน่ง {title} ของ {name}: {fields}",
        "Position {title} of {name} changed: {fields}",
    )
    POSITION_ENDED = (
        "registry:position:ended",
        "{name} พ้นตำแหน่ง {title}",
        "{name} no longer holds the position {title}",
    )
    CONTACT_ADDED = (
        "registry:contact:added",
        "เพิ่มผู้ประสานงาน{kind_th} {label}",
        "Contact {label} added ({kind})",
    )
    CONTACTS_ADDED = (
        "registry:contact:added_many",
        "เพิ่มผู้ประสานงาน {contacts} รายการ บุคคลใหม่ {people} คน",
        "{contacts} contacts added, {people} new people",
    )
    CONTACT_CHANGED = (
        "registry:contact:changed",
        "แก้ผู้ประสานงาน {label}: {fields}",
        "Contact {label} changed: {fields}",
    )
    CONTACT_CONFIRMED = (
        "registry:contact:confirmed",
        "ยืนยันและแจ้งผู้ประสานงาน {label} แล้ว: {how}",
        "Contact {label} confirmed and told: {how}",
    )
    CONTACT_ENDED = (
        "registry:contact:ended",
        "เลิกใช้ผู้ประสานงาน {label} ผู้รับช่วง {heir}",
        "Contact {label} ended, taken over by {heir}",
    )
    NUMBER_OPENED = (
        "registry:contact:called",
        "เปิดเบอร์ {masked} ของ {label} เพื่อโทร",
        "Number {masked} of {label} opened to call",
    )
    NUMBER_REFUSED = (
        "registry:contact:call_refused",
        "ไม่ให้เปิดเบอร์ของ {label} เพราะครบ {limit} เบอร์ในหนึ่งชั่วโมง",
        "Refused to open the number of {label}: {limit} numbers in one hour",
    )
    CHOSEN = (
        "registry:contact:chosen",
        "เลือกส่ง{message_th}ถึง {label} เอง: {reason}",
        "{message} sent to {label} by choice: {reason}",
    )
