"""What the server of a browser test holds: people, and for a full one something of everything."""

from __future__ import annotations

import io
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from phithak.base import clock, ids
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.accounts import services as accounts
from phithak.core.accounts.models import Membership, Tenant, User
from phithak.core.clocks import services as clocks
from phithak.core.files import services as files
from phithak.core.jobs import services as jobs
from phithak.core.jobs.models import Job
from phithak.core.jobs.registry import job
from phithak.core.journal import services as journal
from phithak.core.links import services as links
from phithak.core.outbox import services as outbox
from phithak.core.outbox.models import Message
from phithak.core.outbox.rendering import renderer
from phithak.core.privacy import services as privacy
from phithak.core.schedule import services as schedule
from phithak.core.schedule.registry import every
from phithak.notices import services as notices
from phithak.notices.models import TemplateVersion
from phithak.registry.models import ChangeRequest
from tests import people
from tests.core.accounts.softkey import SoftKey
from tests.core.accounts.test_logins import log_in
from tests.core.accounts.test_passkeys import options_of
from tests.e2e import campaigns, casework, sharing, unit
from tests.e2e.trial.apps import PURPOSE
from tests.people import People

LOGINS = {
    "cert_admin": True,
    "analyst": False,
    "auditor": False,
    "member_admin": False,
    "member_staff": False,
    "no_factor": False,
}
"""Who logs in, and whether inside a staff session."""

LONG_NAME = ("โรงพยาบาลส่งเสริมสุขภาพตำบลเขาสูงลมแรงแห่งลุ่มน้ำกว้างใหญ่ " * 4)[:119] + "ก"
"""A Thai name of 120 characters."""


def build(*, full: bool) -> dict[str, Any]:
    """Write the content to the database of this process.

    Returns:
        ``cookies``: person (and ``person:en``) to session cookie; ``places``: page to an address with a
        secret or a step before, and the person who sees it.
    """
    sector = people.build()
    RecoveryCodes.activate(sector.user("cert_admin"))
    _add_passkey(sector.client("cert_admin"))
    if full:
        fill(sector)
    cookies = {}
    for key, staff in LOGINS.items():
        _english_twin(sector, key)
        for login in (key, f"{key}:en"):
            browser = sector.client(login, staff=staff, language="en" if login.endswith(":en") else "th")
            cookies[login] = browser.cookies["sessionid"].value
    # the password is shown, the second factor is not yet
    half = Client(SERVER_NAME="localhost")
    log_in(half, sector.user("analyst").email, people.PASSWORD)
    cookies["half_in"] = cookies["half_in:en"] = half.cookies["sessionid"].value
    link = accounts.create_login_link(actors.system("test"), sector.user("member_admin_b").pk)
    question = links.issue(
        actors.system("test"), PURPOSE.name, ids.uuid7(), "contact:1", tenant_id=sector.tenant_id("hospital")
    )
    new_member = ChangeRequest.objects.create(
        tenant=sector.tenant("cert"),
        kind="register",
        reference="NEWSH2P4",
        state="approved",
        facts={"set": {"name_th": "ร้านเพิ่งขึ้นทะเบียน (สมมติ)"}},
    )
    way_in = links.issue(
        actors.system("test"),
        "registry.enter",
        new_member.pk,
        str(sector.user("member_admin_b").pk),
        tenant_id=sector.tenant_id("hospital_b"),
    )
    token = way_in.url.rstrip("/").rpartition("/")[2]
    places = {
        "registry:join_enter": (reverse("registry:join_enter", args=[token]), ""),
        "accounts:link": (urlsplit(link).path, ""),
        "links:link": (urlsplit(question.url).path, ""),
        "mfa_authenticate": (reverse("mfa_authenticate"), "half_in"),
        **sharing.places(sector),
        **casework.places(sector),
    }
    return {"cookies": cookies, "places": places}


