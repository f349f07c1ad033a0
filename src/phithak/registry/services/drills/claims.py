"""Who is asked by whom: while drills run, one person belongs to one check, over all drills.

Everything here runs inside the caller's write transaction, behind :func:`lock`.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from phithak.registry.models import ContactPoint, Drill, DrillCheck, DrillClaim
from phithak.registry.queries.drills import CheckState, DrillState, How, Keys

RELEASE_ROWS = 500


def lock() -> None:
    """Let only one writer decide at a time who is asked and who has answered (SQLite has one writer anyway)."""
    list(Drill.objects.select_for_update().filter(state=DrillState.RUNNING).order_by("pk").values_list("pk"))


def join(row: DrillCheck, keys: Keys) -> DrillCheck | None:
    """Give the person behind a new check to it, or the check to the one that has the person.

    A check that shows two others to be one person joins both; whoever was asked already stays asked.

    Returns:
        The check that asks the person; None when this one does.
    """
    held = DrillClaim.objects.filter(key__in=keys.used | keys.beside).select_related("check_row")
    leaders = {
        claim.check_row_id: claim.check_row for claim in held if keys.meets(claim.key, used=claim.used)
    }
    leaders.pop(row.pk, None)
    leader = min(leaders.values(), key=lambda one: (one.asked_at is None, one.pk), default=None)
    if leader is not None:
        for other in leaders.values():
            if other.pk != leader.pk and other.asked_at is None:
                _merge(other, leader)
        DrillCheck.objects.filter(pk=row.pk).update(asked_with=leader)
        row.asked_with = leader
        follow(leader, [row])
    owner = leader or row
    DrillClaim.objects.bulk_create(
        [
            *(DrillClaim(key=key, used=True, check_row=owner) for key in sorted(keys.used)),
            *(DrillClaim(key=key, used=False, check_row=owner) for key in sorted(keys.beside)),
        ],
        ignore_conflicts=True,
    )
    return leader


def _merge(other: DrillCheck, leader: DrillCheck) -> None:
    """Let ``other``, which has asked nobody yet, and all that it leads be asked with ``leader``."""
    followers = list(DrillCheck.objects.filter(Q(pk=other.pk) | Q(asked_with=other)))
    DrillCheck.objects.filter(pk__in=[one.pk for one in followers]).update(asked_with=leader)
    _hand_over(other.pk, leader.pk)
    follow(leader, followers)


def _hand_over(old: UUID, new: UUID) -> None:
    doubled = DrillClaim.objects.filter(check_row=new).values("key", "used")
    for one in doubled:
        DrillClaim.objects.filter(check_row=old, **one).delete()
    DrillClaim.objects.filter(check_row=old).update(check_row=new)


def follow(leader: DrillCheck, rows: list[DrillCheck]) -> None:
    """Bring checks of the same person to where the one that asked stands.

    A person who stayed silent is silent for each of their contacts: those are due at once, and each goes to
    its own backup.
    """
    if leader.asked_at is None:
        return
    values: dict[str, object] = {"asked_at": leader.asked_at, "due_at": leader.due_at}
    own_answer = leader.state in {CheckState.ANSWERED, CheckState.LATE} and leader.how != How.BACKUP
    if own_answer:
        values |= {"state": leader.state, "answered_at": leader.answered_at, "how": leader.how}
    else:
        values["state"] = CheckState.ASKED
    keys = [row.pk for row in rows]
    DrillCheck.objects.filter(pk__in=keys, state=CheckState.WAITING).update(**values)
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    contacts = ContactPoint.objects.filter(pk__in=[row.contact_id for row in rows])
    if own_answer:
        colour = CheckState(leader.state).colour
        contacts.update(
            asked_at=leader.asked_at, answered_at=leader.answered_at, liveness=colour, stale_since=None
        )
    else:
        contacts.update(asked_at=leader.asked_at)


def promote(row: DrillCheck) -> None:
    """Let a check that waits for one that will never ask lead itself, with all others that wait for it."""
    old = row.asked_with_id
    if old is None:
        return
    DrillCheck.objects.filter(pk=row.pk).update(asked_with=None)
    DrillCheck.objects.filter(asked_with=old, state=CheckState.WAITING).update(asked_with=row)
    _hand_over(old, row.pk)


def release(drill: Drill) -> int:
    """Let go of claims of an ended drill that no running one needs; return how many."""
    needed = DrillCheck.objects.filter(asked_with=OuterRef("check_row"), drill__state=DrillState.RUNNING)
    mine = Q(check_row__drill=drill) | Q(
        check_row__in=DrillCheck.objects.filter(drill=drill, asked_with__isnull=False).values("asked_with")
    )
    rows = (
        DrillClaim.objects.filter(mine)
        .exclude(check_row__drill__state=DrillState.RUNNING)
        .filter(~Exists(needed))
        .values_list("pk", flat=True)[:RELEASE_ROWS]
    )
    found = list(rows)
    DrillClaim.objects.filter(pk__in=found).delete()
    return len(found)
