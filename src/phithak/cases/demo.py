"""A small demo: cases of the fictional sector."""

from __future__ import annotations

from datetime import timedelta

from phithak.base import clock
from phithak.cases import queries
from phithak.cases.queries.states import CaseKind, Moment, PartyRole, Severity
from phithak.cases.services import opening, timeline
from phithak.cases.services.opening import CaseFacts, Told
from phithak.core.accounts import actors
from phithak.registry.queries import organisations
from phithak.registry.queries.kinds import Kind

_SYSTEM = actors.system("demo")


def build() -> None:
    """Open two cases at hospitals of the demo, once."""
    if queries.visible_to(_SYSTEM).exists() or organisations.centre_id() is None:
        return
    hospitals = organisations.listed(_SYSTEM).filter(kind=Kind.HOSPITAL).order_by("pk")
    found = list(hospitals.values_list("pk", flat=True)[:2])
    if len(found) < 2:  # noqa: PLR2004 - one for each case
        return
    now = clock.now()
    ransom = opening.open_case(
        _SYSTEM,
        CaseFacts(
            "ระบบเวชระเบียนเปิดไม่ได้ มีไฟล์เรียกค่าไถ่ (สมมติ)",
            CaseKind.RANSOMWARE,
            summary="ห้องฉุกเฉินใช้แบบฟอร์มกระดาษ สำรองข้อมูลล่าสุดเมื่อคืน",
            severity=Severity.CRITICAL,
            severity_reason="กระทบห้องฉุกเฉิน",
            patient_safety=True,
        ),
        parties=[(found[0], PartyRole.CONTROLLER)],
        told=Told("โทรศัพท์", now - timedelta(hours=3), detected_at=now - timedelta(hours=4)),
    )
    timeline.add(_SYSTEM, ransom, kind=Moment.CALL, text="โทรหาเวรไอที รับสายครั้งที่สอง", organisation_id=found[0])
    opening.open_case(
        _SYSTEM,
        CaseFacts(
            "หน้าเว็บย่อยถูกฝังเว็บพนัน (สมมติ)", CaseKind.DEFACEMENT, severity=2, severity_reason="ไม่กระทบบริการ"
        ),
        parties=[(found[1], PartyRole.AFFECTED)],
    )
