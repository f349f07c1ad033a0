"""Adding, changing and closing organisations. An organisation and its tenant are written in one transaction."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from phithak.base import clock, ids
from phithak.base.errors import ConflictError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts import services as accounts
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.registry.events.organisations import Tag
from phithak.registry.models import Alias, Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import rights, sizes
from phithak.registry.queries.facts import FIELDS, AliasFacts, AliasKind, Cii, OrganisationFacts, facts_of
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import CII_VIEW, KIND, MANAGE, State
from phithak.registry.services.organisations import oversight
from phithak.registry.services.organisations.access import managed, wrong_state
from phithak.registry.services.organisations.cleaning import Cleaned, bad, clean, clean_name, folded
from phithak.registry.services.organisations.errors import (
    AliasTakenError,
    ChangedMeanwhileError,
    Difference,
    JuristicTakenError,
    KindFixedError,
)
from phithak.registry.services.organisations.renewal import first_renewal
from phithak.registry.services.organisations.rows import for_accounts, note, refresh

_NEW = (State.PENDING, State.REGISTERED)


def create(
    actor: Actor, facts: OrganisationFacts, *, tenant_id: UUID | None = None, state: State = State.REGISTERED
) -> UUID:
    """Add an organisation and its tenant; the centres oversee it, and the authorities of its sector.

    Args:
        actor: needs ``registry.manage``.
        facts: what it is.
        tenant_id: its id when the caller has one already.
        state: ``registered``, or ``pending`` while its registration is not approved.

    Returns:
        Its id, which is its tenant's.

    Raises:
        BadFactError: a field cannot be used; it is named.
        JuristicTakenError: an organisation with that juristic number is there.
    """
    permissions.require(actor, MANAGE)
    if state not in _NEW:
        raise bad("state", "เริ่มได้เฉพาะรออนุมัติหรือขึ้นทะเบียน", "it begins as pending or registered")
    cleaned = clean(facts)
    kind = Kind(str(cleaned.columns["kind"]))
    columns = {**cleaned.columns, "registered_on": cleaned.columns["registered_on"] or clock.today()}
    made_id = tenant_id or ids.uuid7()
    row = Organisation(
        tenant_id=made_id,
        state=state,
        sector=cleaned.sector,
        renewal_due=first_renewal(kind, columns["registered_on"]),
        **columns,
    )
    _size(row)
    try:
        with write("registry.create_organisation"):
            # before its tenant: whoever hears of the new tenant finds the organisation there already
            row.save(force_insert=True)
            accounts.create_tenant(
                for_accounts(actor, "accounts.tenant.create"),
                kind=kind.facts.tenant_kind,
                name_th=row.name_th,
                name_en=row.name_en,
                tenant_id=row.pk,
            )
            _write_aliases(row, cleaned.aliases)
            oversight.follow(oversight.scope_pairs(row.pk, cleaned.sector.code if cleaned.sector else ""))
            refresh(row)
            note(actor, Tag.CREATED, row, {"kind": row.kind, "size": row.size, "state": row.state})
    except IntegrityError as error:
        raise _taken(row, error) from error
    return made_id


def change(actor: Actor, organisation_id: UUID, facts: OrganisationFacts, *, version: int) -> int:
    """Replace all facts of an organisation, other names included.

    A name that is given up becomes a former name, so that it is still found.

    Args:
        actor: needs ``registry.manage`` over it.
        organisation_id: which one.
        facts: everything as it shall be.
        version: the version that the actor looked at.

    Returns:
        The new version; the same when nothing differs.

    Raises:
        NotFoundError: no such organisation, or not the actor's.
        BadFactError: a field cannot be used; it is named.
        ChangedMeanwhileError: somebody changed it since; it tells what differs now.
        WrongStateError: it was merged or closed.
        KindFixedError, JuristicTakenError: the kind or number cannot be taken.
    """
    row = managed(actor, organisation_id)
    before = facts_of(row)
    cleaned = clean(facts)
    if row.version != version:
        raise _changed_meanwhile(row, before, cleaned)
    wanted = _wanted(row, cleaned)
    differing = [one.name for one in fields(wanted) if getattr(wanted, one.name) != getattr(before, one.name)]
    if not differing:
        return row.version
    aliases = _with_former(before, wanted)
    try:
        with write("registry.change_organisation"):
            _update(actor, row, cleaned, version)
            if aliases != before.aliases:
                Alias.objects.filter(tenant=row.pk).exclude(text__in=[one.text for one in aliases]).delete()
                _write_aliases(row, aliases)
            _follow_change(actor, row, before)
            refresh(row)
            told = ", ".join(FIELDS[name].en for name in differing)
            note(actor, Tag.CHANGED, row, {"version": row.version, "fields": told, "size": row.size})
    except IntegrityError as error:
        raise _taken(row, error) from error
    except _StaleError as error:
        current = managed(actor, organisation_id)
        raise _changed_meanwhile(current, facts_of(current), cleaned) from error
    return row.version


def approve(actor: Actor, organisation_id: UUID) -> None:
    """Take a pending organisation into the registry.

    Raises:
        NotFoundError: no such organisation, or not the actor's.
        WrongStateError: it is not pending.
    """
    row = managed(actor, organisation_id)
    with write("registry.approve_organisation"):
        if not Organisation.objects.filter(pk=row.pk, state=State.PENDING).update(
            state=State.REGISTERED, version=F("version") + 1, updated_at=clock.now()
        ):
            raise wrong_state(row)
        note(actor, Tag.APPROVED, row)


def close(actor: Actor, organisation_id: UUID, reason: str) -> None:
    """Close an organisation and its tenant: the rows stay, its people lose access at once.

    Args:
        actor: needs ``registry.manage`` over it, and ``accounts.tenant.close``, which takes a staff session.
        organisation_id: which one.
        reason: why, for the journal.

    Raises:
        NotFoundError: no such organisation, or not the actor's.
        WrongStateError: it is closed or merged.
        StaffSessionNeededError, ForbiddenError: the tenant is not the actor's to close.
    """
    row = managed(actor, organisation_id)
    permissions.require(actor, "accounts.tenant.close")
    why = clean_name(reason, "reason", most=500)
    with write("registry.close_organisation"):
        # the journal tells of the closing in this room's words first; the receiver finds it done
        _set_state(row, State.CLOSED)
        accounts.close_tenant(actor, row.pk)
        refresh(row)
        note(actor, Tag.CLOSED, row, {"reason": why})


def set_cii(actor: Actor, organisation_id: UUID, cii: str) -> None:
    """Set the standing as critical infrastructure; the journal keeps a salted hash of it alone.

    Args:
        actor: needs ``registry.manage`` and ``registry.cii.view`` over it.
        organisation_id: which one.
        cii: ``none``, ``candidate`` or ``designated``.
    """
    row = managed(actor, organisation_id)
    permissions.require(actor, CII_VIEW)
    if row.pk not in queries.cii_of(actor, [row.pk]):
        raise NotFoundError
    if cii not in set(Cii):
        raise bad("cii", "ต้องเป็น none, candidate หรือ designated", "want none, candidate or designated")
    with write("registry.set_cii"):
        Organisation.objects.filter(pk=row.pk).update(
            cii=cii, version=F("version") + 1, updated_at=clock.now()
        )
        # of the centre, not of the organisation: its own and overseeing people read that journal
        contrib.record(
            actor,
            Tag.RESTRICTED_SET,
            (KIND, "restricted"),
            tenant_id=_home(actor),
            personal={"organisation": str(row.pk), "cii": cii},
        )


def add_alias(actor: Actor, organisation_id: UUID, text: str, kind: str = AliasKind.OTHER) -> UUID:
    """Give an organisation another name.

    Returns:
        The id of the name.

    Raises:
        BadFactError: it cannot be a name.
        AliasTakenError: the organisation has it.
    """
    row = managed(actor, organisation_id)
    alias = AliasFacts(clean_name(text, "aliases"), kind)
    if kind not in set(AliasKind):
        raise bad("aliases", "ไม่รู้จักชนิดของชื่อ", "unknown kind of name")
    made = Alias(tenant_id=row.pk, text=alias.text, folded=folded(alias.text), kind=alias.kind)
    try:
        with write("registry.add_alias"):
            made.save(force_insert=True)
            _touch(row)
            refresh(row)
            note(actor, Tag.ALIAS_ADDED, row, {"alias": alias.text})
    except IntegrityError as error:
        raise AliasTakenError(field="aliases", alias=alias.text) from error
    return made.pk


def remove_alias(actor: Actor, organisation_id: UUID, alias_id: UUID) -> None:
    """Take another name away.

    Raises:
        NotFoundError: no such name of that organisation.
    """
    row = managed(actor, organisation_id)
    with write("registry.remove_alias"):
        found = Alias.objects.filter(pk=alias_id, tenant=row.pk).first()
        if found is None:
            raise NotFoundError
        found.delete()
        _touch(row)
        refresh(row)
        note(actor, Tag.ALIAS_REMOVED, row, {"alias": found.text})


def reindex(organisation_id: UUID) -> None:
    """Let search and duplicates follow a change of an organisation's domains; call it in that write."""
    row = Organisation.objects.filter(pk=organisation_id).select_related("sector").first()
    if row is not None:
        refresh(row)


