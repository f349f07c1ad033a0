"""Duplicates: what a person decides on a pair, and the merge. No tenant id ever changes.

After a merge the rows of the merged organisation lie under its own id as before. The kept one oversees it as a
parent, so both sides go on working; names and relations are the kept one's from then on.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q

from phithak.base import clock
from phithak.base.errors import ConflictError, NotFoundError
from phithak.core.accounts import permissions
from phithak.core.accounts import services as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason
from phithak.core.db.transactions import write
from phithak.registry.events.organisations import Tag
from phithak.registry.models import Alias, AuthorityScope, DuplicateProposal, Organisation, Relation
from phithak.registry.queries import duplicates
from phithak.registry.queries.facts import AliasKind
from phithak.registry.queries.organisations import MERGE, RelationKind, State
from phithak.registry.services.organisations import oversight
from phithak.registry.services.organisations.access import managed
from phithak.registry.services.organisations.cleaning import bad, clean_name, folded
from phithak.registry.services.organisations.errors import DecidedError
from phithak.registry.services.organisations.relations import refuse_cycle, write_relation
from phithak.registry.services.organisations.rows import SYSTEM, note, refresh


def merge(actor: Actor, kept_id: UUID, merged_id: UUID, reason: str) -> None:
    """Merge one organisation into another.

    Names, relations and scopes move to the kept one; whoever oversaw the merged one oversees both; the merged
    one's people keep their access and also see the kept one.

    Args:
        actor: needs ``registry.merge`` over both.
        kept_id: the one that stays.
        merged_id: the one that becomes a part of it.
        reason: why, for the journal.

    Raises:
        NotFoundError: one of them is not there, or not the actor's.
        BadFactError: both are the same, or no reason.
        WrongStateError: one of them was merged or closed already.
        CycleError: with the relations of both, an organisation would be its own parent.
        ConflictError: one is a centre and the other is not.
    """
    if kept_id == merged_id:
        raise bad("merged", "รวมกับตนเองไม่ได้", "an organisation cannot be merged into itself")
    why = clean_name(reason, "reason", most=500)
    kept, merged = managed(actor, kept_id, MERGE), managed(actor, merged_id, MERGE)
    if "cert" in {kept.kind, merged.kind} and kept.kind != merged.kind:
        raise ConflictError
    with write("registry.merge"):
        pairs = oversight.pairs_of(merged.pk)
        changed = Organisation.objects.filter(pk=merged.pk, state=merged.state).update(
            state=State.MERGED, merged_into=kept.pk, version=F("version") + 1, updated_at=clock.now()
        )
        if not changed:
            raise ConflictError
        Organisation.objects.filter(merged_into=merged.pk).update(merged_into=kept.pk)
        # scopes of authorities go by the sector of the kept one for all rows of the family
        Organisation.objects.filter(merged_into=kept.pk).update(sector=kept.sector_id)
        merged.state = State.MERGED
        _move_names(kept, merged)
        _move_relations(kept.pk, merged.pk)
        _move_scopes(kept, merged)
        _open_family(kept.pk)
        moved = [
            (kept.pk if over == merged.pk else over, kept.pk if under == merged.pk else under, why_open)
            for over, under, why_open in pairs
        ]
        oversight.follow([*moved, *oversight.pairs_of(kept.pk)])
        decided = {"state": "merged", "decided_by": actor.user_id, "decided_at": clock.now()}
        pair = sorted((kept.pk, merged.pk))
        DuplicateProposal.objects.filter(first=pair[0], second=pair[1]).update(**decided)
        refresh(merged)
        refresh(kept)
        note(actor, Tag.MERGED, kept, {"kept": kept.name_th, "merged": merged.name_th, "reason": why})


def different(actor: Actor, duplicate_id: UUID) -> None:
    """Say that the two organisations of a proposal are different; they are not proposed again.

    Raises:
        NotFoundError: no such proposal, or not the actor's.
        DecidedError: somebody decided on it already.
    """
    permissions.require(actor, MERGE)
    row = duplicates.duplicate(actor, duplicate_id)
    with write("registry.different"):
        changed = DuplicateProposal.objects.filter(pk=row.pk, state="open").update(
            state="different", decided_by=actor.user_id, decided_at=clock.now()
        )
        if not changed:
            raise DecidedError(state=row.state)
        names = {"first": row.first.name_th, "second": row.second.name_th}
        note(actor, Tag.DIFFERENT, row.first, names)


def merge_pair(actor: Actor, duplicate_id: UUID, kept_id: UUID, reason: str) -> UUID:
    """Merge the two of a proposal; see :func:`merge`.

    Args:
        actor: needs ``registry.merge`` over both.
        duplicate_id: the proposal.
        kept_id: which of its two stays.
        reason: why.

    Returns:
        The id of the kept one.
    """
    permissions.require(actor, MERGE)
    row = duplicates.duplicate(actor, duplicate_id)
    if row.state != "open":
        raise DecidedError(state=row.state)
    if kept_id not in {row.first_id, row.second_id}:
        raise NotFoundError
    merge(actor, kept_id, row.second_id if kept_id == row.first_id else row.first_id, reason)
    return kept_id


def _move_names(kept: Organisation, merged: Organisation) -> None:
    """Make every name of the merged one another name of the kept one; its number fills an empty one."""
    have = {kept.name_th, kept.name_en, *Alias.objects.filter(tenant=kept.pk).values_list("text", flat=True)}
    own = [
        (name, str(AliasKind.FORMER))
        for name in (merged.name_th, merged.name_en, merged.short_th, merged.short_en)
    ]
    others = Alias.objects.filter(tenant=merged.pk).order_by("pk").values_list("text", "kind")
    new = {text: kind for text, kind in (*own, *others) if text and text not in have}
    Alias.objects.bulk_create(
        Alias(tenant_id=kept.pk, text=text, folded=folded(text), kind=kind) for text, kind in new.items()
    )
    Alias.objects.filter(tenant=merged.pk).delete()
    if merged.juristic_id and not kept.juristic_id:
        kept.juristic_id = merged.juristic_id
        Organisation.objects.filter(pk=kept.pk).update(juristic_id=merged.juristic_id)
    Organisation.objects.filter(pk=kept.pk).update(version=F("version") + 1, updated_at=clock.now())


def _move_relations(kept_id: UUID, merged_id: UUID) -> None:
    """Let the kept one take the merged one's place in every running relation."""
    rows = Relation.objects.filter(ended_at__isnull=True).filter(Q(over=merged_id) | Q(under=merged_id))
    for row in list(rows.order_by("pk")):
        Relation.objects.filter(pk=row.pk).update(ended_at=clock.now())
        over = kept_id if row.over_id == merged_id else row.over_id
        under = kept_id if row.under_id == merged_id else row.under_id
        if over == under or (row.until is not None and row.until <= clock.now()):
            continue
        if row.kind == RelationKind.PARENT:
            refuse_cycle(over, under)
        standing = Relation.objects.filter(
            over=over, under=under, kind=row.kind, ended_at__isnull=True
        ).first()
        ends = [row.until, standing.until] if standing else [row.until]
        known = [end for end in ends if end is not None]
        write_relation(over, under, row.kind, max(known) if len(known) == len(ends) else None)


def _move_scopes(kept: Organisation, merged: Organisation) -> None:
    """Give the scopes of a merged authority to the kept one."""
    running = AuthorityScope.objects.filter(tenant=merged.pk, ended_at__isnull=True)
    have = set(
        AuthorityScope.objects.filter(tenant=kept.pk, ended_at__isnull=True).values_list("sector", flat=True)
    )
    new = [row.sector_id for row in running if row.sector_id not in have]
    if new and kept.kind != merged.kind:
        raise ConflictError
    AuthorityScope.objects.filter(pk__in=[row.pk for row in running]).update(ended_at=clock.now())
    AuthorityScope.objects.bulk_create(AuthorityScope(tenant_id=kept.pk, sector_id=sector) for sector in new)


def _open_family(kept_id: UUID) -> None:
    """Let the kept one see the rows of those that were merged into it."""
    for merged_id in Organisation.objects.filter(merged_into=kept_id).values_list("pk", flat=True):
        accounts.set_oversight(SYSTEM, over=kept_id, under=merged_id, reason=Reason.PARENT)
