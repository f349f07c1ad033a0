"""Pages of templates: list, one template, edit with lint, the steps of approval, preview as SMS, e-mail, letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import LANGUAGES, Language, Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.pdf import Letter, letter_html, letter_pdf
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.notices import queries, services
from phithak.notices.forms import PreviewForm, SendBackForm, TemplateForm, WordingForm, wording_from
from phithak.notices.lint import RULES
from phithak.notices.models import Template
from phithak.notices.preview import Rendered, Values, letter
from phithak.notices.preview import render as render_text
from phithak.notices.texts import Channel, TextClass, Wording, slots, slots_in
from phithak.notices.views.tables import TEMPLATES, tenant_name, version_state

_TEMPLATES = Text("แม่แบบข้อความ", "Templates of notices")
_TEMPLATE = Text("แม่แบบข้อความ", "Template")
_NEW = Text("เพิ่มแม่แบบ", "Add a template")
_EDIT = Text("แก้ข้อความ", "Edit the text")
_PREVIEW = Text("ดูตัวอย่าง", "Preview")
_RULES = Text("กฎและช่องในข้อความ", "Rules and slots")


@page(queries.VIEW, title=_TEMPLATES)
def index(request: Request) -> HttpResponseBase:
    """List the templates; the search finds words of their texts, in Thai or Arabic digits."""
    rows = queries.visible_to(request.actor).select_related("tenant").prefetch_related("versions")
    actions = [(_RULES, reverse("notices:rules"))]
    if tenants_with(request.actor, queries.WRITE):
        actions.insert(0, (_NEW, reverse("notices:new")))
    return TEMPLATES.respond(request, rows=rows, title=_TEMPLATES, actions=actions)


@page(queries.VIEW, title=_RULES)
def rules(request: Request) -> HttpResponseBase:
    """Show every rule and every slot."""
    shown = {"rules": [(rule, rule.text.format(**_BLANK), rule.mend.format()) for rule in RULES]}
    return render(request, "notices/rules.html", {**shown, "slots": slots().values(), "title": _RULES})


@page(queries.WRITE, title=_NEW, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Add a template with its first draft."""
    form = TemplateForm(request.POST or None, tenants=queries.tenants_for(request.actor, queries.WRITE))
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        made.append(
            services.create_template(
                request.actor,
                tenant_id=data["tenant_id"],
                code=data["code"],
                text_class=TextClass(data["text_class"]),
                channel=Channel(data["channel"]),
                title=Text(data["title_th"], data["title_en"]),
                wording=wording_from(data),
                two_way=data["two_way"],
            )
        )

    if form.submit(store):
        messages.success(request, str(Text("เพิ่มแม่แบบแล้ว", "The template is added.")))
        return redirect("notices:template", made[0])
    return show_form(request, form, context={"title": _NEW})


@page(queries.VIEW, title=_TEMPLATE)
def template(request: Request, template_id: UUID) -> HttpResponseBase:
    """Show one template: its newest text, what the lint says, the steps that wait, all versions."""
    row = queries.template(request.actor, template_id)
    versions = queries.versions_of(row)
    newest = versions[0]
    wording = queries.wording_of(newest)
    person = request.actor.user_id
    may_write = row.tenant_id in tenants_with(request.actor, queries.WRITE)
    may_approve = row.tenant_id in tenants_with(request.actor, queries.APPROVE)
    approved = next((version for version in versions if version.state == queries.State.APPROVED), None)
    shown = {
        "template": row,
        "tenant": tenant_name(row),
        "text_class": TextClass(row.text_class).text,
        "channel": Channel(row.channel).text,
        "newest": newest,
        "state": version_state(newest),
        "wording": wording,
        "findings": queries.findings(row, wording),
        "versions": [(version, version_state(version)) for version in versions],
        "may_write": may_write,
        "may_submit": may_write and newest.state == queries.State.DRAFT,
        "may_approve": may_approve
        and newest.state == queries.State.SUBMITTED
        and person not in {newest.author_id, newest.submitter_id},
        "may_send_back": may_approve and newest.state == queries.State.SUBMITTED,
        "approved": approved if may_approve else None,
        "send_back": SendBackForm(initial={"seen": newest.text_hash}),
        "title": Text(f"{row.code} {row.title_th}", f"{row.code} {row.title_en}"),
    }
    return render(request, "notices/template.html", shown)


@page(queries.WRITE, title=_EDIT, methods=("GET", "POST"))
def edit(request: Request, template_id: UUID) -> HttpResponseBase:
    """Edit the newest text; the findings below follow while one types, and after each save without JavaScript."""
    row = queries.template(request.actor, template_id, queries.WRITE)
    newest = queries.latest(row)
    wording = queries.wording_of(newest)
    initial = {**_fields(wording), "seen": newest.text_hash}
    form = WordingForm(request.POST or None, initial=initial)
    if form.submit(
        lambda data: services.save_draft(request.actor, row.pk, wording_from(data), seen=data["seen"])
    ):
        messages.success(request, str(Text("บันทึกร่างแล้ว", "The draft is saved.")))
        return redirect("notices:template", row.pk)
    shown = {
        "template": row,
        "findings": queries.findings(row, _posted(request) if form.is_bound else wording),
        "title": Text(f"แก้ข้อความ {row.code}", f"Edit {row.code}"),
    }
    return show_form(request, form, "notices/edit.html", shown)


