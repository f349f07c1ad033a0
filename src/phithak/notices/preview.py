"""What a text looks like when it is sent: slots filled, SMS counted, greeting and letter made from names.

Plain functions over values; nothing is stored. Names are read by ``engines.thai``: letters carry full ranks,
e-mails short ones (S4-2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from phithak.base.text import Language, Text
from phithak.core.pdf import Letter
from phithak.engines.thai import (
    Acting,
    Reader,
    SmsSize,
    ThaiFormatError,
    closing,
    email_greeting,
    english_date,
    english_opening,
    full_name,
    letter_opening,
    short_name,
    signature,
    sms_size,
    thai_date,
)
from phithak.notices.errors import BadValueError, NotALetterError
from phithak.notices.filling import fill
from phithak.notices.lint.words import CLOSING
from phithak.notices.texts import Channel, SlotKind, Wording, slots, slots_in

Facts = Mapping[str, str | date]


@dataclass(frozen=True)
class Addressee:
    """Whom a text goes to; never stored."""

    name: str = ""
    position: str = ""
    organisation: str = ""
    reader: Reader = Reader.OFFICIAL


@dataclass(frozen=True)
class Signatory:
    """Who signs, and in whose power (domain F1.8)."""

    name: str = ""
    position: str = ""
    acting: Acting = Acting.SELF
    signs_for: str = ""


@dataclass(frozen=True)
class Values:
    """Everything that fills a text.

    Attributes:
        facts: by slot name; a date is shown in BE in Thai and in CE in English.
        passed: promises whose check has passed.
        directory: the directory slots of the sender, by language.
        addressee, signatory: for openings, greetings and signatures.
        samples: fill what is absent with the sample of the slot (never a promise or a number of the directory).
    """

    facts: Facts
    passed: frozenset[str]
    directory: Mapping[str, Mapping[str, str]]
    addressee: Addressee = Addressee()
    signatory: Signatory = Signatory()
    samples: bool = False


@dataclass(frozen=True)
class Rendered:
    """A text in one language: filled, with the slots that had no value, and its size as an SMS."""

    language: Language
    subject: str
    body: str
    missing: tuple[str, ...]
    sms: SmsSize | None


def render(wording: Wording, channel: Channel, language: Language, values: Values) -> Rendered:
    """Return a text as it would be sent.

    Raises:
        BadValueError: the name of the addressee or of the signatory cannot be read.
    """
    filled = slot_values(wording, language, values)
    subject = fill(wording.subject(language), filled)
    body = fill(wording.body(language), filled)
    missing = tuple(dict.fromkeys(subject.missing + body.missing))
    size = sms_size(body.text) if channel is Channel.SMS else None
    return Rendered(language, subject.text, body.text, missing, size)


def letter(
    wording: Wording, channel: Channel, language: Language, values: Values, *, code: str, today: date
) -> Letter:
    """Return a letter in one language, for the PDF and its HTML twin.

    The first line of the body is the salutation, the line that closes stands above the signature, every line
    between is a paragraph.

    Raises:
        NotALetterError: the template is of another channel.
        BadValueError: a name cannot be read.
    """
    if channel is not Channel.LETTER:
        raise NotALetterError(template=code)
    filled = slot_values(wording, language, values)
    lines = wording.body(language).splitlines() or [""]
    end = next((at for at, line in enumerate(lines) if CLOSING[language].match(line.strip())), len(lines))
    paragraphs = [fill(line, filled).text for line in lines[1:end] if line.strip()]
    signed = fill("\n".join(lines[end + 1 :]), filled).text
    person = values.addressee
    receiver = " ".join(part for part in (_full(person), person.position, person.organisation) if part)
    return Letter(
        language=language,
        number=filled.get("letter_no", ""),
        date=thai_date(today) if language == "th" else english_date(today),
        sender=filled.get("team") or filled.get("org") or "",
        subject=fill(wording.subject(language), filled).text,
        salutation=fill(lines[0], filled).text,
        lines=((Text("ผู้รับ", "Addressee").in_language(language), receiver),) if receiver else (),
        body=tuple(paragraphs),
        closing=fill(lines[end], filled).text if end < len(lines) else "",
        signature=tuple(line for line in signed.splitlines() if line),
    )


def slot_values(wording: Wording, language: Language, values: Values) -> dict[str, str]:
    """Return the value of each slot of a text for which there is one."""
    found: dict[str, str] = {}
    names = slots_in(f"{wording.subject(language)}\n{wording.body(language)}")
    for name in [*names, *(name for name in ("letter_no",) if name in values.facts and name not in names)]:
        slot = slots().get(name)
        if slot is None:
            continue
        value = _value(name, slot.kind, language, values)
        if value is None and values.samples and slot.kind in {SlotKind.FACT, SlotKind.FORM}:
            value = slot.sample.in_language(language)
        if value is not None:
            found[name] = value
    return found


def _value(name: str, kind: SlotKind, language: Language, values: Values) -> str | None:
    if kind is SlotKind.PROMISE:
        return slots()[name].sample.in_language(language) if name in values.passed else None
    if kind is SlotKind.DIRECTORY:
        return values.directory.get(language, {}).get(name)
    if kind is SlotKind.FORM:
        return _form(name, language, values)
    fact = values.facts.get(name)
    if isinstance(fact, date):
        return thai_date(fact) if language == "th" else english_date(fact)
    return fact or None


def _form(name: str, language: Language, values: Values) -> str | None:
    person, signer = values.addressee, values.signatory
    try:
        match name:
            case "opening" if person.name or person.position:
                return _opening(person, language)
            case "greeting" if person.name:
                return email_greeting(person.name) if language == "th" else f"Dear {short_name(person.name)},"
            case "closing":
                return closing(person.name or None) if language == "th" else "Yours sincerely,"
            case "signature" if signer.name:
                return "\n".join(
                    signature(signer.name, signer.position, acting=signer.acting, signs_for=signer.signs_for)
                )
            case _:
                return None
    except ThaiFormatError as error:
        raise BadValueError(
            field="signatory_name" if name == "signature" else "addressee_name",
            reason_th=error.th,
            reason_en=error.en,
        ) from error
    except ValueError as error:
        raise BadValueError(
            field="signs_for",
            reason_th="การลงนามแทนต้องระบุตำแหน่งที่ลงนามแทน",
            reason_en="acting for somebody needs the position signed for",
        ) from error


def _opening(person: Addressee, language: Language) -> str:
    if language == "en":
        return english_opening(person.name) if person.name else f"Dear {person.position},"
    if person.name:
        return letter_opening(person.name, person.position, person.reader)
    return f"เรียน {person.position}"


def _full(person: Addressee) -> str:
    if not person.name:
        return ""
    try:
        return full_name(person.name)
    except ThaiFormatError as error:
        raise BadValueError(field="addressee_name", reason_th=error.th, reason_en=error.en) from error
