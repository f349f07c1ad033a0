"""The rules of an agreement: what each lets through, and what rests on one that lets less through."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.events.agreements import Tag
from phithak.registry.models import Agreement, DataLink, SharingRule
from phithak.registry.queries import agreements as queries
from phithak.registry.queries.agreements import Flow, State
from phithak.registry.queries.assets.kinds import DataKind
from phithak.registry.queries.people_routing import TLP
from phithak.registry.services.agreements.errors import AgreementStateError, RuleChangedError
from phithak.registry.services.shares import cleaning

_CHUNK = 500


@dataclass(frozen=True)
class RuleFacts:
    """What a rule lets through.

    Attributes:
        tlp_most: the narrowest TLP that may flow, one of ``TLP``.
        data_kinds: kinds of data that may flow; each must be among the agreement's own.
    """

    tlp_most: str
    data_kinds: tuple[str, ...]


def change_rule(actor: Actor, rule_id: UUID, facts: RuleFacts, *, version: int) -> None:
    """Change what a rule lets through; data links that carry what it no longer lets through go off at once.

    Args:
        actor: needs ``registry.agreements.manage``.
        rule_id: which.
        facts: what it lets through from now on; never more than the agreement does.
        version: of the rule that the person looked at.

    Raises:
        RuleChangedError: somebody else changed it meanwhile.
        AgreementStateError: the agreement was ended.
        FieldRefusedError: no such TLP, a kind that the agreement does not cover, or none for a data flow.
    """
    row = queries.rule(actor, rule_id, queries.MANAGE)
    if facts.tlp_most not in TLP:
        raise cleaning.refuse("tlp_most", Text("ไม่มีระดับนี้", "there is no such level"))
    kinds = cleaning.data_kinds(facts.data_kinds, "data_kinds", needed=row.flow == Flow.DATA_FLOW)
    with write("registry.change_rule"):
        # its terms may have been changed, or it was ended, a moment ago
        row.agreement = Agreement.objects.select_for_update().get(pk=row.agreement_id)
        if row.agreement.state == State.ENDED:
            reason = queries.ENDED_REASON
            raise AgreementStateError(reason_th=reason.th, reason_en=reason.en)
        _covered(kinds, row.agreement)
        changed = SharingRule.objects.filter(pk=row.pk, version=version).update(
            tlp_most=facts.tlp_most, data_kinds=kinds, version=version + 1
        )
        if not changed:
            raise RuleChangedError
        stopped = stop_links(row, kinds)
        contrib.record(
            actor,
            Tag.RULE_CHANGED,
            ("registry.rule", row.pk),
            tenant_id=row.agreement.tenant_id,
            facts={
                "number": row.agreement.number,
                "flow": row.flow,
                "tlp": facts.tlp_most,
                "kinds": ", ".join(kinds) or "-",
                "links": stopped,
                "party": str(row.party_id),
            },
        )


def stop_links(row: SharingRule, kinds: Collection[str]) -> int:
    """Switch off the data links at a rule's party that carry more than these kinds, in the open transaction."""
    if row.flow != Flow.DATA_FLOW:
        return 0
    party = Q(source__tenant=row.party_id) | Q(target__tenant=row.party_id)
    active = DataLink.objects.filter(party, agreement=row.agreement_id, active=True)
    over = [link.pk for link in active if set(link.kinds) - set(kinds)]
    return DataLink.objects.filter(pk__in=over).update(active=False, agreement=None) if over else 0


def follow_kinds(row: Agreement, before: Iterable[str]) -> None:
    """Let the rules follow changed kinds of their agreement, in the open transaction.

    A rule that let through all that the agreement did still does; one that was narrowed keeps what is left of it.
    """
    former, now = set(before), row.data_kinds
    if former == set(now):
        return
    rules = list(SharingRule.objects.filter(agreement=row))
    for rule in rules:
        kept = [kind for kind in now if kind in rule.data_kinds]
        rule.data_kinds = list(now) if set(rule.data_kinds) == former else kept
        rule.version += 1
    SharingRule.objects.bulk_update(rules, ["data_kinds", "version"], batch_size=_CHUNK)


def _covered(kinds: Collection[str], row: Agreement) -> None:
    over = [DataKind(kind).text for kind in kinds if kind not in row.data_kinds]
    if over:
        names = Text(", ".join(one.th for one in over), ", ".join(one.en for one in over))
        raise cleaning.refuse(
            "data_kinds",
            Text(
                f"ข้อตกลงไม่ครอบคลุม {names.th} ให้แก้ที่ข้อตกลงก่อน",
                f"the agreement does not cover {names.en}; change the agreement first",
            ),
        )
