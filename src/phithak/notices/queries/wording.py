"""Reads of templates, their versions, and the directory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from phithak.base.errors import NotFoundError
from phithak.base.text import LANGUAGES, Language, Text
from phithak.core.accounts import actors
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import rows_visible_to, tenants_with
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.core.search import queries as search
from phithak.engines.thai import show_phone
from phithak.notices.errors import NotApprovedError
from phithak.notices.lint import Context, Draft, Finding, check
from phithak.notices.models import Hotline, RegisteredUrl, Template, TemplateVersion
from phithak.notices.texts import Channel, TextClass, Wording, ready_texts, text_hash
from phithak.registry.queries import names as registry

KIND = "notices.template"
VIEW, WRITE, APPROVE, DIRECTORY = (
    "notices.view",
    "notices.write",
    "notices.approve",
    "notices.directory.manage",
)
_MOST_WAITING = 100
"""The front page shows no more."""

_SYSTEM = actors.system("notices")


class State(StrEnum):
    """Life of a version: draft → submitted → approved → retired; a change returns it to draft."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETIRED = "retired"

    @property
    def text(self) -> Text:
        """The state's name in both languages."""
        return _STATES[self]


OPEN = (State.DRAFT, State.SUBMITTED)
_STATES = {
    State.DRAFT: Text("ร่าง", "Draft"),
    State.SUBMITTED: Text("รออนุมัติ", "Waits for approval"),
    State.APPROVED: Text("อนุมัติแล้ว", "Approved"),
    State.RETIRED: Text("เลิกใช้", "Retired"),
}


@dataclass(frozen=True)
class ApprovedText:
    """An approved wording, for rooms that send it."""

    template_id: UUID
    version_id: UUID
    code: str
    number: int
    channel: Channel
    two_way: bool
    wording: Wording
    approved_at: datetime | None


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Template]:
    """Return the templates of the tenants in which the actor holds the permission."""
    return rows_visible_to(Template.objects.all(), actor, permission=permission)


def versions_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[TemplateVersion]:
    """Return the versions of those templates."""
    rows = TemplateVersion.objects.select_related("template", "author", "submitter", "approver")
    return rows_visible_to(rows, actor, permission=permission, tenant_field="template__tenant")


def hotlines_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Hotline]:
    """Return the hotlines that the actor may see."""
    return rows_visible_to(Hotline.objects.all(), actor, permission=permission)


def urls_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[RegisteredUrl]:
    """Return the registered web addresses that the actor may see."""
    return rows_visible_to(RegisteredUrl.objects.all(), actor, permission=permission)


def template(actor: Actor, template_id: UUID, permission: str = VIEW) -> Template:
    """Return one template.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = visible_to(actor, permission).filter(pk=template_id).select_related("tenant").first()
    if found is None:
        raise NotFoundError
    return found


def version(actor: Actor, version_id: UUID, permission: str = VIEW) -> TemplateVersion:
    """Return one version.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = versions_visible_to(actor, permission).filter(pk=version_id).first()
    if found is None:
        raise NotFoundError
    return found


def versions_of(row: Template) -> list[TemplateVersion]:
    """Return the versions of a template that was read through :func:`template`, newest first."""
    rows = TemplateVersion.objects.filter(template=row).select_related("author", "submitter", "approver")
    return list(rows.order_by("-number"))


def latest(row: Template) -> TemplateVersion:
    """Return the newest version; every template has one."""
    found = TemplateVersion.objects.filter(template=row).order_by("-number").first()
    if found is None:
        raise NotFoundError
    return found


def wording_of(row: TemplateVersion) -> Wording:
    """Return the wording of a version."""
    return Wording(row.subject_th, row.subject_en, row.body_th, row.body_en)


def draft_of(row: Template, wording: Wording) -> Draft:
    """Return a wording of a template as the lint takes it."""
    return Draft(TextClass(row.text_class), Channel(row.channel), wording, row.two_way)


def is_intact(row: TemplateVersion) -> bool:
    """Tell whether the approval still holds: the text is, letter by letter, the one that was approved."""
    return row.state == State.APPROVED and row.approved_hash == text_hash(wording_of(row))


def approved(actor: Actor, tenant_id: UUID, code: str) -> ApprovedText:
    """Return the approved wording of a template.

    Raises:
        NotFoundError: no such template, or it is not the actor's to see.
        NotApprovedError: nothing is approved, or the text was changed behind the approval.
    """
    row = visible_to(actor).filter(tenant=tenant_id, code=code).first()
    if row is None:
        raise NotFoundError
    found = TemplateVersion.objects.filter(template=row, state=State.APPROVED).first()
    if found is None or not is_intact(found):
        raise NotApprovedError(template=code)
    return ApprovedText(
        template_id=row.pk,
        version_id=found.pk,
        code=row.code,
        number=found.number,
        channel=Channel(row.channel),
        two_way=row.two_way,
        wording=wording_of(found),
        approved_at=found.approved_at,
    )


