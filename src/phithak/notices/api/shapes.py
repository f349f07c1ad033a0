"""What the API takes and answers about templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field

from phithak.core.ui.api import Schema
from phithak.engines.thai import Acting, Reader
from phithak.notices.lint import Finding
from phithak.notices.lint.shape import LIMIT
from phithak.notices.texts import Channel, TextClass


class WordingIn(Schema):
    """A text in both languages."""

    subject_th: str = Field(default="", max_length=300)
    subject_en: str = Field(default="", max_length=300)
    body_th: str = Field(max_length=LIMIT)
    body_en: str = Field(max_length=LIMIT)


class FindingOut(Schema):
    """Something that a rule found; start and end count characters of the part."""

    rule: str
    severity: str
    language: str
    part: str
    start: int
    end: int
    text_th: str
    text_en: str
    mend_th: str
    mend_en: str


class VersionOut(Schema):
    """One wording; ``seen`` is its hash, which submit and approve must repeat."""

    id: UUID
    number: int
    state: str
    intact: bool = Field(description="approved, and letter by letter what was approved")
    seen: str
    subject_th: str
    subject_en: str
    body_th: str
    body_en: str
    approved_at: datetime | None


class TemplateOut(Schema):
    """A template in a list."""

    id: UUID
    tenant_id: UUID
    code: str
    text_class: str
    channel: str
    two_way: bool
    title_th: str
    title_en: str


class TemplateDetail(TemplateOut):
    """A template with its versions, newest first, and what the lint finds in the newest."""

    versions: list[VersionOut]
    findings: list[FindingOut]


class TemplateIn(WordingIn):
    """A new template."""

    tenant_id: UUID
    code: str = Field(max_length=20)
    text_class: TextClass
    channel: Channel
    two_way: bool = False
    title_th: str = Field(max_length=200)
    title_en: str = Field(max_length=200)


class DraftIn(WordingIn):
    """A new wording; ``seen`` is the hash of the version that the writer began from."""

    seen: str = Field(max_length=64)


class SeenIn(Schema):
    """The hash of the text that the person read."""

    seen: str = Field(max_length=64)


class ReturnIn(SeenIn):
    """Why a version goes back."""

    reason: str = Field(max_length=300)


class LintIn(WordingIn):
    """A text to check; nothing is stored."""

    text_class: TextClass
    channel: Channel
    two_way: bool = False


class AddresseeIn(Schema):
    """Whom a text goes to."""

    name: str = Field(default="", max_length=200)
    position: str = Field(default="", max_length=200)
    organisation: str = Field(default="", max_length=200)
    reader: Reader = Reader.OFFICIAL


class SignatoryIn(Schema):
    """Who signs, and in whose power."""

    name: str = Field(default="", max_length=200)
    position: str = Field(default="", max_length=200)
    acting: Acting = Acting.SELF
    signs_for: str = Field(default="", max_length=200)


class PreviewIn(Schema):
    """Values for the slots; a date is ISO 8601."""

    facts: dict[str, str] = {}
    dates: dict[str, date] = {}
    passed: list[str] = Field(default=[], description="promises whose check has passed")
    addressee: AddresseeIn = AddresseeIn()
    signatory: SignatoryIn = SignatoryIn()
    samples: bool = True


class LetterIn(PreviewIn):
    """A letter in one language."""

    language: Literal["th", "en"] = "th"


class RenderedOut(Schema):
    """A text as it would be sent."""

    language: str
    subject: str
    body: str
    missing: list[str]
    characters: int | None
    parts: int | None
    letter_html: str = ""


def finding_out(found: Finding) -> FindingOut:
    """Return a finding as the API shows it."""
    return FindingOut(
        rule=found.rule,
        severity=found.severity,
        language=found.language,
        part=found.part,
        start=found.start,
        end=found.end,
        text_th=found.text.th,
        text_en=found.text.en,
        mend_th=found.mend.th,
        mend_en=found.mend.en,
    )
