"""What can happen to a link."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the links room."""

    ISSUED = ("links:link:issued", "ออกลิงก์ตอบครั้งเดียวเรื่อง {purpose}", "One-time link issued for {purpose}")
    RENEWED = ("links:link:renewed", "ออกลิงก์ใหม่แทนลิงก์เดิมเรื่อง {purpose}", "Link for {purpose} issued anew")
    ENDED = ("links:link:ended", "ยกเลิกลิงก์เรื่อง {purpose}", "Link for {purpose} ended")
    ANSWERED = (
        "links:link:answered",
        "มีผู้ตอบลิงก์เรื่อง {purpose}: {answer}",
        "Link for {purpose} answered: {answer}",
    )
