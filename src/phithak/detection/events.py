"""What can happen to alerts and to the detector."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the detection room."""

    FOUND = ("detection:alert:found", "พบแจ้งเตือนใหม่ {count} รายการ", "{count} new alerts found")
    BEGAN = ("detection:detector:began", "ตัวตรวจจับเริ่มงาน (รุ่นที่ {fence})", "Detector began (fence {fence})")
