"""Small steps that several services take inside their transaction."""

from __future__ import annotations

from dataclasses import asdict, replace
from uuid import UUID

from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.contrib import EventTag
from phithak.core.search import services as search
from phithak.notices import queries
from phithak.notices.errors import BadValueError
from phithak.notices.lint.shape import LIMIT
from phithak.notices.models import Template, TemplateVersion
from phithak.notices.texts import Wording, text_hash

SUBJECT_LIMIT = 300


def cleaned(wording: Wording) -> Wording:
    """Return the wording as it is stored: one kind of line end, no blanks at the ends.

    Raises:
        BadValueError: a subject or body is too long to be stored.
    """
    clean = replace(
        wording,
        **{
            name: value.replace("\r\n", "\n").replace("\r", "\n").strip()
            for name, value in asdict(wording).items()
        },
    )
    for name, value in asdict(clean).items():
        limit = SUBJECT_LIMIT if name.startswith("subject") else LIMIT
        if len(value) > limit:
            raise BadValueError(
                field=name, reason_th=f"ยาวเกิน {limit} ตัวอักษร", reason_en=f"longer than {limit} characters"
            )
        if "\x00" in value:
            raise BadValueError(field=name, reason_th="มีอักขระว่าง (NUL)", reason_en="it holds a NUL character")
    return clean


def add_version(
    template: Template, wording: Wording, *, number: int, author_id: UUID | None
) -> TemplateVersion:
    """Insert a draft of a template and return it."""
    row = TemplateVersion(
        template=template,
        number=number,
        state=queries.State.DRAFT,
        text_hash=text_hash(wording),
        author_id=author_id,
        **asdict(wording),
    )
    row.save(force_insert=True)
    return row


def index(template: Template, wording: Wording) -> None:
    """Let the search find the template by its code, titles and texts."""
    search.put(
        queries.KIND,
        template.pk,
        template.code,
        template.title_th,
        template.title_en,
        *asdict(wording).values(),
    )


def note(actor: Actor, tag: EventTag, row: TemplateVersion, **facts: str) -> None:
    """Record something that happened to a version."""
    contrib.record(
        actor,
        tag,
        (queries.KIND, row.template_id),
        tenant_id=row.template.tenant_id,
        facts={"code": row.template.code, "number": row.number, "version": str(row.pk), **facts},
    )


def need_right_in(actor: Actor, permission: str, tenant_id: UUID) -> None:
    """Refuse an actor who does not hold the right in that very organisation.

    Raises:
        ForbiddenError: the right is held nowhere.
        NotFoundError: it is held elsewhere: that organisation is not the actor's to know.
    """
    permissions.require(actor, permission)
    if actor.user_id is not None and tenant_id not in tenants_with(actor, permission):
        raise NotFoundError
