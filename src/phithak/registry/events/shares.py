"""What can happen to data-sharing links."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the part ``shares``."""

    PROPOSED = (
        "registry:share:proposed",
        "บันทึกการให้ข้อมูลแก่ {holder} จนถึง {until}",
        "Data-sharing link to {holder} recorded, until {until}",
    )
    CHANGED = (
        "registry:share:changed",
        "แก้การให้ข้อมูลแก่ {holder}",
        "Data-sharing link to {holder} changed",
    )
    ACTIVATED = (
        "registry:share:activated",
        "เริ่มให้ข้อมูลแก่ {holder}",
        "Data-sharing link to {holder} began",
    )
    SUSPENDED = (
        "registry:share:suspended",
        "ระงับการให้ข้อมูลแก่ {holder} มีผล {effective}: {reason}",
        "Data-sharing link to {holder} suspended, from {effective}: {reason}",
    )
    TOOK_EFFECT = (
        "registry:share:suspension_took_effect",
        "การระงับการให้ข้อมูลแก่ {holder} มีผลแล้ว",
        "The suspension of the link to {holder} took effect",
    )
    LIFTED = (
        "registry:share:lifted",
        "ยกเลิกการระงับการให้ข้อมูลแก่ {holder}: {reason}",
        "Suspension of the link to {holder} lifted: {reason}",
    )
    ENDED = (
        "registry:share:ended",
        "ยุติการให้ข้อมูลแก่ {holder}: {reason}",
        "Data-sharing link to {holder} ended: {reason}",
    )
    EXPIRED = (
        "registry:share:expired",
        "การให้ข้อมูลแก่ {holder} ครบกำหนด {until}",
        "Data-sharing link to {holder} was over on {until}",
    )
    APPEALED = (
        "registry:share:appealed",
        "{holder} อุทธรณ์การระงับ",
        "{holder} appealed against the suspension",
    )
    APPEAL_UPHELD = (
        "registry:share:appeal_upheld",
        "รับอุทธรณ์ของ {holder}: {reason}",
        "Appeal of {holder} upheld: {reason}",
    )
    APPEAL_REFUSED = (
        "registry:share:appeal_refused",
        "ไม่รับอุทธรณ์ของ {holder}: {reason}",
        "Appeal of {holder} refused: {reason}",
    )
