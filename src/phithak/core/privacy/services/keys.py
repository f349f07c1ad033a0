"""Making data keys, and destroying them by two persons."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from phithak.base import clock
from phithak.base.errors import ConflictError, ForbiddenError, NotFoundError
from phithak.core import contrib, signals
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.privacy import masks, queries, rootkey
from phithak.core.privacy.errors import KeyHeldError, ReasonNeededError, SamePersonError
from phithak.core.privacy.events import Tag
from phithak.core.privacy.keyring import Kind, ring
from phithak.core.privacy.models import DataKey, KeyDestruction
from phithak.core.privacy.points import Point, reach
from phithak.engines.tlog import Frontier

REASON_LEAST = 10
BACKUP_FOLDER = "keyring"


def make_key(actor: Actor, kind: Kind, *, tenant_id: UUID | None, label: str = "") -> UUID:
    """Make a data key (a case key, an analysis key) and return its id.

    Args:
        actor: for whom it is made.
        kind: what it is for.
        tenant_id: whose data it will seal; None for the instance's own.
        label: unique name; one made of the kind and id when empty. A living key of that name is returned.
    """
    # the keyring is a file of its own, so its key comes first; a mirror row lost by a crash or a roll-back
    # is made again at the next call
    key_id = ring().create(kind, tenant_id=tenant_id, label=label)
    name = label or f"{kind}/{key_id}"
    with transactions.write("privacy.make_key"):
        _, made = DataKey.objects.get_or_create(
            id=key_id, defaults={"kind": kind.value, "label": name, "tenant_id": tenant_id}
        )
        if made:
            contrib.record(
                actor, Tag.KEY_MADE, ("privacy.key", key_id), tenant_id=tenant_id,
                facts={"kind": kind.value, "label": name},
            )  # fmt: skip
    return key_id


def standing_key(kind: Kind, *, tenant_id: UUID | None = None, name: str = "") -> UUID:
    """Return the id of a standing key, made at first use: one per kind and tenant (and year, for compare keys)."""
    label = "/".join(part for part in (kind.value, str(tenant_id or ""), name) if part)
    known = queries.living_key(label)
    return known or make_key(actors.system("privacy"), kind, tenant_id=tenant_id, label=label)


def standing_keys(kind: Kind, tenant_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the ids of the standing keys of many tenants by tenant, as :func:`standing_key` does for one.

    Missing ones are made together: one durable write of the keyring, one journal entry with count and root.
    """
    labels = {tenant_id: f"{kind}/{tenant_id}" for tenant_id in dict.fromkeys(tenant_ids)}
    living = queries.living_keys(labels.values())
    found = {tenant_id: living[label] for tenant_id, label in labels.items() if label in living}
    missing = [(tenant_id, label) for tenant_id, label in labels.items() if tenant_id not in found]
    for chunk in transactions.chunks(missing):
        made = dict(zip([tenant for tenant, _ in chunk], ring().create_many(kind, chunk), strict=True))
        with transactions.write("privacy.make_keys"):
            # as for one key: a mirror row that a crash left out is made by the next call
            known = set(DataKey.objects.filter(pk__in=made.values()).values_list("pk", flat=True))
            rows = [
                DataKey(id=made[tenant_id], kind=kind.value, label=label, tenant_id=tenant_id)
                for tenant_id, label in chunk
                if made[tenant_id] not in known
            ]
            if rows:
                DataKey.objects.bulk_create(rows)
                tree = Frontier()
                for row in rows:
                    tree.append(row.id.bytes + row.label.encode())
                contrib.record(
                    actors.system("privacy"), Tag.KEYS_MADE, ("privacy.key", rows[0].id),
                    facts={"kind": kind.value, "count": len(rows)}, count=len(rows), root=tree.root(),
                )  # fmt: skip
        found |= made
    return found


def compare_key() -> UUID:
    """Return the id of this year's compare key (year of Bangkok's calendar, CE)."""
    instance = rootkey.config_of(None).instance
    return standing_key(Kind.COMPARE, name=f"{instance}/{clock.today().year}")


def propose_destruction(actor: Actor, key_id: UUID, reason: str) -> UUID:
    """Propose to destroy a key; another person must confirm.

    Returns:
        The proposal's id.

    Raises:
        ForbiddenError: the actor lacks ``privacy.key.destroy`` or is no person.
        NotFoundError: no such key, or not the actor's to see.
        KeyHeldError: a clock, claim, order or hold keeps it.
        ConflictError: a proposal is open already.
        ReasonNeededError: under ten characters.
    """
    permissions.require(actor, "privacy.key.destroy")
    user_id = _person(actor)
    said = masks.scrub(reason)[:500]
    if len(said) < REASON_LEAST:
        raise ReasonNeededError(field="reason", least=REASON_LEAST)
    key = _living(actor, key_id)
    _refuse_held(key_id)
    with transactions.write("privacy.propose_destruction"):
        if KeyDestruction.objects.filter(key=key, state__in=["proposed", "confirmed"]).exists():
            raise ConflictError
        proposal = KeyDestruction.objects.create(key=key, reason=said, proposed_by_id=user_id)
        contrib.record(
            actor, Tag.DESTRUCTION_PROPOSED, ("privacy.key", key_id), tenant_id=key.tenant_id,
            facts={"label": key.label, "reason": said, "proposal": str(proposal.id)},
        )  # fmt: skip
    return proposal.id