def fill(sector: People) -> None:
    """Add something of everything that lists show: long names, tokens, jobs, schedules, each room's demo."""
    Tenant.objects.filter(pk=sector.tenant_id("hospital")).update(name_th=LONG_NAME, name_en=LONG_NAME)
    for key in ("member_staff", "analyst"):
        User.objects.filter(pk=sector.user(key).pk).update(name_th=LONG_NAME, name_en=LONG_NAME)
    for key in ("cert_admin", "analyst", "member_staff"):
        until = clock.now() + timedelta(days=30)
        accounts.create_token(sector.actor(key), name=LONG_NAME[:100], scopes=["accounts.self"], until=until)
    schedule.follow_registry(clock.now())
    journal.tick()
    for number in range(60):
        jobs.enqueue(
            _trial, {"number": number}, actor=sector.actor("analyst"), tenant_id=sector.tenant_id("cert")
        )
    admin = sector.actor("cert_admin")
    for number in range(3):
        content = io.BytesIO(f"บันทึกเหตุการณ์ {number}".encode())
        files.put(admin, content, tenant_id=sector.tenant_id("cert"), name=f"{LONG_NAME}{number}.txt")
        phone = privacy.seal(admin, "phone", f"+6681234567{number}", tenant_id=sector.tenant_id("cert"))
        outbox.queue(
            admin,
            tenant_id=sector.tenant_id("cert"),
            channel="sms",
            recipient=phone,
            renderer="trial.sms",
            idempotency_key=str(number),
        )
    Message.objects.filter(idempotency_key="0").update(state="unknown")
    notices.load_ready_texts()
    draft = TemplateVersion.objects.filter(state="draft").first()
    if draft is not None:
        notices.submit(sector.actor("analyst"), draft.pk, seen=draft.text_hash)
    notices.register_url(
        admin, tenant_id=sector.tenant_id("cert"), host="www.example.th", name=Text("เว็บศูนย์", "Our site")
    )
    for confirmed in (False, True):
        running = clocks.propose(
            admin,
            tenant_id=sector.tenant_id("cert"),
            subject=("test.case", ids.uuid7()),
            code="pdpc_notice",
            trigger_at=clock.now() - timedelta(hours=2),
            evidence=LONG_NAME,
        )
        if confirmed:
            clocks.confirm(admin, running)
    oldest = Job.objects.order_by("pk")
    Job.objects.filter(pk__in=oldest.values("pk")[:5]).update(
        state="dead", finished_at=clock.now(), error=LONG_NAME
    )
    for item in sorted(contrib.demo, key=lambda item: (item.order, item.name)):
        item.build()
    sharing.fill(sector)
    unit.fill(sector)
    campaigns.fill(sector, LONG_NAME)
    casework.fill(sector)


@renderer("trial.sms")
def _sms(_params: Any, _context: Any) -> Any:
    """Never called: the message is only shown."""


@every(
    "trial.daily", cron="0 8 * * *", text=Text("งานทดสอบที่ทำทุกวันเวลาแปดโมงเช้า", "A trial at eight each day")
)
def _daily(_run: Any) -> None:
    """Never run: only shown."""


@job("trial.wait", text=Text("งานทดสอบหน้าเว็บที่มีชื่อยาวเพื่อดูว่าล้นจอหรือไม่", "A trial of the pages"))
def _trial(_run: Any, number: int) -> None:
    """Never run: only shown."""


def _add_passkey(browser: Client) -> None:
    address = reverse("mfa_add_webauthn")
    # outside of a test run only the configured hosts are served
    browser.defaults["SERVER_NAME"] = "localhost"
    options = options_of(browser.get(address).text, "creation_options")
    answer = browser.post(address, {"name": "กุญแจสีฟ้า", "credential": SoftKey().create(options)})
    if answer.status_code != HTTPStatus.FOUND:
        raise RuntimeError(answer.text)


def _english_twin(sector: People, key: str) -> None:
    """Add a user with the same roles whose pages are in English: the user's own setting decides."""
    of = sector.user(key)
    twin = User.objects.create(
        email=f"en.{of.email}",
        name_th=of.name_th,
        name_en=of.name_en,
        password=of.password,
        password_changed_at=of.password_changed_at,
        language="en",
    )
    for membership in Membership.objects.filter(user=of):
        Membership.objects.create(user=twin, tenant=membership.tenant, role=membership.role)
    for factor in Authenticator.objects.filter(user=of):
        Authenticator.objects.create(user=twin, type=factor.type, data=factor.data)
    sector.users[f"{key}:en"] = twin
