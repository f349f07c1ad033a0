"""The life of a template: create, save, submit, approve by a second person, send back, retire.

Each step names the hash of the text that the person looked at; a step on another text is refused. The
conditional update decides between two people at the same moment.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.notices import queries
from phithak.notices.errors import (
    BadValueError,
    CodeTakenError,
    LintFailedError,
    SecondPersonError,
    TextChangedError,
    WrongStateError,
)
from phithak.notices.events import Tag
from phithak.notices.lint import errors_of
from phithak.notices.models import Template, TemplateVersion
from phithak.notices.queries import State
from phithak.notices.services.rows import add_version, cleaned, index, need_right_in, note
from phithak.notices.texts import Channel, TextClass, Wording, text_hash

_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,19}")
_MIN_REASON = 5


def create_template(
    actor: Actor,
    *,
    tenant_id: UUID,
    code: str,
    text_class: TextClass,
    channel: Channel,
    title: Text,
    wording: Wording,
    two_way: bool = False,
) -> UUID:
    """Add a template with its first draft.

    Args:
        actor: who adds it; needs ``notices.write`` in the tenant.
        tenant_id: whose template it is.
        code: capital letters, digits and dashes, at most 20; unique in the tenant.
        text_class: whom it is for.
        channel: how it goes out.
        title: its name in both languages.
        wording: the first draft.
        two_way: only an adapter that takes answers may send it.

    Returns:
        The template's id.

    Raises:
        BadValueError: code, title or text cannot be stored.
        CodeTakenError: the tenant has that code.
    """
    need_right_in(actor, queries.WRITE, tenant_id)
    if not _CODE.fullmatch(code):
        raise BadValueError(
            field="code",
            reason_th="ใช้อักษรอังกฤษตัวใหญ่ ตัวเลข และขีด",
            reason_en="use capital letters, digits and dashes",
        )
    if not title.th.strip() or not title.en.strip():
        raise BadValueError(field="title_th", reason_th="ต้องมีชื่อสองภาษา", reason_en="both titles are needed")
    clean = cleaned(wording)
    row = Template(
        tenant_id=tenant_id,
        code=code,
        text_class=text_class,
        channel=channel,
        two_way=two_way,
        title_th=title.th.strip(),
        title_en=title.en.strip(),
    )
    try:
        with write("notices.create_template"):
            row.save(force_insert=True)
            add_version(row, clean, number=1, author_id=actor.user_id)
            index(row, clean)
            contrib.record(
                actor, Tag.CREATED, (queries.KIND, row.pk), tenant_id=tenant_id, facts={"code": code}
            )
    except IntegrityError as error:
        raise CodeTakenError(field="code", template=code) from error
    return row.pk


def save_draft(actor: Actor, template_id: UUID, wording: Wording, *, seen: str) -> UUID:
    """Save a wording as the draft of a template; an approved version stays in force beside it.

    Args:
        actor: who writes; becomes the author.
        template_id: the template.
        wording: the whole text.
        seen: hash of the version that the writer began from.

    Returns:
        The id of the version that holds the text now; a submitted one is a draft again.

    Raises:
        TextChangedError: somebody else saved meanwhile.
        BadValueError: a part is too long.
    """
    template = queries.template(actor, template_id, queries.WRITE)
    clean = cleaned(wording)
    new_hash = text_hash(clean)
    try:
        with write("notices.save_draft"):
            row = queries.latest(template)
            if row.text_hash != seen:
                raise TextChangedError
            if row.state in queries.OPEN:
                changed = TemplateVersion.objects.filter(
                    pk=row.pk, state__in=queries.OPEN, text_hash=seen
                ).update(
                    **asdict(clean),
                    text_hash=new_hash,
                    state=State.DRAFT,
                    author=actor.user_id,
                    submitter=None,
                    submitted_at=None,
                )
                if not changed:
                    raise TextChangedError
            else:
                top = TemplateVersion.objects.filter(template=template).aggregate(top=Max("number"))["top"]
                row = add_version(template, clean, number=top + 1, author_id=actor.user_id)
            index(template, clean)
            note(actor, Tag.SAVED, row)
    except IntegrityError as error:
        raise TextChangedError from error
    return row.pk


def submit(actor: Actor, version_id: UUID, *, seen: str) -> None:
    """Ask for approval of a draft.

    Raises:
        TextChangedError, WrongStateError: another text, or no draft.
    """
    row = _version(actor, version_id, queries.WRITE)
    _person(actor, queries.WRITE)
    with write("notices.submit"):
        _move(
            row, State.DRAFT, seen, state=State.SUBMITTED, submitter=actor.user_id, submitted_at=clock.now()
        )
        note(actor, Tag.SUBMITTED, row)


def send_back(actor: Actor, version_id: UUID, *, seen: str, reason: str) -> None:
    """Return a submitted version to its author, with the reason.

    Raises:
        BadValueError: no reason was given.
        TextChangedError, WrongStateError: another text, or not submitted.
    """
    row = _version(actor, version_id, queries.APPROVE)
    if len(reason.strip()) < _MIN_REASON:
        raise BadValueError(
            field="reason",
            reason_th="โปรดบอกเหตุผลอย่างน้อย 5 ตัวอักษร",
            reason_en="give a reason of 5 letters or more",
        )
    with write("notices.send_back"):
        _move(row, State.SUBMITTED, seen, state=State.DRAFT, submitter=None, submitted_at=None)
        note(actor, Tag.RETURNED, row, reason=reason.strip()[:300])


def approve(actor: Actor, version_id: UUID, *, seen: str) -> None:
    """Approve a submitted version as the second person; the version in force before is retired.

    Args:
        actor: neither author nor submitter; needs ``notices.approve`` in the tenant.
        version_id: the version.
        seen: hash of the text that the approver read; the approval is bound to it.

    Raises:
        SecondPersonError: the approver wrote or submitted it.
        LintFailedError: the text still breaks rules.
        TextChangedError, WrongStateError: it was changed, decided or taken back meanwhile.
    """
    row = _version(actor, version_id, queries.APPROVE)
    _person(actor, queries.APPROVE)
    if actor.user_id in {row.author_id, row.submitter_id}:
        raise SecondPersonError
    broken = errors_of(queries.findings(row.template, queries.wording_of(row)))
    if broken:
        raise LintFailedError(count=len(broken), rules=", ".join(sorted({found.rule for found in broken})))
    now = clock.now()
    with write("notices.approve"):
        former = TemplateVersion.objects.filter(template=row.template_id, state=State.APPROVED)
        former.exclude(pk=row.pk).update(state=State.RETIRED, retired_at=now)
        _move(
            row,
            State.SUBMITTED,
            seen,
            state=State.APPROVED,
            approver=actor.user_id,
            approved_at=now,
            approved_hash=seen,
        )
        note(actor, Tag.APPROVED, row, hash=seen[:16])


def retire(actor: Actor, version_id: UUID) -> None:
    """Take an approved version out of use.

    Raises:
        WrongStateError: it is not approved.
    """
    row = _version(actor, version_id, queries.APPROVE)
    with write("notices.retire"):
        _move(row, State.APPROVED, row.text_hash, state=State.RETIRED, retired_at=clock.now())
        note(actor, Tag.RETIRED, row)


def _version(actor: Actor, version_id: UUID, permission: str) -> TemplateVersion:
    row = queries.version(actor, version_id)
    permissions.require(actor, permission)
    # the right may be held in another organisation only
    return queries.version(actor, row.pk, permission)


def _person(actor: Actor, permission: str) -> None:
    if actor.user_id is None:
        raise ForbiddenError(permission=permission)


def _move(row: TemplateVersion, before: State, seen: str, **values: object) -> None:
    """Change a version if it still is what the person saw; the columns must hold the text of their hash."""
    if row.state != before:
        raise WrongStateError(state=State(row.state).text)
    stored = text_hash(queries.wording_of(row))
    changed = (
        TemplateVersion.objects.filter(pk=row.pk, state=before, text_hash=seen).update(**values)
        if before is State.APPROVED or stored == seen
        else 0
    )
    if not changed:
        raise TextChangedError
