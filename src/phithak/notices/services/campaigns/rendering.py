"""The renderer of campaigns: words at the moment of sending, and only while they are what was approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.links import queries as links
from phithak.core.outbox import Channel, Context, Rendered, renderer
from phithak.notices import codes, saying
from phithak.notices.models import Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.services.campaigns import sealing
from phithak.notices.services.campaigns.approving import SAMPLE_CODE
from phithak.notices.services.campaigns.sending import RENDERER
from phithak.notices.sources import sources
from phithak.notices.states import Why

TEST = "notices.campaign_test"
_SYSTEM = actors.system("notices")


@renderer(RENDERER)
def render(params: Mapping[str, Any], context: Context) -> Rendered:
    """Return the words for one recipient.

    Raises:
        NotFoundError: the recipient is gone.
        NotAsApprovedError: words or plan are not what was approved.
    """
    rows = Recipient.objects.select_related("campaign__tenant", "campaign__text")
    row = rows.filter(pk=UUID(str(params["r"]))).first()
    if row is None:
        raise NotFoundError
    words = sealing.sealed_words(row.campaign)
    said = saying.say(context.channel, _exercised(words), told(row, context.channel, Why(str(params["why"]))))
    return Rendered(said.subject, said.body, reference=codes.code_of(row.pk))


def told(row: Recipient, channel: Channel, why: Why) -> saying.Told:
    """Return what the words need to know of a recipient."""
    url = ""
    if channel is Channel.MAIL and row.link_id is not None:
        link = links.visible_to(_SYSTEM).filter(pk=row.link_id).first()
        url = links.url_of(link) if link is not None else ""
    return saying.Told(
        code=codes.code_of(row.pk),
        url=url,
        due=row.due_at,
        name=_name(row),
        why=why,
        language="en" if row.language == "en" else "th",
    )


@renderer(TEST)
def render_test(params: Mapping[str, Any], context: Context) -> Rendered:
    """Return what a recipient would get, to whoever asked for a test; nothing in it can be answered.

    Raises:
        NotFoundError: the campaign is gone.
    """
    row = queries.state_of(UUID(str(params["c"])))
    channel = Channel(str(params["as"]))
    words = _exercised(sealing.approved_words(row))
    due = clock.now() + timedelta(hours=row.due_hours)
    example = saying.Told(SAMPLE_CODE, url=f"{settings.CONFIG.public_url}/l/…/", due=due)
    said = saying.say(channel, words, example)
    mark = Text("[ทดสอบ] ", "[TEST] ").in_language(context.language)
    subject = f"{mark}{said.subject or row.title}"
    label = saying.label(row.tlp)
    return Rendered(subject if label in subject else f"[{label}] {subject}", f"{mark}{said.body}")


def _exercised(words: saying.Approved) -> saying.Approved:
    """Let the words say that it is an exercise when the whole instance is in one."""
    if not settings.CONFIG.exercise_mode or words.exercise:
        return words
    return replace(words, exercise=True)


def _name(row: Recipient) -> Text | None:
    source = sources.get(row.campaign.source)
    found = source.names(queries.actor_of(row.campaign.tenant_id), [row.key]) if source else {}
    return found.get(row.key)
