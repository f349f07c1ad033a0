"""What can happen to call sheets."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of call sheets."""

    MADE = (
        "registry:sheet:made",
        "ทำใบรายชื่อโทรออฟไลน์ {count} ผู้ติดต่อ จาก {total}",
        "Offline call sheet made with {count} contacts of {total}",
    )
    DOWNLOADED = (
        "registry:sheet:downloaded",
        "ดาวน์โหลดใบรายชื่อโทรออฟไลน์",
        "Offline call sheet downloaded",
    )
