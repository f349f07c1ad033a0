"""Gathering the list of a campaign: the source is asked, addresses are compared, everybody gets a place.

The job makes the whole list anew at each attempt, so that a killed one leaves nothing behind. Nobody is left out
in silence: who cannot be told has a place too, and the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.db import bulk
from phithak.core.db.transactions import chunks, write
from phithak.core.jobs import services as jobs
from phithak.core.jobs.services import Run
from phithak.core.outbox.states import Channel
from phithak.core.privacy import queries as privacy
from phithak.notices import codes
from phithak.notices.errors import CampaignChangedError
from phithak.notices.events import CampaignTag
from phithak.notices.models import Campaign, Recipient
from phithak.notices.points import Point, reach
from phithak.notices.queries import campaigns as queries
from phithak.notices.queries import lists
from phithak.notices.services.campaigns.planning import record, refused, writers_with
from phithak.notices.sources import Target, sources
from phithak.notices.states import OPEN_TO_CHANGE, CampaignState, Skipped
from phithak.registry.queries.people_routing import tlp_rank

JOB = "notices.campaign_gather"
ROWS = 200


def gather(actor: Actor, campaign_id: UUID, *, seen: int) -> None:
    """Let the list of a draft be gathered (anew); a job does it.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: it was submitted or is further.
        CampaignChangedError: somebody else changed it meanwhile.
    """
    row = queries.campaign(actor, campaign_id, queries.WRITE)
    if row.state not in OPEN_TO_CHANGE:
        raise refused(row.state)
    with write("notices.campaign.gather"):
        changed = Campaign.objects.filter(pk=row.pk, version=seen, state__in=OPEN_TO_CHANGE).update(
            state=CampaignState.GATHERING, version=seen + 1, list_hash="", recipients=0, author=actor.user_id,
            writers=writers_with(actor, row.writers),
        )  # fmt: skip
        if not changed:
            raise CampaignChangedError
        jobs.enqueue(JOB, {"campaign": str(row.pk)}, actor=actor, unique=str(row.pk), tenant_id=row.tenant_id)


@dataclass
class _Listing:
    """What is known while the list grows."""

    row: Campaign
    barred: set[tuple[str, str]]
    size: int  # of a wave; 0 = all in one
    place: int = 0
    told: int = 0
    met: dict[str, UUID] = field(default_factory=dict)

    def take(self, targets: Iterable[Target]) -> list[Recipient]:
        """Give each target its place, its channel and its wave."""
        listed = list(targets)
        tags = privacy.compare_tags(
            handle for one in listed for handle in (one.mail_id, one.sms_id) if handle
        )
        found = []
        for one in listed:
            recipient = self._recipient(one, tags)
            if not recipient.skipped:
                recipient.wave = self.told // self.size if self.size else 0
                self.told += 1
            found.append(recipient)
            self.place += 1
        return found

    def _recipient(self, one: Target, tags: dict[UUID, str]) -> Recipient:
        row = Recipient(
            campaign=self.row,
            place=self.place,
            key=one.key,
            party=one.party,
            language="en" if one.language == "en" else "th",
            mail_id=one.mail_id,
            sms_id=one.sms_id,
        )
        row.code_hash = codes.hash_of(codes.code_of(row.pk))
        self._choose(row, one, tags)
        if row.skipped:
            row.to_call = Skipped(row.skipped).is_open
        return row

    def _choose(self, row: Recipient, one: Target, tags: dict[UUID, str]) -> None:
        ways = [(way, handle, tags.get(handle, "")) for way, handle in ways_of(row) if handle is not None]
        free = [way for way in ways if (way[0], way[2]) not in self.barred]
        if one.tlp_most and tlp_rank(self.row.tlp) > tlp_rank(one.tlp_most):
            row.skipped = Skipped.TLP
        elif not ways:
            row.skipped = Skipped.NO_ADDRESS
        elif not free:
            row.skipped = Skipped.DO_NOT_SEND
        elif free[0][2] in self.met:
            row.skipped, row.same_as = Skipped.SAME_ADDRESS, self.met[free[0][2]]
        else:
            row.channel = free[0][0]
            if free[0] != ways[0]:
                row.switched = Skipped.DO_NOT_SEND
            elif row.channel != self.row.channel:
                row.switched = Skipped.NO_ADDRESS
            if free[0][2]:
                self.met[free[0][2]] = row.pk


def ways_of(row: Recipient) -> list[tuple[str, UUID | None]]:
    """Return both ways to a recipient, that of the campaign first."""
    ways = [(Channel.MAIL.value, row.mail_id), (Channel.SMS.value, row.sms_id)]
    return ways if row.campaign.channel == Channel.MAIL else ways[::-1]


def run(job: Run, campaign_id: UUID) -> None:
    """Do the work; nothing happens when the campaign is no longer being gathered."""
    row = _gathering(campaign_id)
    if row is None:
        return
    try:
        _list(job, row)
    except PhithakError as error:
        # the source refused: the person mends the plan, the job has nothing to repeat
        with job.finish("notices.campaign.gather_failed"):
            if _still(row).update(state=CampaignState.DRAFT, reason=str(error.message)[:300]):
                record(job.actor, CampaignTag.GATHER_FAILED, row, code=error.code)


def _list(job: Run, row: Campaign) -> None:
    _clear(job, row)
    size = row.calls_per_hour * 100 // row.call_percent if row.calls_per_hour else 0
    listing = _Listing(row, lists.barred_tags(row.tenant_id), max(size, 1) if row.calls_per_hour else 0)
    # read to its end first: a read that stays open between writes would keep the database from moving on
    for targets in chunks(list(_targets(row)), ROWS):
        job.checkpoint()
        found = listing.take(targets)
        with job.write("notices.campaign.gather"):
            if not _still(row).exists():
                return
            bulk.insert_all(found)
            reach(Point.GATHER_INSERTED)
        reach(Point.GATHER_COMMITTED)
        job.progress(listing.place, None, Text("รวบรวมผู้รับ", "Gathering recipients"))
        job.pause(0.01)
    root = queries.list_root(row.pk)
    waves = 0 if not listing.told else (listing.told - 1) // listing.size + 1 if listing.size else 1
    with job.finish("notices.campaign.listed"):
        listed = _still(row).update(
            state=CampaignState.LISTED,
            list_hash=root,
            recipients=listing.place,
            waves=waves,
            next_wave=0,
            reason="",
        )
        if listed:
            record(job.actor, CampaignTag.LISTED, row, count=listing.place, hash=root[:16])
        reach(Point.LISTED_UPDATED)
    reach(Point.LISTED_COMMITTED)


def _targets(row: Campaign) -> Iterator[Target]:
    source = sources.get(row.source)
    if source is None:
        return
    yield from source.targets(queries.actor_of(row.tenant_id), row.tenant_id, row.source_args)


def _clear(job: Run, row: Campaign) -> None:
    """Take away what an earlier gathering listed: nobody of it was told."""
    while True:
        job.checkpoint()
        rows = Recipient.objects.filter(campaign=row, rounds=0).values_list("pk", flat=True)
        found = list(rows[: 2 * ROWS])
        if not found:
            return
        with job.write("notices.campaign.clear"):
            if not _still(row).exists():
                return
            Recipient.objects.filter(pk__in=found).delete()
        job.pause(0.01)


def _gathering(campaign_id: UUID) -> Campaign | None:
    return Campaign.objects.filter(pk=campaign_id, state=CampaignState.GATHERING).first()


def _still(row: Campaign) -> QuerySet[Campaign]:
    return Campaign.objects.filter(pk=row.pk, state=CampaignState.GATHERING, version=row.version)
