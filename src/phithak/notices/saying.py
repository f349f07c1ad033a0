"""What a campaign says to one recipient: the approved text filled, the TLP, how to answer.

Plain functions over what was approved; no table is read. The same recipient is told the same words each time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from phithak.base.text import LANGUAGES, Language, Text
from phithak.core.i18n import show
from phithak.core.outbox.states import Channel
from phithak.engines.thai import SmsSize, sms_size
from phithak.notices.filling import fill
from phithak.notices.preview import Values, slot_values
from phithak.notices.states import Answers, Why
from phithak.notices.texts import Wording, slots_in

SMS_PARTS = 3
SUBJECT_MOST = 200
CLEAR = "CLEAR"
_TLP_AT_START = re.compile(r"^\s*\[TLP:[A-Z+]+\]\s*")
_DEAR = Text("เรียน {name}", "Dear {name},")
_ANYBODY = Text("ท่านผู้รับข้อความ", "recipient")
_EXERCISE = Text("[ฝึกซ้อม] ", "[EXERCISE] ")
_REMINDER = Text("เตือน: ", "Reminder: ")


@dataclass(frozen=True)
class Approved:
    """Everything of a campaign that its words are made from; all of it is under the seal.

    Attributes:
        title: of the campaign; the subject where a text of an SMS goes by mail.
        written_for: the channel that the text was written for.
        wording: the approved text.
        facts: by slot; a date as ``{"date": "2026-11-24"}``.
        passed: promises whose check has passed.
        directory: hotlines by language, as they were when it was submitted.
        sender: name of the sending organisation, for the slots ``org`` and ``team`` that no fact fills.
        tlp: its TLP.
        answers: what is asked for.
        exercise: whether the words say that it is an exercise.
    """

    title: str
    written_for: Channel
    wording: Wording
    facts: Mapping[str, Any]
    passed: Sequence[str]
    directory: Mapping[str, Mapping[str, str]]
    sender: Text
    tlp: str
    answers: Answers
    exercise: bool = False


@dataclass(frozen=True)
class Told:
    """What is known of one recipient when the words are made.

    Attributes:
        code: their reference, which is also the code of the answer page.
        url: their one-time link; "" by SMS.
        due: until when they are asked to answer.
        name: what the source calls them; None for a person of the public.
        why: the first message, a reminder, or by another way.
        language: which comes first; an SMS has this one alone.
    """

    code: str
    url: str = ""
    due: datetime | None = None
    name: Text | None = None
    why: Why = Why.FIRST
    language: Language = "th"


@dataclass(frozen=True)
class Said:
    """The words: a subject for mail, a body, slots without a value, and the size of an SMS."""

    subject: str
    body: str
    missing: tuple[str, ...] = field(default=())
    sms: SmsSize | None = None


def say(channel: Channel, approved: Approved, told: Told) -> Said:
    """Return the words for one recipient."""
    return _sms(approved, told) if channel is Channel.SMS else _mail(approved, told)


def label(tlp: str) -> str:
    """Return the label as it is printed on every subject and document."""
    return f"TLP:{tlp}"


def filled(approved: Approved, told: Told, language: Language) -> tuple[str, str, tuple[str, ...]]:
    """Return subject and body of the approved text in one language, and the slots that have no value."""
    wording = approved.wording
    facts = {name: _fact(value) for name, value in approved.facts.items()}
    for slot in ("org", "team"):
        facts.setdefault(slot, approved.sender.in_language(language))
    facts.setdefault("ref", told.code)
    given = Values(facts, frozenset(approved.passed), approved.directory)
    values = slot_values(wording, language, given)
    for slot in slots_in(f"{wording.subject(language)}\n{wording.body(language)}"):
        if slot in {"greeting", "opening"} and slot not in values:
            name = (told.name or _ANYBODY).in_language(language)
            values[slot] = _DEAR.format(name=name).in_language(language)
    subject, body = fill(wording.subject(language), values), fill(wording.body(language), values)
    plain = _TLP_AT_START.sub("", subject.text)
    return plain, body.text, tuple(dict.fromkeys(subject.missing + body.missing))


def _sms(approved: Approved, told: Told) -> Said:
    if approved.written_for is Channel.SMS:
        _, body, missing = filled(approved, told, told.language)
    else:
        # a letter does not fit: the short message says whom to call, and nothing of the matter
        body = _call_us(approved, told)
        missing = () if approved.directory.get(told.language, {}).get("tel") else ("tel",)
    # a member of the public is not troubled with a label that holds nothing back
    before = "" if approved.tlp == CLEAR else f"{label(approved.tlp)} "
    before += _marks(approved, told).in_language(told.language)
    text = f"{before}{body}{_answer_by_code(approved, told, body)}"
    return Said("", text, missing, sms_size(text))


def _call_us(approved: Approved, told: Told) -> str:
    number = approved.directory.get(told.language, {}).get("tel", "")
    sender = approved.sender.in_language(told.language)
    return (
        Text(
            f"{sender}: มีเรื่องแจ้งถึงท่าน โปรดโทร {number} แจ้งรหัส {told.code} เราไม่ขอรหัส OTP",
            f"{sender}: there is news for you. Please call {number} and give code {told.code}. We ask for no OTP.",
        )
    ).in_language(told.language)


def _mail(approved: Approved, told: Told) -> Said:
    order: tuple[Language, ...] = LANGUAGES if told.language == "th" else ("en", "th")
    subjects: list[str] = []
    bodies: list[str] = []
    missing: list[str] = []
    for language in order:
        subject, body, left = filled(approved, told, language)
        subjects.append(f"{_marks(approved, told).in_language(language)}{subject or approved.title}")
        ending = _answer_by_link(approved, told, language)
        bodies.append(f"{body}\n{ending}\n{_footer(approved, told).in_language(language)}\n")
        missing += left
    subject = " ".join(f"[{label(approved.tlp)}] {subjects[0]}".split())
    return Said(subject[:SUBJECT_MOST], "\n---\n\n".join(bodies), tuple(dict.fromkeys(missing)))


def _marks(approved: Approved, told: Told) -> Text:
    th = en = ""
    if approved.exercise:
        th, en = _EXERCISE.th, _EXERCISE.en
    if told.why is Why.REMIND:
        th, en = th + _REMINDER.th, en + _REMINDER.en
    return Text(th, en)


def _answer_by_code(approved: Approved, told: Told, body: str) -> str:
    if approved.answers is Answers.NONE:
        return ""
    if told.code in body:
        found = Text(" ตอบที่เว็บศูนย์ด้วยเลขนี้", " Answer on our site with this ref")
    else:
        found = Text(f" ตอบที่เว็บศูนย์ด้วยรหัส {told.code}", f" Answer on our site with code {told.code}")
    return found.in_language(told.language)


def _answer_by_link(approved: Approved, told: Told, language: Language) -> str:
    if approved.answers is Answers.NONE or not told.url:
        return ""
    return Text(
        f"กรุณาตอบภายใน {show.moment(told.due, 'th')} ด้วยการเปิดลิงก์แล้วกดปุ่ม\n{told.url}\n",
        f"Please answer by {show.moment(told.due, 'en')}: open the link and press a button.\n{told.url}\n",
    ).in_language(language)


def _footer(approved: Approved, told: Told) -> Text:
    return Text(
        f"{label(approved.tlp)} · รหัสอ้างอิง {told.code} · เราไม่ขอรหัสผ่าน รหัส OTP หรือให้โอนเงินไม่ว่ากรณีใด",
        f"{label(approved.tlp)} · Reference {told.code} · We never ask for passwords, OTP codes or transfers.",
    )


def _fact(value: Any) -> str | date:
    if isinstance(value, Mapping):
        return date.fromisoformat(str(value["date"]))
    return str(value)