def findings(row: Template, wording: Wording) -> list[Finding]:
    """Return what the lint finds in a wording, with what is registered for the template's organisation."""
    return check(draft_of(row, wording), lint_context(row.tenant_id))


def lint_context(tenant_id: UUID | None) -> Context:
    """Return what the rules know of an organisation: its registered hosts, the longest name of a sender."""
    if tenant_id is None:
        return Context()
    hosts = RegisteredUrl.objects.filter(tenant=tenant_id, active=True).values_list("host", flat=True)
    return Context(frozenset(hosts), _longest_names(tenant_id))


def _longest_names(tenant_id: UUID) -> Text:
    # a centre writes in the name of any organisation that it serves, others only in their own
    own = accounts.tenants_visible_to(_SYSTEM).filter(pk=tenant_id)
    if own.filter(kind="cert", state="active").exists():
        return registry.longest_short_names()
    return registry.longest_short_names(tenant_id)


def directory(tenant_id: UUID, language: Language) -> dict[str, str]:
    """Return the values of the directory slots of an organisation, numbers as they are dialled."""
    rows = Hotline.objects.filter(tenant=tenant_id, active=True)
    found: dict[str, str] = {}
    for row in rows:
        found[row.slot] = show_phone(row.number)
        if row.slot == "tel":
            found["tel_hours"] = row.hours_th if language == "th" else row.hours_en
            if row.toll_free:
                found["tel_free"] = Text("ฟรี", "free").in_language(language)
    return found


def directories(tenant_id: UUID) -> dict[str, dict[str, str]]:
    """Return :func:`directory` of both languages."""
    return {language: directory(tenant_id, language) for language in LANGUAGES}


def matching(rows: QuerySet[Template], words: str) -> QuerySet[Template]:
    """Return those templates whose code, titles or texts match what was typed."""
    return rows.filter(pk__in=search.matching(KIND, words))


def find(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield title and address of templates for the search box."""
    for row in matching(visible_to(actor), words).order_by("code")[:limit]:
        title = Text(row.title_th, row.title_en)
        yield f"{row.code} {title}", reverse("notices:template", args=[row.pk])


def to_approve(actor: Actor) -> QuerySet[TemplateVersion]:
    """Return submitted versions that this actor may approve: of others, in tenants where the right is held."""
    rows = versions_visible_to(actor, APPROVE).filter(state=State.SUBMITTED)
    return rows.exclude(Q(author=actor.user_id) | Q(submitter=actor.user_id))


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield the versions that wait for the actor's approval, oldest first."""
    if actor.user_id is None:
        return
    for row in first_rows(to_approve(actor).order_by("submitted_at"), _MOST_WAITING):
        yield WaitingItem(
            Text(
                f"รออนุมัติแม่แบบ {row.template.code} {row.template.title_th}",
                f"Approve template {row.template.code} {row.template.title_en}",
            ),
            reverse("notices:template", args=[row.template_id]),
            since=row.submitted_at,
        )


def centre_id() -> UUID | None:
    """Return the first open tenant of kind ``cert``, whose templates the ready ones become; None before it exists."""
    rows = accounts.tenants_visible_to(_SYSTEM).filter(kind="cert", state="active")
    return rows.order_by("pk").values_list("pk", flat=True).first()


def missing_ready_texts() -> list[str]:
    """Return the codes of ready texts that the centre has no template for."""
    have = set(Template.objects.filter(tenant=centre_id()).values_list("code", flat=True))
    return [text.code for text in ready_texts() if text.code not in have]


def approved_count() -> int:
    """Return how many templates have an approved wording (the public figure)."""
    return TemplateVersion.objects.filter(state=State.APPROVED).count()


def tenants_for(actor: Actor, permission: str) -> list[tuple[UUID, Text]]:
    """Return the organisations in which the actor holds a permission, for a choice in a form."""
    names = accounts.tenant_names(tenants_with(actor, permission))
    return sorted(names.items(), key=lambda item: item[1].th)


def sendable(actor: Actor) -> list[tuple[str, Text]]:
    """Return the templates of e-mail and SMS whose wording is in force, by code, for a choice in a form."""
    rows = visible_to(actor).filter(channel__in=[Channel.EMAIL, Channel.SMS], two_way=False)
    rows = rows.filter(versions__state=State.APPROVED).distinct().order_by("code")
    return [
        (
            row.code,
            Text(
                f"{row.code} {row.title_th} ({Channel(row.channel).text.th})",
                f"{row.code} {row.title_en} ({Channel(row.channel).text.en})",
            ),
        )
        for row in rows
    ]


def user_names(user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of users, for pages that say who wrote and approved what the actor may see."""
    wanted = {user_id for user_id in user_ids if user_id}
    return dict(accounts.visible_to(_SYSTEM).filter(pk__in=wanted).values_list("pk", "name_th"))