@page(queries.WRITE, title=_EDIT, methods=("POST",))
def lint(request: Request, template_id: UUID) -> HttpResponseBase:
    """Answer what the lint finds in the text as it is typed; nothing is stored."""
    row = queries.template(request.actor, template_id, queries.WRITE)
    return render(request, "notices/_findings.html", {"findings": queries.findings(row, _posted(request))})


@page(queries.WRITE, title=_TEMPLATE, methods=("POST",))
def submit(request: Request, version_id: UUID) -> HttpResponseBase:
    """Ask for approval."""
    row = queries.version(request.actor, version_id)
    services.submit(request.actor, version_id, seen=request.POST.get("seen", ""))
    return _done(request, row.template_id, Text("ส่งขออนุมัติแล้ว", "Submitted for approval."))


@page(queries.APPROVE, title=_TEMPLATE, methods=("POST",))
def approve(request: Request, version_id: UUID) -> HttpResponseBase:
    """Approve as the second person."""
    row = queries.version(request.actor, version_id)
    services.approve(request.actor, version_id, seen=request.POST.get("seen", ""))
    return _done(request, row.template_id, Text("อนุมัติแล้ว", "Approved."))


@page(queries.APPROVE, title=_TEMPLATE, methods=("GET", "POST"))
def send_back(request: Request, version_id: UUID) -> HttpResponseBase:
    """Return a version to its author, with the reason."""
    row = queries.version(request.actor, version_id)
    form = SendBackForm(request.POST or None, initial={"seen": row.text_hash})
    if form.submit(lambda data: services.send_back(request.actor, version_id, **data)):
        return _done(request, row.template_id, Text("ส่งคืนแล้ว", "Returned to its author."))
    title = Text(f"ส่งคืน {row.template.code}", f"Return {row.template.code}")
    return show_form(request, form, context={"title": title})


@page(queries.APPROVE, title=_TEMPLATE, methods=("POST",))
def retire(request: Request, version_id: UUID) -> HttpResponseBase:
    """Take the approved version out of use."""
    row = queries.version(request.actor, version_id)
    services.retire(request.actor, version_id)
    return _done(request, row.template_id, Text("เลิกใช้แล้ว", "Taken out of use."))


@page(queries.VIEW, title=_PREVIEW, methods=("GET", "POST"))
def preview(request: Request, template_id: UUID) -> HttpResponseBase:
    """Show the newest text filled with samples or own values: SMS with its parts, e-mail, letter (also PDF)."""
    row = queries.template(request.actor, template_id)
    wording = queries.wording_of(queries.latest(row))
    channel = Channel(row.channel)
    used = slots_in(f"{wording.subject_th}\n{wording.body_th}\n{wording.subject_en}\n{wording.body_en}")
    form = PreviewForm(request.POST or None, used=used, channel=channel)
    made: list[tuple[list[Rendered], dict[Language, Letter]]] = []

    def make(values: Values) -> None:
        texts = [render_text(wording, channel, language, values) for language in LANGUAGES]
        letters = {language: _letter(row, wording, language, values) for language in LANGUAGES}
        made.append((texts, letters if channel is Channel.LETTER else {}))

    directories = queries.directories(row.tenant_id)
    sent = form.submit(
        lambda _: make(
            Values(form.facts(), form.passed(), directories, form.addressee(), form.signatory(), samples=True)
        )
    )
    if not sent:
        make(Values({}, frozenset(), directories, samples=True))
    texts, letters = made[-1]
    language = request.POST.get("pdf", "")
    if sent and channel is Channel.LETTER and language in LANGUAGES:
        return _pdf(letter_pdf(letters["en" if language == "en" else "th"]), f"{row.code}-{language}.pdf")
    shown = {
        "template": row,
        "form": form,
        "texts": texts,
        "letters": [letter_html(one) for one in letters.values()],
        "is_letter": channel is Channel.LETTER,
        "title": Text(f"ตัวอย่าง {row.code}", f"Preview of {row.code}"),
    }
    return render(request, "notices/preview.html", shown, status=form.status)


_BLANK = dict.fromkeys(("slot", "host", "words", "parts", "length"), "…")


def _letter(row: Template, wording: Wording, language: Language, values: Values) -> Letter:
    return letter(wording, Channel.LETTER, language, values, code=row.code, today=clock.today())


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _fields(wording: Wording) -> dict[str, str]:
    return {
        "subject_th": wording.subject_th,
        "subject_en": wording.subject_en,
        "body_th": wording.body_th,
        "body_en": wording.body_en,
    }


def _posted(request: Request) -> Wording:
    names = ("subject_th", "subject_en", "body_th", "body_en")
    return Wording(*(request.POST.get(name, "").replace("\r\n", "\n").strip() for name in names))


def _done(request: Request, template_id: UUID, told: Text) -> HttpResponseBase:
    messages.success(request, str(told))
    return redirect("notices:template", template_id)
