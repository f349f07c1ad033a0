"""What can happen to requests and imports."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the part ``joining``."""

    REQUEST_MADE = (
        "registry:request:made",
        "ยื่นคำขอ{kind_th} อ้างอิง {reference}",
        "Request made ({kind_en}), reference {reference}",
    )
    REQUEST_APPROVED = (
        "registry:request:approved",
        "อนุมัติคำขอ{kind_th} อ้างอิง {reference}: {fields}",
        "Request approved ({kind_en}), reference {reference}: {fields}",
    )
    REQUEST_REFUSED = (
        "registry:request:refused",
        "ไม่อนุมัติคำขอ{kind_th} อ้างอิง {reference}: {reason}",
        "Request refused ({kind_en}), reference {reference}: {reason}",
    )
    REQUEST_WITHDRAWN = (
        "registry:request:withdrawn",
        "ถอนคำขอ{kind_th} อ้างอิง {reference}",
        "Request withdrawn ({kind_en}), reference {reference}",
    )
    ENTERED = (
        "registry:request:entered",
        "ผู้ดูแลคนแรกเปิดลิงก์เข้าใช้ของคำขออ้างอิง {reference}",
        "The first administrator opened the link of request {reference}",
    )
    IMPORT_UPLOADED = (
        "registry:import:uploaded",
        "ส่งไฟล์นำเข้า{kind_th} {rows} แถว",
        "Uploaded a file of {kind_en} with {rows} rows",
    )
    IMPORT_STARTED = (
        "registry:import:started",
        "เริ่มนำเข้า{kind_th} {rows} แถว",
        "Started an import of {kind_en} with {rows} rows",
    )
    IMPORTED = (
        "registry:import:stored",
        "นำเข้า{kind_th}ถึงแถวที่ {cursor}: เพิ่ม {added} แก้ {changed}",
        "Imported {kind_en} up to row {cursor}: {added} added, {changed} changed",
    )
    IMPORT_ENDED = (
        "registry:import:ended",
        "นำเข้า{kind_th}จบ ({state}): เพิ่ม {added} แก้ {changed} คงเดิม {same} ผิด {faults}",
        "Import of {kind_en} ended ({state}): {added} added, {changed} changed, {same} the same, {faults} at fault",
    )
    EXPORTED = (
        "registry:organisation:exported",
        "ส่งออกทะเบียนเป็น {format}",
        "Exported the registry as {format}",
    )
    FAULTS_TAKEN = (
        "registry:import:faults_taken",
        "ดาวน์โหลดแถวที่ผิด {rows} แถวของไฟล์{kind_th}",
        "Took {rows} faulty rows of a file of {kind_en}",
    )