class _StaleError(Exception):
    """The version is not the one that was looked at."""


def _update(actor: Actor, row: Organisation, cleaned: Cleaned, version: int) -> None:
    """Set the columns on the condition of the version; the row object follows."""
    for name, value in cleaned.columns.items():
        setattr(row, name, value)
    row.sector = cleaned.sector
    row.registered_on = cleaned.columns["registered_on"] or row.registered_on
    if row.renewal_due is None or Kind(row.kind) is not Kind.PLATFORM:
        row.renewal_due = first_renewal(Kind(row.kind), row.registered_on)
    size = row.size
    _size(row)
    changed = Organisation.objects.filter(pk=row.pk, version=version).update(
        **{name: getattr(row, name) for name in cleaned.columns},
        sector=row.sector,
        renewal_due=row.renewal_due,
        size=row.size,
        size_rule=row.size_rule,
        version=version + 1,
        updated_at=clock.now(),
    )
    if not changed:
        raise _StaleError
    row.version = version + 1
    if size != row.size:
        note(actor, Tag.RESIZED, row, {"before": size, "after": row.size, "rule": row.size_rule})


def _follow_change(actor: Actor, row: Organisation, before: OrganisationFacts) -> None:
    """Let tenant and oversight follow what was changed."""
    as_tenant = for_accounts(actor, "accounts.tenant.create")
    kind = Kind(row.kind)
    if (row.name_th, row.name_en) != (before.name_th, before.name_en):
        accounts.rename_tenant(as_tenant, row.pk, name_th=row.name_th, name_en=row.name_en)
    if kind.facts.tenant_kind != Kind(before.kind).facts.tenant_kind:
        try:
            accounts.set_tenant_kind(as_tenant, row.pk, kind.facts.tenant_kind)
        except ConflictError as error:
            raise KindFixedError(field="kind", kind_th=kind.text.th, kind_en=kind.text.en) from error
    sector = row.sector.code if row.sector else ""
    if (before.kind in rights.ANONYMISED) is not (kind in rights.ANONYMISED):
        oversight.follow(oversight.pairs_of(row.pk))
    if sector != before.sector:
        Organisation.objects.filter(merged_into=row.pk).update(sector=row.sector)
        both = (before.sector, sector)
        oversight.follow(pair for code in both for pair in oversight.scope_pairs(row.pk, code))


