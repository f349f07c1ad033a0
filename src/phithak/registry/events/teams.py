"""What can happen to teams and shifts."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of teams and shifts."""

    CREATED = ("registry:team:created", "ตั้งทีม {name}", "Team {name} created")
    RENAMED = ("registry:team:renamed", "เปลี่ยนชื่อทีม {name}", "Team {name} renamed")
    ENDED = ("registry:team:ended", "ยุบทีม {name}", "Team {name} ended")
    MEMBER_ADDED = ("registry:team_member:added", "เพิ่มสมาชิกในทีม {name}", "Member added to team {name}")
    MEMBER_REMOVED = (
        "registry:team_member:removed",
        "นำสมาชิกออกจากทีม {name} ยกเลิกเวรที่เหลือ {count} เวร",
        "Member taken out of team {name}; shifts cancelled: {count}",
    )
    CHAIN_SET = (
        "registry:team:chain_set",
        "ตั้งลำดับเรียกตัวของทีม {name} {count} ขั้น",
        "Escalation chain of team {name} set, {count} steps",
    )
    SHIFTS_PLANNED = (
        "registry:shift:planned",
        "จัดเวรทีม {name} {count} เวร ตั้งแต่ {first} ถึง {last}",
        "Team {name}: {count} shifts planned from {first} to {last}",
    )
    SHIFTS_SWAPPED = ("registry:shift:swapped", "สลับเวรในทีม {name}", "Shifts of team {name} swapped")
    SHIFT_GIVEN = ("registry:shift:given", "เปลี่ยนผู้อยู่เวรในทีม {name}", "Shift of team {name} given to another")
    SHIFT_CANCELLED = (
        "registry:shift:cancelled",
        "ยกเลิกเวรในทีม {name}: {reason}",
        "Shift of team {name} cancelled: {reason}",
    )
