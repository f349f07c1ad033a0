"""The journal over the API: entries, checkpoints and proofs, and our duty as a witness."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from ninja import Field

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.journal import queries, services
from phithak.core.journal.errors import OtherSizeError
from phithak.core.journal.models import Entry
from phithak.core.journal.queries import CheckpointView
from phithak.core.ui.api import (
    PUBLIC,
    Page,
    Paging,
    Query,
    Request,
    Router,
    Schema,
    invalid,
    operation,
    paginate,
)

router = Router()
MAX_SIZE = (1 << 63) - 1


class EntryOut(Schema):
    """An entry in a list."""

    id: UUID
    at: datetime
    tag: str
    text_th: str
    text_en: str
    actor_kind: str
    actor_name: str
    object_kind: str
    object_id: str
    tenant_id: UUID | None


class EntryDetail(EntryOut):
    """An entry in full; ``seq`` null = not yet numbered. ``line`` is what its leaf is hashed from."""

    seq: int | None
    count: int
    facts: dict[str, Any]
    line: str


class CheckpointOut(Schema):
    """A signed checkpoint; ``note`` is C2SP signed-note text with the witnesses' lines."""

    origin: str
    epoch: int
    size: int
    root: str = Field(description="64 hex digits")
    at: datetime
    note: str
    witnesses: list[str]


class Hashes(Schema):
    """A proof: base64 hashes, leaf end first."""

    proof: list[str]


class InclusionOut(Hashes):
    """Shows that a line stands at ``index`` (from 0) under ``checkpoint``."""

    index: int
    checkpoint: CheckpointOut


class WitnessIn(Schema):
    """What a journal brings to its witness (C2SP tlog-witness, as JSON)."""

    old: int = Field(ge=0, le=MAX_SIZE, description="Size that this witness signed last, 0 at first")
    proof: list[str] = Field(max_length=128, description="Consistency proof, base64")
    checkpoint: str = Field(max_length=100_000, description="The signed checkpoint")


class WitnessOut(Schema):
    """The witness's signature line, to be appended to the checkpoint."""

    cosignature: str


@operation(
    router.get,
    "/entries",
    permission="journal.view",
    response=Page[EntryOut],
    th="รายการในบันทึก",
    en="Journal entries",
)
def entries(request: Request, paging: Query[Paging]) -> Page[EntryOut]:
    """List what the caller may see, newest first."""
    return paginate(queries.visible_to(request.actor), paging, _entry)


@operation(
    router.get,
    "/entries/{uuid:entry_id}",
    permission="journal.view",
    response=EntryDetail,
    th="รายการหนึ่งในบันทึก",
    en="One journal entry",
)
def entry(request: Request, entry_id: UUID) -> EntryDetail:
    """Show one entry."""
    found = queries.get(request.actor, entry_id)
    return EntryDetail(
        id=found.id,
        at=found.at,
        tag=found.tag,
        text_th=found.text.th,
        text_en=found.text.en,
        actor_kind=found.actor_kind,
        actor_name=found.actor_name,
        object_kind=found.object_kind,
        object_id=found.object_id,
        tenant_id=found.tenant_id,
        seq=found.seq,
        count=found.count,
        facts=found.facts,
        line=found.line,
    )


@operation(
    router.get,
    "/checkpoint",
    permission=PUBLIC,
    response=CheckpointOut,
    th="จุดตรวจล่าสุด",
    en="The newest checkpoint",
)
def latest(request: Request) -> CheckpointOut:  # noqa: ARG001 - the toolkit's shape
    """Show the newest checkpoint."""
    found = queries.latest()
    if found is None:
        raise NotFoundError
    return _checkpoint(found)


@operation(
    router.get,
    "/consistency",
    permission=PUBLIC,
    response=Hashes,
    th="หลักฐานว่าบันทึกโตขึ้นโดยไม่ถูกแก้",
    en="Proof that the journal only grew",
)
def consistency(request: Request, origin: str, old: int, new: int) -> Hashes:  # noqa: ARG001 - the toolkit's shape
    """Prove that the tree of ``new`` entries extends that of ``old``."""
    return Hashes(proof=_texts(queries.consistency(origin, old, new)))


@operation(
    router.get,
    "/inclusion",
    permission=PUBLIC,
    response=InclusionOut,
    th="หลักฐานว่าบรรทัดหนึ่งอยู่ในบันทึก",
    en="Proof that a line is in the journal",
)
def inclusion(request: Request, entry: UUID, leaf: str) -> InclusionOut:  # noqa: ARG001 - the toolkit's shape
    """Prove it to whoever holds the line: ``leaf`` is its leaf hash in hex."""
    try:
        leaf_hash = bytes.fromhex(leaf)
    except ValueError:
        raise invalid("leaf", Text("ต้องเป็นเลขฐานสิบหก 64 หลัก", "want 64 hex digits")) from None
    found = queries.inclusion_of_line(entry, leaf_hash)
    return InclusionOut(
        proof=_texts(found.hashes), index=found.index, checkpoint=_checkpoint(found.checkpoint)
    )


@operation(
    router.post,
    "/witness",
    permission=PUBLIC,
    response=WitnessOut,
    th="ลงนามเป็นพยานให้จุดตรวจของศูนย์อื่น",
    en="Cosign a peer's checkpoint",
)
def witness(request: Request, body: WitnessIn) -> WitnessOut | HttpResponse:  # noqa: ARG001 - the toolkit's shape
    """Sign if it extends what we signed; 409 with ``size`` = what we saw last, 404 for a log we do not witness."""
    try:
        proof = [base64.b64decode(item, validate=True) for item in body.proof]
    except (binascii.Error, ValueError):
        raise invalid("proof", Text("ต้องเป็น base64", "want base64")) from None
    try:
        return WitnessOut(cosignature=services.witness(body.old, proof, body.checkpoint))
    except OtherSizeError as error:
        text = error.message
        told = {"code": error.code, "message_th": text.th, "message_en": text.en, "problems": []}
        return JsonResponse({**told, "size": error.known}, status=error.status)


def _entry(row: Entry) -> EntryOut:
    text = queries.readable(row)
    return EntryOut(
        id=row.pk,
        at=row.at,
        tag=row.tag,
        text_th=text.th,
        text_en=text.en,
        actor_kind=row.actor_kind,
        actor_name=row.actor_name,
        object_kind=row.object_kind,
        object_id=row.object_id,
        tenant_id=row.tenant_id,
    )


def _checkpoint(found: CheckpointView) -> CheckpointOut:
    return CheckpointOut(
        origin=found.origin,
        epoch=found.epoch,
        size=found.size,
        root=found.root.hex(),
        at=found.at,
        note=found.note,
        witnesses=list(found.witnesses),
    )


def _texts(hashes: Any) -> list[str]:
    return [base64.b64encode(item).decode() for item in hashes]