def _wanted(row: Organisation, cleaned: Cleaned) -> OrganisationFacts:
    columns = {name: value for name, value in cleaned.columns.items() if name != "name_key"}
    columns["legal_roles"] = tuple(columns["legal_roles"])
    columns["registered_on"] = columns["registered_on"] or row.registered_on
    sector = cleaned.sector.code if cleaned.sector else ""
    return OrganisationFacts(**columns, sector=sector, aliases=cleaned.aliases)


def _with_former(before: OrganisationFacts, wanted: OrganisationFacts) -> tuple[AliasFacts, ...]:
    """Return the other names, with those that were the name until now."""
    names = {wanted.name_th, wanted.name_en, *(one.text for one in wanted.aliases)}
    given_up = [
        old
        for old, new in ((before.name_th, wanted.name_th), (before.name_en, wanted.name_en))
        if old and old != new and old not in names
    ]
    return (*wanted.aliases, *(AliasFacts(name, str(AliasKind.FORMER)) for name in given_up))


def _write_aliases(row: Organisation, aliases: tuple[AliasFacts, ...]) -> None:
    Alias.objects.bulk_create(
        (Alias(tenant_id=row.pk, text=one.text, folded=folded(one.text), kind=one.kind) for one in aliases),
        update_conflicts=True,
        unique_fields=["tenant", "text"],
        update_fields=["kind"],
    )


def _size(row: Organisation) -> None:
    found = sizes.decision_of(row)
    row.size, row.size_rule = found.size, found.rule


def _set_state(row: Organisation, state: State) -> None:
    changed = Organisation.objects.filter(pk=row.pk, state=row.state).update(
        state=state, version=F("version") + 1, updated_at=clock.now()
    )
    if not changed:
        raise wrong_state(row)
    row.state = state


def _touch(row: Organisation) -> None:
    Organisation.objects.filter(pk=row.pk).update(version=F("version") + 1, updated_at=clock.now())


def _home(actor: Actor) -> UUID | None:
    if actor.kind is ActorKind.SYSTEM:
        return None
    return min(tenants_with(actor, CII_VIEW), default=None)


def _changed_meanwhile(row: Organisation, now: OrganisationFacts, cleaned: Cleaned) -> ChangedMeanwhileError:
    sent = _wanted(row, cleaned)
    differences = tuple(
        Difference(name, label, _shown(getattr(now, name)), _shown(getattr(sent, name)))
        for name, label in FIELDS.items()
        if name != "owner_id" and getattr(now, name) != getattr(sent, name)
    )
    return ChangedMeanwhileError(now=replace(now), version=row.version, differences=differences)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(one.text if isinstance(one, AliasFacts) else str(one) for one in value)
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int):
        return f"{value:,}"
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _taken(row: Organisation, error: IntegrityError) -> Exception:
    """Return the refusal of a number that is taken; any other broken rule is a fault of ours."""
    rivals = Organisation.objects.filter(juristic_id=row.juristic_id, merged_into__isnull=True)
    if row.juristic_id and rivals.exclude(pk=row.pk).exists():
        return JuristicTakenError(field="juristic_id")
    return error
