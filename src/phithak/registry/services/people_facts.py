"""What people, positions and contacts are made of, and how typed values become stored ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text
from phithak.engines.thai import (
    PersonName,
    ThaiFormatError,
    bare_name,
    normalize,
    parse_phone,
    split_name,
    strip_controls,
    strip_invisible,
)
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people_hours import Span
from phithak.registry.queries.people_routing import DEFAULT_TLP
from phithak.registry.services.people_errors import (
    ContactEmailError,
    ContactPhoneError,
    HiddenSignsError,
    PersonNameError,
)

FIELDS = {
    "name_th": Text("ชื่อไทย", "Name in Thai"),
    "name_en": Text("ชื่ออังกฤษ", "Name in English"),
    "title": Text("คำนำหน้าและยศ", "Titles and ranks"),
    "languages": Text("ภาษา", "Languages"),
    "user_id": Text("บัญชีผู้ใช้", "Account"),
    "title_th": Text("ตำแหน่ง (ไทย)", "Position (Thai)"),
    "title_en": Text("ตำแหน่ง (อังกฤษ)", "Position (English)"),
    "unit": Text("หน่วยในสังกัด", "Unit"),
    "kinds": Text("เรื่องที่เกี่ยวกับตำแหน่ง", "What the position is for"),
    "since": Text("ตั้งแต่", "Since"),
    "until": Text("ถึง", "Until"),
    "kind": Text("ประเภท", "Kind"),
    "position_id": Text("ผู้ดำรงตำแหน่ง", "Person and position"),
    "label_th": Text("ชื่อเรียกไทย", "Label in Thai"),
    "label_en": Text("ชื่อเรียกอังกฤษ", "Label in English"),
    "email": Text("อีเมล", "E-mail"),
    "phone": Text("โทรศัพท์", "Telephone"),
    "other_email": Text("อีเมลนอกโดเมนของหน่วยงาน", "E-mail outside the own domain"),
    "time_zone": Text("เขตเวลา", "Time zone"),
    "hours": Text("เวลาเวร", "Duty hours"),
    "on_holidays": Text("รวมวันหยุด", "On holidays too"),
    "rank": Text("ลำดับ", "Rank"),
    "backup_id": Text("ผู้รับช่วง", "Backup"),
    "system_id": Text("ระบบ", "System"),
    "scope": Text("ขอบเขตงาน", "Scope"),
    "tlp_most": Text("TLP สูงสุดที่รับได้", "Narrowest TLP"),
    "how": Text("แจ้งหรือยืนยันทางใด", "How it was told or confirmed"),
    "key_text": Text("กุญแจ OpenPGP หรือใบรับรอง", "OpenPGP key or certificate"),
}
"""Names of the fields, for messages."""

_LANGUAGES = 12
_CODE = 2


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What the registry knows of a person.

    Attributes:
        name_th: the name; titles in front of it move to ``title``. May be in Latin letters for a foreigner.
        title: titles and ranks as written, such as "พลอากาศตรี นายแพทย์".
        name_en: the name in Latin letters.
        languages: ISO 639-1 codes.
        user_id: the account of this person here.
    """

    name_th: str
    title: str = ""
    name_en: str = ""
    languages: tuple[str, ...] = ("th",)
    user_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PositionFacts:
    """What somebody is in an organisation; ``kinds`` are the matters that the position is for (none = all)."""

    title_th: str
    title_en: str = ""
    unit: str = ""
    kinds: tuple[ContactKind, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContactFacts:
    """How to reach somebody for one kind of matter.

    Attributes:
        kind: what the contact is there for.
        label_th: what the call sheet names it, such as "เวรไอที".
        label_en: the same in English.
        position_id: who answers; None for a desk.
        email: in clear as typed; at a change None keeps what is there and "" takes it away.
        phone: the same.
        other_email: an address outside of the organisation's own domains, the same.
        languages: ISO 639-1 codes.
        time_zone: IANA name.
        hours: spans (weekday 0-6, "08:30", "16:30"); none = round the clock; an end before its start runs
            over midnight.
        on_holidays: on duty on public holidays too.
        rank: 1 is called first.
        backup_id: who stands in.
        system_id: of a vendor: the system that it may be called for.
        scope: of a vendor: what it may be called for.
        tlp_most: the narrowest TLP that it may receive.
        key_text: armoured OpenPGP public key or PEM certificate; at a change None keeps it.
        key_fingerprint: what the key's fingerprint must be, when it was told another way.
    """

    kind: ContactKind
    label_th: str
    label_en: str = ""
    position_id: UUID | None = None
    email: str | None = None
    phone: str | None = None
    other_email: str | None = None
    languages: tuple[str, ...] = ("th",)
    time_zone: str = "Asia/Bangkok"
    hours: tuple[Span, ...] = ()
    on_holidays: bool = False
    rank: int = 1
    backup_id: UUID | None = None
    system_id: UUID | None = None
    scope: str = ""
    tlp_most: str = DEFAULT_TLP
    key_text: str | None = None
    key_fingerprint: str = ""


def clean_text(value: str, field: str, *, most: int = 200, needed: bool = False) -> str:
    """Return a line as it is kept.

    Raises:
        HiddenSignsError: it holds invisible, control or direction-changing characters.
        InvalidInputError: it is missing or too long.
    """
    text = value.strip()
    if strip_invisible(strip_controls(text)) != text:
        raise HiddenSignsError(field=field, field_th=FIELDS[field].th, field_en=FIELDS[field].en)
    text = " ".join(normalize(text).split())
    if needed and not text:
        raise InvalidInputError(
            field=field, reason_th=f"กรอก {FIELDS[field].th}", reason_en=f"fill in {FIELDS[field].en}"
        )
    if len(text) > most:
        raise InvalidInputError(
            field=field,
            reason_th=f"{FIELDS[field].th} ยาวได้ไม่เกิน {most} ตัวอักษร",
            reason_en=f"{FIELDS[field].en} has at most {most} characters",
        )
    return text


def clean_name(facts: PersonFacts) -> tuple[str, str, str]:
    """Return title, Thai name and Latin name; titles typed into the name move to the title, in full.

    Raises:
        PersonNameError: it is no person's name.
        HiddenSignsError: it hides something.
    """
    name_th = clean_text(facts.name_th, "name_th", needed=True)
    title = clean_text(facts.title, "title", most=60)
    name_en = clean_text(facts.name_en, "name_en")
    parts = _parts(f"{title} {name_th}".strip(), "name_th")
    if title and not parts.titles:
        # a title that no table knows stays as it was written
        return title, bare_name(_parts(name_th, "name_th")), name_en
    titles = " ".join(
        held.thai(full=True) if parts.thai else held.english(full=True) for held in parts.titles
    )
    return titles[:60], bare_name(parts), bare_name(_parts(name_en, "name_en")) if name_en else ""


def _parts(text: str, field: str) -> PersonName:
    try:
        return split_name(text)
    except ThaiFormatError as error:
        raise PersonNameError(field=field, reason_th=error.th, reason_en=error.en) from error


def clean_languages(languages: Sequence[str]) -> list[str]:
    """Return codes of languages, each once.

    Raises:
        InvalidInputError: one is no code of two letters, or there are too many.
    """
    found = list(dict.fromkeys(code.strip().casefold() for code in languages if code.strip()))
    wrong = [code for code in found if len(code) != _CODE or not code.isascii() or not code.isalpha()]
    if wrong or len(found) > _LANGUAGES:
        raise InvalidInputError(
            field="languages",
            reason_th="ภาษาเป็นรหัสสองตัวอักษร เช่น th en lo",
            reason_en="languages are codes of two letters, such as th en lo",
        )
    return found


def clean_phone(text: str) -> str:
    """Return a number as it is dialled, with its extension.

    Raises:
        ContactPhoneError: it cannot be read; the message never repeats it.
    """
    if not text.strip():
        return ""
    try:
        phone = parse_phone(text)
    except ThaiFormatError as error:
        raise ContactPhoneError(field="phone", reason_th=error.th, reason_en=error.en) from error
    return phone.number + (f" ext {phone.extension}" if phone.extension else "")


def clean_email(text: str, field: str) -> str:
    """Return an address, its domain in lower case.

    Raises:
        ContactEmailError: it is none.
    """
    plain = text.strip()
    if not plain:
        return ""
    if strip_invisible(strip_controls(plain)) != plain:
        raise HiddenSignsError(field=field, field_th=FIELDS[field].th, field_en=FIELDS[field].en)
    try:
        validate_email(plain)
    except ValidationError as error:
        raise ContactEmailError(field=field) from error
    local, _, domain = plain.rpartition("@")
    return f"{local}@{domain.lower()}"
