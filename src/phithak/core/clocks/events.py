"""What can happen to a running clock."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the clocks room."""

    PROPOSED = ("clocks:clock:proposed", "ระบบเสนอนาฬิกา {code}", "Clock {code} proposed")
    CONFIRMED = ("clocks:clock:confirmed", "ยืนยันเริ่มนาฬิกา {code}", "Clock {code} confirmed")
    CORRECTED = (
        "clocks:clock:corrected",
        "แก้เวลาเริ่มนาฬิกา {code}: {reason}",
        "Start of clock {code} corrected: {reason}",
    )
    MET = ("clocks:clock:met", "ทำตามนาฬิกา {code} แล้ว", "Clock {code} met")
    VOIDED = ("clocks:clock:voided", "ยกเลิกนาฬิกา {code}: {reason}", "Clock {code} voided: {reason}")
    WARNED = ("clocks:clock:warned", "นาฬิกา {code} ใช้ไปแล้ว {percent}%", "Clock {code} is {percent}% used")
