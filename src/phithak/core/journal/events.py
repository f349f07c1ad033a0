"""What the journal itself records."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Events of the journal's own life."""

    EPOCH_BEGUN = (
        "journal:epoch:begun",
        (
            "บันทึกเริ่มชุดที่ {epoch} เพราะ {reason} จุดตรวจล่าสุดที่รู้จัก: {last_origin} ขนาด {last_size} "
            "รายการที่หายไป {missing}"
        ),
        (
            "Journal epoch {epoch} began: {reason}. Last known checkpoint: {last_origin} at size {last_size}; "
            "entries missing: {missing}"
        ),
    )
    EXPORTED = (
        "journal:log:exported",
        "ส่งออกบันทึก {entries} รายการ",
        "{entries} journal entries were exported",
    )
    VERIFICATION_STARTED = (
        "journal:verification:started",
        "เริ่มตรวจบันทึกทั้งหมด",
        "A check of the whole journal was started",
    )
    WITNESS_REFUSED = (
        "journal:witness:refused",
        "ไม่ลงนามเป็นพยานให้ {origin} ขนาด {size}: {reason} (เคยเห็นขนาด {known})",
        "Refused to witness {origin} at size {size}: {reason} (size {known} was seen before)",
    )
    WITNESS_DISAGREES = (
        "journal:witness:disagrees",
        "พยาน {witness} ไม่ยอมรับจุดตรวจขนาด {size}: {reason} (พยานเคยเห็นขนาด {known})",
        "Witness {witness} does not accept the checkpoint of size {size}: {reason} (it has seen size {known})",
    )
