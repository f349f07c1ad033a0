"""What the journal keeps of this room: acts of persons, and dead letters."""

from __future__ import annotations

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Closed list of the room's journal tags; slots are keys of the facts."""

    ENQUEUED = ("jobs:job:enqueued", "สั่งงาน {job}", "Queued job {job}")
    CANCELLED = ("jobs:job:cancelled", "ยกเลิกงาน {job}", "Cancelled job {job}")
    RETRIED = ("jobs:job:retried", "สั่งทำงาน {job} ใหม่", "Retried job {job}")
    DEAD = (
        "jobs:job:dead",
        "งาน {job} ล้มเหลวครบ {attempts} ครั้ง รอผู้ดูแล",
        "Job {job} failed {attempts} times and waits for a person",
    )
