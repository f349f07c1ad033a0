"""What the monitoring room shows elsewhere: menu, what waits, search, check, loops, preparation, demo."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.contrib import (
    Check,
    CheckResult,
    Demo,
    Loop,
    NavItem,
    Preparation,
    SearchSource,
    Waiting,
)
from phithak.monitoring import queries
from phithak.monitoring.queries import board
from phithak.monitoring.queries.states import SenderKind
from phithak.monitoring.services import beats, enrolment, projecting, silences, sites
from phithak.monitoring.services import senders as sending
from phithak.monitoring.services.retention import note_acts as journal_acts
from phithak.monitoring.services.senders import SourceFacts
from phithak.registry.queries import organisations
from phithak.registry.queries.kinds import Kind

MONITORING = Text("เฝ้าระวัง", "Monitoring")
LOOK_SECONDS = 5.0
_PROJECT_SECONDS = 30.0
_SYSTEM = actors.system("demo")
_DEMO_SITES = 4


def register() -> None:
    """Fill the registries."""
    contrib.nav.register(
        NavItem(
            "monitoring.board", Text("แผนติดตั้งและสุขภาพ", "Roll-out and health"), "monitoring:board",
            permission=queries.VIEW, group=MONITORING, order=110, icon="users",
        ),
        NavItem(
            "monitoring.silences", Text("ผู้ส่งที่เงียบ", "Silent senders"), "monitoring:silences",
            permission=queries.VIEW, group=MONITORING, order=112, icon="alert",
        ),
        NavItem(
            "monitoring.switches", Text("สวิตช์ของแหล่งข้อมูล", "Switches of sources"), "monitoring:switches",
            permission=queries.VIEW, group=MONITORING, order=113, icon="list",
        ),
        NavItem(
            "monitoring.storage", Text("พื้นที่ อายุ และโควตา", "Storage, retention, quotas"), "monitoring:storage",
            permission=queries.VIEW, group=MONITORING, order=115, icon="chart",
        ),
        NavItem(
            "monitoring.events", Text("ค้นเหตุการณ์", "Search events"), "monitoring:events",
            permission=queries.EVENTS, group=MONITORING, order=114, icon="search",
        ),
    )  # fmt: skip
    contrib.waiting.register(
        Waiting("monitoring.silences", board.waiting), Waiting("monitoring.twins", board.twins)
    )
    contrib.search.register(SearchSource("monitoring.senders", Text("ผู้ส่ง", "Senders"), board.find))
    contrib.doctor.register(
        Check("monitoring.authority", Text("ใบรับรองสำหรับเซนเซอร์", "Certificate for sensors"), check_authority)
    )
    contrib.loops.register(
        Loop("monitoring.look", LOOK_SECONDS, look),
        Loop("monitoring.project", _PROJECT_SECONDS, projecting.project_again),
        Loop("monitoring.retention", _PROJECT_SECONDS, note_acts),
        Loop("monitoring.samples", 86_400.0, beats.forget_old_samples),
    )
    contrib.preparations.register(Preparation("monitoring.project", projecting.project_again))
    contrib.demo.register(Demo("monitoring.demo", build_demo, order=60))


def look() -> None:
    """Take in what senders told, then tell who fell silent and who came back."""
    beats.take()
    silences.look()


def note_acts() -> None:
    """Bring what retention did into the journal."""
    journal_acts()


def check_authority() -> CheckResult:
    """Tell whether sensors could trust this centre."""
    told = enrolment.fingerprint()
    if told:
        return CheckResult("ok", Text(f"ลายนิ้วมือ {told[:29]}", f"Fingerprint {told[:29]}"))
    return CheckResult(
        "warning",
        Text(
            "ยังไม่มีใบรับรอง เซนเซอร์ลงทะเบียนไม่ได้ ตั้ง tls_certificate และ tls_key",
            "No certificate: sensors cannot enrol. Set tls_certificate and tls_key.",
        ),
    )


def build_demo() -> None:
    """Put some hospitals into the roll-out: a pilot with a sensor, and sites made from its template."""
    if queries.visible_to(_SYSTEM).exists():
        return
    rows = organisations.listed(_SYSTEM).filter(kind=Kind.HOSPITAL).order_by("pk")
    found = list(rows.values_list("pk", flat=True)[:_DEMO_SITES])
    if not found:
        return
    pilot = sites.add_site(_SYSTEM, tenant_id=found[0], pilot=True, note="ต้นแบบ (สมมติ)")
    sender = sending.add_sender(_SYSTEM, pilot, name="เครื่องเซนเซอร์ห้องแม่ข่าย", kind=SenderKind.SENSOR)
    for facts in (
        SourceFacts("his-db", "file", "mariadb-audit", "/var/log/mysql/server_audit.log", local=True),
        SourceFacts("servers", "syslog-tcp", "syslog", "0.0.0.0:5514"),
        SourceFacts("windows", "folder", "windows", "/srv/windows-events"),
    ):
        sending.add_source(_SYSTEM, sender, facts)
    agent = sending.add_sender(_SYSTEM, pilot, name="winlogbeat-dc1", kind=SenderKind.AGENT)
    sending.add_source(_SYSTEM, agent, SourceFacts("windows", "direct", "windows"))
    if found[1:]:
        sites.apply_template(_SYSTEM, sites.export_template(_SYSTEM, pilot), found[1:])
