"""Templates over the API: list, read, write, submit, approve, lint, preview, letter."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpResponse

from phithak.base import clock
from phithak.base.text import LANGUAGES, Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.pdf import letter_html, letter_pdf
from phithak.core.ui.api import Page, Paging, Query, Request, Router, operation, paginate
from phithak.notices import queries, services
from phithak.notices.api.shapes import (
    DraftIn,
    FindingOut,
    LetterIn,
    LintIn,
    PreviewIn,
    RenderedOut,
    ReturnIn,
    SeenIn,
    TemplateDetail,
    TemplateIn,
    TemplateOut,
    VersionOut,
    WordingIn,
    finding_out,
)
from phithak.notices.lint import Draft, check
from phithak.notices.models import Template
from phithak.notices.preview import Addressee, Signatory, Values, letter
from phithak.notices.preview import render as render_text
from phithak.notices.texts import Channel, Wording

router = Router()
_VALUE = 500


def _out(row: Template) -> TemplateOut:
    return TemplateOut(
        id=row.pk,
        tenant_id=row.tenant_id,
        code=row.code,
        text_class=row.text_class,
        channel=row.channel,
        two_way=row.two_way,
        title_th=row.title_th,
        title_en=row.title_en,
    )


def _detail(request: Request, template_id: UUID) -> TemplateDetail:
    row = queries.template(request.actor, template_id)
    versions = queries.versions_of(row)
    shown = [
        VersionOut(
            id=version.pk,
            number=version.number,
            state=version.state,
            intact=queries.is_intact(version),
            seen=version.text_hash,
            subject_th=version.subject_th,
            subject_en=version.subject_en,
            body_th=version.body_th,
            body_en=version.body_en,
            approved_at=version.approved_at,
        )
        for version in versions
    ]
    found = queries.findings(row, queries.wording_of(versions[0]))
    return TemplateDetail(
        **_out(row).model_dump(), versions=shown, findings=[finding_out(one) for one in found]
    )


def _wording(sent: WordingIn) -> Wording:
    return Wording(sent.subject_th, sent.subject_en, sent.body_th, sent.body_en)


def _values(sent: PreviewIn, tenant_id: UUID) -> Values:
    facts: dict[str, str | date] = {name: value[:_VALUE] for name, value in sent.facts.items()}
    return Values(
        facts=facts | dict(sent.dates),
        passed=frozenset(sent.passed),
        directory=queries.directories(tenant_id),
        addressee=Addressee(**sent.addressee.model_dump()),
        signatory=Signatory(**sent.signatory.model_dump()),
        samples=sent.samples,
    )


@operation(
    router.get,
    "/templates",
    permission=queries.VIEW,
    response=Page[TemplateOut],
    th="รายการแม่แบบ",
    en="Templates",
)
def templates(request: Request, paging: Query[Paging], q: str = "") -> Page[TemplateOut]:
    """List templates; ``q`` searches codes, titles and texts."""
    rows = queries.visible_to(request.actor)
    return paginate(queries.matching(rows, q[:200]) if q.strip() else rows, paging, _out)


@operation(
    router.post,
    "/templates",
    permission=queries.WRITE,
    response=TemplateDetail,
    status=201,
    th="เพิ่มแม่แบบ",
    en="Add a template",
)
def create(request: Request, sent: TemplateIn) -> tuple[int, TemplateDetail]:
    """Add a template with its first draft."""
    made = services.create_template(
        request.actor,
        tenant_id=sent.tenant_id,
        code=sent.code,
        text_class=sent.text_class,
        channel=sent.channel,
        title=Text(sent.title_th, sent.title_en),
        wording=_wording(sent),
        two_way=sent.two_way,
    )
    return 201, _detail(request, made)


@operation(
    router.get,
    "/templates/{uuid:template_id}",
    permission=queries.VIEW,
    response=TemplateDetail,
    th="แม่แบบหนึ่งรายการ",
    en="One template",
)
def template(request: Request, template_id: UUID) -> TemplateDetail:
    """Show one."""
    return _detail(request, template_id)


@operation(
    router.put,
    "/templates/{uuid:template_id}/draft",
    permission=queries.WRITE,
    response=TemplateDetail,
    th="บันทึกร่าง",
    en="Save a draft",
)
def save(request: Request, template_id: UUID, sent: DraftIn) -> TemplateDetail:
    """Save a wording as the draft."""
    services.save_draft(request.actor, template_id, _wording(sent), seen=sent.seen)
    return _detail(request, template_id)


@operation(
    router.post,
    "/versions/{uuid:version_id}/submit",
    permission=queries.WRITE,
    response=TemplateDetail,
    th="ส่งขออนุมัติ",
    en="Submit for approval",
)
def submit(request: Request, version_id: UUID, sent: SeenIn) -> TemplateDetail:
    """Ask for approval."""
    row = queries.version(request.actor, version_id)
    services.submit(request.actor, version_id, seen=sent.seen)
    return _detail(request, row.template_id)


@operation(
    router.post,
    "/versions/{uuid:version_id}/approve",
    permission=queries.APPROVE,
    response=TemplateDetail,
    th="อนุมัติ (คนละคนกับผู้เขียน)",
    en="Approve, as another person than the author",
)
def approve(request: Request, version_id: UUID, sent: SeenIn) -> TemplateDetail:
    """Approve as the second person."""
    row = queries.version(request.actor, version_id)
    services.approve(request.actor, version_id, seen=sent.seen)
    return _detail(request, row.template_id)


@operation(
    router.post,
    "/versions/{uuid:version_id}/return",
    permission=queries.APPROVE,
    response=TemplateDetail,
    th="ส่งคืนผู้เขียน",
    en="Return to the author",
)
def send_back(request: Request, version_id: UUID, sent: ReturnIn) -> TemplateDetail:
    """Return a submitted version, with the reason."""
    row = queries.version(request.actor, version_id)
    services.send_back(request.actor, version_id, seen=sent.seen, reason=sent.reason)
    return _detail(request, row.template_id)


@operation(
    router.post,
    "/versions/{uuid:version_id}/retire",
    permission=queries.APPROVE,
    response=TemplateDetail,
    th="เลิกใช้ฉบับที่อนุมัติ",
    en="Retire an approved version",
)
def retire(request: Request, version_id: UUID) -> TemplateDetail:
    """Take an approved version out of use."""
    row = queries.version(request.actor, version_id)
    services.retire(request.actor, version_id)
    return _detail(request, row.template_id)


@operation(
    router.post,
    "/lint",
    permission=queries.VIEW,
    response=list[FindingOut],
    th="ตรวจข้อความ",
    en="Check a text",
)
def lint(request: Request, sent: LintIn) -> list[FindingOut]:
    """Check a text against the rules; nothing is stored."""
    draft = Draft(sent.text_class, sent.channel, _wording(sent), sent.two_way)
    own = sorted(tenants_with(request.actor, queries.VIEW))
    found = check(draft, queries.lint_context(own[0] if own else None))
    return [finding_out(one) for one in found]


@operation(
    router.post,
    "/templates/{uuid:template_id}/preview",
    permission=queries.VIEW,
    response=list[RenderedOut],
    th="ดูตัวอย่างทั้งสองภาษา",
    en="Preview in both languages",
)
def preview(request: Request, template_id: UUID, sent: PreviewIn) -> list[RenderedOut]:
    """Fill the newest text; nothing is stored."""
    row = queries.template(request.actor, template_id)
    wording, channel = queries.wording_of(queries.latest(row)), Channel(row.channel)
    values = _values(sent, row.tenant_id)
    shown = []
    for language in LANGUAGES:
        text = render_text(wording, channel, language, values)
        html = ""
        if channel is Channel.LETTER:
            html = letter_html(letter(wording, channel, language, values, code=row.code, today=clock.today()))
        shown.append(
            RenderedOut(
                language=language,
                subject=text.subject,
                body=text.body,
                missing=list(text.missing),
                characters=text.sms.length if text.sms else None,
                parts=text.sms.parts if text.sms else None,
                letter_html=html,
            )
        )
    return shown


@operation(
    router.post,
    "/templates/{uuid:template_id}/letter",
    permission=queries.VIEW,
    response=None,
    th="จดหมายเป็น PDF",
    en="The letter as PDF",
)
def letter_file(request: Request, template_id: UUID, sent: LetterIn) -> HttpResponse:
    """Return the newest text as a letter in PDF."""
    row = queries.template(request.actor, template_id)
    made = letter(
        queries.wording_of(queries.latest(row)),
        Channel(row.channel),
        sent.language,
        _values(sent, row.tenant_id),
        code=row.code,
        today=clock.today(),
    )
    return HttpResponse(letter_pdf(made), content_type="application/pdf")
