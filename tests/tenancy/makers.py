"""Makers of objects of the second hospital, one for each kind that an address can name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Model

from phithak.base import clock, ids
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors, services
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import ApiToken, Membership, User
from phithak.core.accounts.roles import Role
from phithak.core.clocks import services as clocks
from phithak.core.clocks.models import RunningClock
from phithak.core.db.transactions import write
from phithak.core.files import services as files
from phithak.core.files.models import StoredFile
from phithak.core.jobs import registry
from phithak.core.jobs import services as jobs
from phithak.core.jobs.models import Job
from phithak.core.journal.models import Entry
from phithak.core.outbox.models import Message
from phithak.core.privacy import services as privacy
from phithak.core.privacy.models import DataKey, KeyDestruction, VaultItem
from phithak.core.schedule import services as schedules
from phithak.core.schedule.models import Schedule
from phithak.notices.models import Hotline, RegisteredUrl, Template, TemplateVersion
from phithak.notices.texts import Channel
from tests.people import People

OWNER = "hospital_b"
SYSTEM = actors.system("test")


@dataclass(frozen=True)
class Made:
    """An object of the second hospital: its row, and a text that shows it on a page that lists it."""

    row: Model
    mark: str

    @property
    def key(self) -> str:
        """What its addresses carry."""
        return str(self.row.pk)

    def state(self) -> dict[str, Any]:
        """Return its columns as they are in the database now; empty when it is gone."""
        found: dict[str, Any] = type(self.row)._base_manager.filter(pk=self.row.pk).values().first() or {}
        return found


def uuid_of_nobody() -> str:
    """Return an id that no row has."""
    return str(UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0001))


def user(people: People) -> Made:
    """A user with a role."""
    tenant = people.tenant_id(OWNER)
    user_id = services.create_user(
        SYSTEM,
        email="marked.user@example.th",
        name_th="ทองแท้ มีเครื่องหมาย",
        tenant_id=tenant,
        role=Role.MEMBER_STAFF,
    )
    return Made(User.objects.get(pk=user_id), "ทองแท้ มีเครื่องหมาย")


def membership(people: People) -> Made:
    """The role of a user."""
    row = Membership.objects.get(user=people.user("member_staff_b"))
    return Made(row, str(row.pk))


def token(people: People) -> Made:
    """A token of a user."""
    token_id, _ = services.create_token(
        people.actor("member_staff_b"),
        name="โทเคนมีเครื่องหมาย",
        scopes=["accounts.self"],
        until=clock.now() + timedelta(days=9),
    )
    return Made(ApiToken.objects.get(pk=token_id), "โทเคนมีเครื่องหมาย")


def passkey(people: People) -> Made:
    """A passkey of a user."""
    row = Authenticator.objects.create(
        user=people.user("member_staff_b"), type=Authenticator.Type.WEBAUTHN, data={"name": "กุญแจมีเครื่องหมาย"}
    )
    return Made(row, "กุญแจมีเครื่องหมาย")


def entry(people: People) -> Made:
    """An entry of the journal."""
    tenant = people.tenant_id(OWNER)
    with write("test.entry"):
        entry_id = contrib.record(
            SYSTEM,
            Tag.TENANT_RENAMED,
            ("accounts.tenant", tenant),
            tenant_id=tenant,
            facts={"name": "บันทึกมีเครื่องหมาย"},
        )
    return Made(Entry.objects.get(pk=entry_id), "บันทึกมีเครื่องหมาย")


def job(people: People) -> Made:
    """A job in the queue."""
    kind = registry.job("test.tenancy", text=Text("งานมีเครื่องหมาย", "Marked job"))(_no_work)
    job_id = jobs.enqueue(kind, actor=SYSTEM, tenant_id=people.tenant_id(OWNER))
    return Made(Job.objects.get(pk=job_id), str(job_id))


def _no_work(run: object) -> None:
    """Do nothing: the job is only listed."""


def schedule(people: People) -> Made:
    """A schedule; they belong to the instance."""
    schedules.follow_registry(clock.now())
    row = Schedule.objects.first()
    if row is None:
        row = Schedule.objects.create(name="test.tenancy", cron="0 0 * * *", next_due=clock.now())
    return Made(row, str(row.pk))


def vault_item(people: People) -> Made:
    """A sealed value."""
    item_id = privacy.seal(SYSTEM, "name", "ทองคำ ในห้องนิรภัย", tenant_id=people.tenant_id(OWNER))
    return Made(VaultItem.objects.get(pk=item_id), str(item_id))


def data_key(people: People) -> Made:
    """The key that seals the values."""
    made = vault_item(people)
    item = VaultItem.objects.get(pk=made.row.pk)
    return Made(DataKey.objects.get(pk=item.key_id), str(item.key_id))


def proposal(people: People) -> Made:
    """A proposal to destroy that key."""
    row = KeyDestruction.objects.create(
        key_id=data_key(people).row.pk,
        reason="ครบกำหนดเก็บตามแผน",
        proposed_by_id=people.user("data_owner_b").pk,
    )
    return Made(row, str(row.pk))


def file(people: People) -> Made:
    """A sealed file."""
    file_id = files.put(
        SYSTEM, io.BytesIO(b"content"), tenant_id=people.tenant_id(OWNER), name="แฟ้มมีเครื่องหมาย.txt"
    )
    return Made(StoredFile.objects.get(pk=file_id), str(file_id))


def message(people: People) -> Made:
    """A message in the outbox."""
    row = Message.objects.create(
        tenant=people.tenant(OWNER),
        channel="mail",
        recipient_kind="user",
        recipient_id=people.user("member_staff_b").pk,
        renderer="test.tenancy",
        idempotency_key="tenancy",
        state="unknown",
    )
    return Made(row, str(row.pk))


def running_clock(people: People) -> Made:
    """A legal clock."""
    clock_id = clocks.propose(
        SYSTEM,
        tenant_id=people.tenant_id(OWNER),
        subject=("test.case", ids.uuid7()),
        code="pdpc_notice",
        trigger_at=clock.now() - timedelta(hours=2),
        evidence="หนังสือแจ้งมีเครื่องหมาย",
    )
    return Made(RunningClock.objects.get(pk=clock_id), str(clock_id))


def template(people: People) -> Made:
    """A template with a draft."""
    row = Template.objects.create(
        tenant=people.tenant(OWNER),
        code=f"T-{ids.public_reference()}",
        text_class="public",
        channel=next(iter(Channel)),
        title_th="แม่แบบมีเครื่องหมาย",
        title_en="Marked template",
    )
    TemplateVersion.objects.create(
        template=row, number=1, body_th="ข้อความทดสอบ", body_en="Test text", state="draft", text_hash="0" * 64
    )
    return Made(row, str(row.pk))


def version(people: People) -> Made:
    """A wording of a template."""
    row = TemplateVersion.objects.get(template=template(people).row)
    return Made(row, str(row.pk))


def hotline(people: People) -> Made:
    """A hotline of the directory."""
    row = Hotline.objects.create(
        tenant=people.tenant(OWNER),
        slot="tel",
        number="1242",
        name_th="สายด่วนมีเครื่องหมาย",
        name_en="Marked hotline",
        owner="โรงพยาบาลสมมติ",
        hours_th="ทุกวัน",
        hours_en="Daily",
    )
    return Made(row, "สายด่วนมีเครื่องหมาย")


def registered_url(people: People) -> Made:
    """An address of the directory."""
    row = RegisteredUrl.objects.create(
        tenant=people.tenant(OWNER), host="marked.example.th", name_th="เว็บมีเครื่องหมาย", name_en="Marked page"
    )
    return Made(row, "เว็บมีเครื่องหมาย")
