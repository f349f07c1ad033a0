"""The demo of the room: a night of ransomware with tasks, meeting and checks; a web insert; a report that waits."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from phithak.base import clock
from phithak.cases import queries
from phithak.cases.queries.states import CaseKind, Channel, Moment, PartyRole, Severity
from phithak.cases.services import analysis, checking, meetings, opening, reports, tasks, timeline
from phithak.cases.services.meetings import MeetingFacts
from phithak.cases.services.opening import CaseFacts, Told
from phithak.cases.services.reports import ReportFacts
from phithak.core.accounts import actors
from phithak.registry.queries import organisations
from phithak.registry.queries.kinds import Kind

_SYSTEM = actors.system("demo")
_PLACE = "ห้องประชุม 1 กรุงเทพฯ (สมมติ)"


def build() -> None:
    """Open two cases at hospitals of the demo and take one report, once."""
    if queries.visible_to(_SYSTEM).exists() or organisations.centre_id() is None:
        return
    hospitals = organisations.listed(_SYSTEM).filter(kind=Kind.HOSPITAL).order_by("pk")
    found = list(hospitals.values_list("pk", flat=True)[:2])
    if len(found) < 2:  # noqa: PLR2004 - one for each case
        return
    _ransomware(found[0], found[1])
    defacement = CaseFacts(
        "หน้าเว็บย่อยถูกฝังเว็บพนัน (สมมติ)",
        CaseKind.DEFACEMENT,
        severity=Severity.MEDIUM,
        severity_reason="ไม่กระทบบริการ",
    )
    opening.open_case(_SYSTEM, defacement, parties=[(found[1], PartyRole.AFFECTED)])
    told = ReportFacts("อีเมลหลอกให้กรอกรหัสผ่าน (สมมติ)", "เจ้าหน้าที่กรอกไปสองคน", channel=Channel.PHONE)
    reports.receive(_SYSTEM, told, organisation_id=found[1])


def _ransomware(hospital: UUID, other: UUID) -> None:
    now = clock.now()
    facts = CaseFacts(
        "ระบบเวชระเบียนเปิดไม่ได้ มีไฟล์เรียกค่าไถ่ (สมมติ)",
        CaseKind.RANSOMWARE,
        summary="ห้องฉุกเฉินใช้แบบฟอร์มกระดาษ สำรองข้อมูลล่าสุดเมื่อคืน",
        severity=Severity.CRITICAL,
        severity_reason="กระทบห้องฉุกเฉิน",
        patient_safety=True,
    )
    told = Told("โทรศัพท์", now - timedelta(hours=3), detected_at=now - timedelta(hours=4))
    case_id = opening.open_case(_SYSTEM, facts, parties=[(hospital, PartyRole.CONTROLLER)], told=told)
    timeline.add(
        _SYSTEM, case_id, kind=Moment.CALL, text="โทรหาเวรไอที รับสายครั้งที่สอง", organisation_id=hospital
    )
    tasks.apply_playbook(_SYSTEM, case_id, CaseKind.RANSOMWARE)
    analysis.begin_outage(
        _SYSTEM,
        case_id,
        service="ห้องฉุกเฉิน",
        since=now - timedelta(hours=3),
        care=True,
        workaround="แบบฟอร์มกระดาษ",
        organisation_id=hospital,
    )
    analysis.find(_SYSTEM, case_id, system="เวชระเบียน", state="compromised", basis="verified")
    analysis.add_technique(_SYSTEM, case_id, "T1078")
    analysis.ask(_SYSTEM, case_id, "ผู้บุกรุกเข้ามาทางใด")
    called = meetings.call(
        _SYSTEM,
        case_id,
        MeetingFacts("ประชุมรับมือ (สมมติ)", now + timedelta(days=1), now + timedelta(days=1, hours=1), _PLACE),
        [hospital, other],
    )
    meetings.agree(_SYSTEM, called, "แลกเปลี่ยนตัวบ่งชี้ภายในวันเดียว")
    meetings.decide(_SYSTEM, called, "ส่งบันทึกการเข้าถึงระยะไกล", organisation_id=hospital, within_days=7)
    checking.ask(_SYSTEM, case_id, other, topic="ตัวบ่งชี้เดียวกันที่โรงพยาบาลอื่น")
