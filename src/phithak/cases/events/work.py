"""What can happen to tasks, findings, questions and restricted parts."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of work on a case."""

    PLAYBOOK = (
        "cases:playbook:applied",
        "ใช้คู่มือ {playbook} กับเคส {number} เปิดงาน {count} งาน",
        "Playbook {playbook} applied to {number}: {count} tasks",
    )
    TASK_ADDED = ("cases:task:added", "เพิ่มงานในเคส {number}", "Task added to {number}")
    TASK_MOVED = ("cases:task:moved", "งานในเคส {number} เป็น {state}", "Task of {number} is {state}")
    TASK_APPROVED = (
        "cases:task:approved",
        "อนุมัติขั้นตอนที่ไม่ปลอดภัยต่อระบบคลินิกในเคส {number} โดย {approver}",
        "Step of {number} that is unsafe for clinical systems approved by {approver}",
    )
    TERM_SET = (
        "cases:term:set",
        "กำหนดเวลา {code} เป็น {minutes} นาที: {reason}",
        "Term {code} set to {minutes} minutes: {reason}",
    )
    FOUND = ("cases:finding:added", "ผลตรวจระบบในเคส {number}: {state}", "Finding in {number}: {state}")
    TECHNIQUE = ("cases:technique:added", "เส้นทางโจมตีเคส {number}: {code}", "Attack path of {number}: {code}")
    ASKED = (
        "cases:question:asked",
        "ตั้งคำถามสาเหตุในเคส {number}",
        "Question of the root cause asked in {number}",
    )
    ANSWERED = (
        "cases:question:answered",
        "ตอบคำถามสาเหตุในเคส {number}",
        "Question of the root cause answered in {number}",
    )
    OUTAGE = ("cases:outage:began", "บริการหยุดในเคส {number}", "Outage noted in {number}")
    RECOVERED = ("cases:outage:ended", "บริการกลับมาในเคส {number}", "Outage ended in {number}")
    LEARNT = ("cases:lesson:added", "เพิ่มบทเรียนในเคส {number}", "Lesson added to {number}")
    PART_MADE = ("cases:part:made", "เปิดส่วนจำกัดในเคส {number}", "Restricted part made in {number}")
    PART_OPENED = ("cases:part:opened", "เปิดอ่านส่วนจำกัดในเคส {number}", "Restricted part of {number} opened")
    PART_WRITTEN = (
        "cases:part:written",
        "เขียนในส่วนจำกัดของเคส {number}",
        "Restricted part of {number} written to",
    )
    PART_GRANTED = (
        "cases:part:granted",
        "ให้สิทธิ์ {name} เปิดส่วนจำกัดของเคส {number}: {reason}",
        "{name} named for a restricted part of {number}: {reason}",
    )
    GUEST_ADDED = (
        "cases:guest:added",
        "ให้ผู้เชี่ยวชาญ {name} เข้าเคส {number} ถึง {until}: {reason}",
        "Expert {name} let into {number} until {until}: {reason}",
    )
    GAPS_LEFT = (
        "cases:case:gaps",
        "ปิดเคส {number} ทั้งที่ยังขาด: {reason}",
        "Case {number} closed with gaps: {reason}",
    )
