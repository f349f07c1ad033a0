"""What can happen to a sender."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the monitoring room."""

    SENDER_ADDED = ("monitoring:sender:added", "เพิ่มผู้ส่ง {name}", "Sender {name} added")
    SENDER_REVOKED = ("monitoring:sender:revoked", "เพิกถอนผู้ส่ง {name}", "Sender {name} revoked")
