"""Asking our witnesses: bring each the newest checkpoint and keep the signature that it gives back."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.db import transactions
from phithak.core.journal import peers, transport
from phithak.core.journal.events import Tag
from phithak.core.journal.models import Checkpoint as CheckpointRow
from phithak.core.journal.models import Cosignature, Entry
from phithak.core.journal.points import Point, reach
from phithak.core.journal.queries import checkpoints, tree
from phithak.core.journal.queries.checkpoints import CheckpointView
from phithak.core.journal.services.recording import record
from phithak.core.journal.transport import Transport, TransportError
from phithak.engines.tlog import Note, TlogError, VerifierKey, consistency_proof, parse_note, verify_note

_log = logging.getLogger("phithak.journal")
_CONFLICT = 409


@dataclass(frozen=True)
class Outcome:
    """What came of asking one witness: ``signed``, ``nothing new``, ``unreachable`` or ``refused``."""

    witness: str
    state: str
    text: Text


def ask_all(post: Transport = transport.post) -> list[Outcome]:
    """Ask every configured witness to sign the newest checkpoint; a witness that fails never stops the others."""
    newest = checkpoints.latest()
    if newest is None:
        return []
    return [_ask(url, key, newest, post) for url, key in peers.witnesses()]


def _ask(url: str, key: VerifierKey, newest: CheckpointView, post: Transport) -> Outcome:
    signed, _ = checkpoints.last_signed_by(key.name, newest.epoch)
    if signed >= newest.size:
        return Outcome(key.name, "nothing new", Text("ลงนามล่าสุดแล้ว", "has signed the newest checkpoint"))
    try:
        answer = post(url, _request(newest, signed))
        known = answer.body.get("size")
        # it may have signed and the answer was lost, or know us from before a change of its settings
        again = answer.status == _CONFLICT and isinstance(known, int) and not isinstance(known, bool)
        if again and isinstance(known, int) and signed < known <= newest.size:
            answer = post(url, _request(newest, known))
    except TransportError as error:
        _log.warning("witness %s is out of reach: %s", key.name, error)
        return Outcome(key.name, "unreachable", Text(f"ติดต่อไม่ได้: {error}", f"out of reach: {error}"))
    reach(Point.ANSWERED)
    if answer.status == 200:  # noqa: PLR2004 - HTTP
        return _keep(key, newest, str(answer.body.get("cosignature", "")))
    return _refused(key, newest, answer)


def _request(newest: CheckpointView, old: int) -> dict[str, object]:
    start = newest.seq - newest.size
    proof = consistency_proof(old, newest.size, tree.reader(newest.epoch, start))
    row = CheckpointRow.objects.get(epoch=newest.epoch, size=newest.size)
    return {"old": old, "proof": [base64.b64encode(item).decode() for item in proof], "checkpoint": row.note}


def _keep(key: VerifierKey, newest: CheckpointView, line: str) -> Outcome:
    row = CheckpointRow.objects.get(epoch=newest.epoch, size=newest.size)
    try:
        (given,) = parse_note(f"{parse_note(row.note).text}\n{line}").signatures
        (verified,) = verify_note(Note(parse_note(row.note).text, (given,)), [key])
    except (TlogError, ValueError) as error:
        _log.error("witness %s gave a wrong signature: %s", key.name, error)
        return Outcome(key.name, "refused", Text("ลายเซ็นของพยานไม่ถูกต้อง", "its signature is wrong"))
    witnessed_at = datetime.fromtimestamp(verified.timestamp or 0, UTC)
    with transactions.write("journal.cosigned"):
        cosignature = Cosignature(
            checkpoint=row, witness=key.name, line=given.line, witnessed_at=witnessed_at
        )
        Cosignature.objects.bulk_create([cosignature], ignore_conflicts=True)
        reach(Point.COSIGNED_BEFORE_COMMIT)
    reach(Point.COSIGNED)
    return Outcome(key.name, "signed", Text(f"ลงนามขนาด {row.size}", f"signed size {row.size}"))


def _refused(key: VerifierKey, newest: CheckpointView, answer: transport.Answer) -> Outcome:
    reason = str(answer.body.get("code", ""))[:100] or f"status {answer.status}"
    size = answer.body.get("size")
    known = size if isinstance(size, int) else 0
    _log.error("witness %s refuses size %d: %s (knows %d)", key.name, newest.size, reason, known)
    told = {"witness": key.name, "reason": reason, "known": known}
    last = Entry.objects.filter(tag=Tag.WITNESS_DISAGREES.code).order_by("-id").first()
    facts = json.loads(last.body)["facts"] if last else {}
    if any(facts.get(name) != value for name, value in told.items()):
        with transactions.write("journal.disagrees"):
            record(
                actors.system("witness"),
                Tag.WITNESS_DISAGREES,
                ("journal.witness", key.name),
                facts={**told, "size": newest.size},
            )
    return Outcome(
        key.name,
        "refused",
        Text(f"ไม่ยอมรับ: {reason} (เคยเห็น {known})", f"refuses: {reason} (has seen {known})"),
    )
