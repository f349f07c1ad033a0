"""A campaign's words as a PDF: for the file, or to be posted to whoever no message reaches."""

from __future__ import annotations

from phithak.base import clock
from phithak.base.text import Language, Text
from phithak.core.outbox.states import Channel
from phithak.core.pdf import Letter, letter_pdf
from phithak.engines.thai import english_date, thai_date
from phithak.notices import queries as wording
from phithak.notices import saying
from phithak.notices.models import Campaign
from phithak.notices.services.campaigns.sealing import approved_words
from phithak.notices.states import CampaignState

_BEFORE_SUBMIT = (CampaignState.DRAFT, CampaignState.GATHERING, CampaignState.LISTED)


def as_pdf(row: Campaign, language: Language) -> bytes:
    """Return the words of a campaign that was read through its door; the TLP stands in the subject and on each page."""
    if row.state in _BEFORE_SUBMIT:
        row.directory = wording.directories(row.tenant_id)
    words = approved_words(row)
    told = saying.Told(code="—", language=language)
    subject, body, _ = saying.filled(words, told, language)
    label = saying.label(row.tlp)
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    mark = Text("[ฝึกซ้อม] ", "[EXERCISE] ").in_language(language) if row.exercise else ""
    today = clock.today()
    return letter_pdf(
        Letter(
            language=language,
            number="",
            date=thai_date(today) if language == "th" else english_date(today),
            sender=words.sender.in_language(language),
            subject=f"[{label}] {mark}{subject or row.title}",
            salutation=lines[0] if row.channel == Channel.MAIL and lines else "",
            body=tuple(lines[1:] if row.channel == Channel.MAIL else lines),
            closing="",
            signature=(),
            footer=label,
        )
    )