def withdraw_destruction(actor: Actor, proposal_id: UUID) -> None:
    """Withdraw an open proposal: either person may, before it is confirmed."""
    permissions.require(actor, "privacy.key.destroy")
    proposal = _open_proposal(actor, proposal_id)
    with transactions.write("privacy.withdraw_destruction"):
        changed = KeyDestruction.objects.filter(pk=proposal_id, state="proposed").update(state="withdrawn")
        if not changed:
            raise ConflictError
        contrib.record(
            actor, Tag.DESTRUCTION_WITHDRAWN, ("privacy.key", proposal.key_id),
            tenant_id=proposal.key.tenant_id, facts={"label": proposal.key.label},
        )  # fmt: skip


def confirm_destruction(actor: Actor, proposal_id: UUID) -> None:
    """Confirm a proposal as the second person, and destroy the key.

    Raises:
        SamePersonError: the actor proposed it.
        KeyHeldError: a hold came up meanwhile.
        ForbiddenError, NotFoundError, ConflictError: as :func:`propose_destruction`.
    """
    permissions.require(actor, "privacy.key.destroy")
    user_id = _person(actor)
    proposal = _open_proposal(actor, proposal_id)
    if proposal.proposed_by_id == user_id:
        raise SamePersonError(permission="privacy.key.destroy")
    _refuse_held(proposal.key_id)
    with transactions.write("privacy.confirm_destruction"):
        changed = (
            KeyDestruction.objects.filter(pk=proposal_id, state="proposed")
            .exclude(proposed_by_id=user_id)
            .update(state="confirmed", confirmed_by_id=user_id, confirmed_at=clock.now())
        )
        if not changed:
            raise ConflictError
        contrib.record(
            actor, Tag.DESTRUCTION_CONFIRMED, ("privacy.key", proposal.key_id),
            tenant_id=proposal.key.tenant_id, facts={"label": proposal.key.label, "proposal": str(proposal_id)},
        )  # fmt: skip
    reach(Point.DESTROY_CONFIRMED)
    finish_destructions()


def finish_destructions() -> None:
    """Carry out every confirmed destruction; what a crash cut short is finished by the next call."""
    for proposal in list(KeyDestruction.objects.filter(state="confirmed").select_related("key")):
        ring().destroy(proposal.key_id)
        ring().export(rootkey.config_of(None).backups / BACKUP_FOLDER)
        reach(Point.DESTROY_EXPORTED)
        with transactions.write("privacy.finish_destruction"):
            changed = KeyDestruction.objects.filter(pk=proposal.pk, state="confirmed").update(state="done")
            if changed:
                DataKey.objects.filter(pk=proposal.key_id).update(destroyed_at=clock.now())
                contrib.record(
                    actors.system("privacy"), Tag.KEY_DESTROYED, ("privacy.key", proposal.key_id),
                    tenant_id=proposal.key.tenant_id, facts={"label": proposal.key.label},
                )  # fmt: skip
                signals.send(signals.Signal.KEY_DESTROYED, proposal.key_id)


def align_with_keyring() -> int:
    """Bring rows and keyring together after a restore: destroyed in either is destroyed in both.

    Returns:
        How many keys were out of step.
    """
    living, gone = queries.rows_beside_the_keyring(ring().destroyed())
    for key_id in gone:
        ring().destroy(key_id)
    if gone:
        ring().export(rootkey.config_of(None).backups / BACKUP_FOLDER)
    if living:
        with transactions.write("privacy.align_with_keyring"):
            DataKey.objects.filter(pk__in=living).update(destroyed_at=clock.now())
            open_states = Q(state="proposed") | Q(state="confirmed")
            KeyDestruction.objects.filter(open_states, key__in=living).update(state="done")
    return len(living) + len(gone)


def tend_keys() -> None:
    """Finish what was cut off and align what a restore brought apart; the worker's loop calls this."""
    finish_destructions()
    align_with_keyring()


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise ForbiddenError(permission="privacy.key.destroy")
    return actor.user_id


def _living(actor: Actor, key_id: UUID) -> DataKey:
    key = queries.keys_visible_to(actor).filter(pk=key_id, destroyed_at__isnull=True).first()
    if key is None:
        raise NotFoundError
    return key


def _open_proposal(actor: Actor, proposal_id: UUID) -> KeyDestruction:
    proposal = queries.destructions_visible_to(actor).filter(pk=proposal_id).select_related("key").first()
    if proposal is None:
        raise NotFoundError
    if proposal.state != "proposed":
        raise ConflictError
    return proposal


def _refuse_held(key_id: UUID) -> None:
    reasons = queries.holds_on(key_id)
    if reasons:
        raise KeyHeldError(
            reasons_th=" · ".join(reason.th for reason in reasons),
            reasons_en=" · ".join(reason.en for reason in reasons),
        )
