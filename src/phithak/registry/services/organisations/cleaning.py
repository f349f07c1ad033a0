"""From what people typed to what is stored: every field checked, and named when it is wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from phithak.base.text import Text
from phithak.core.journal import guard
from phithak.engines.thai import ThaiFormatError, find_province, loose_fold, normalize, parse_juristic_id
from phithak.registry.models import Sector
from phithak.registry.queries import sectors
from phithak.registry.queries.facts import FIELDS, AliasFacts, AliasKind, LegalRole, OrganisationFacts
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.sorting import name_key
from phithak.registry.services.organisations.errors import BadFactError

NAME_LENGTH = 250
SHORT_LENGTH = 60
MOST_ALIASES = 50
_MOST_REVENUE = 10**15
_MOST_USERS = 2_000_000_000
# controls of direction and tags make a name read as another; a zero-width space is a harmless leftover
_DECEPTIVE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True)
class Cleaned:
    """Checked facts: the columns of the row, its sector, its other names."""

    columns: dict[str, Any]
    sector: Sector | None
    aliases: tuple[AliasFacts, ...]


def clean(facts: OrganisationFacts) -> Cleaned:
    """Return the facts as they are stored.

    Raises:
        BadFactError: the field is named.
    """
    name_th = clean_name(facts.name_th, "name_th")
    kind = _one_of(facts.kind, Kind, "kind")
    country = facts.country.strip().upper() or "TH"
    if not _COUNTRY.fullmatch(country):
        raise bad("country", "ใช้รหัสสองตัวอักษร เช่น TH", "give two letters, such as TH")
    sector = sectors.by_code(facts.sector) if facts.sector else None
    if facts.sector and sector is None:
        raise bad("sector", f"ไม่มีภาคส่วน {facts.sector[:60]}", f"there is no sector {facts.sector[:60]}")
    roles = kind.facts.legal_roles if facts.legal_roles is None else facts.legal_roles
    columns: dict[str, Any] = {
        "name_th": name_th,
        "name_key": name_key(name_th),
        "name_en": clean_name(facts.name_en, "name_en", needed=False),
        "short_th": clean_name(facts.short_th, "short_th", most=SHORT_LENGTH, needed=False),
        "short_en": clean_name(facts.short_en, "short_en", most=SHORT_LENGTH, needed=False),
        "kind": str(kind),
        "country": country,
        "province": _province(facts.province, country),
        "juristic_id": _juristic(facts.juristic_id),
        "owner_id": facts.owner_id,
        "is_juristic": facts.is_juristic,
        "revenue_thb": _amount(facts.revenue_thb, "revenue_thb", _MOST_REVENUE),
        "service_revenue_thb": _amount(facts.service_revenue_thb, "service_revenue_thb", _MOST_REVENUE),
        "users_per_month": _amount(facts.users_per_month, "users_per_month", _MOST_USERS),
        "legal_roles": [str(_one_of(role, LegalRole, "legal_roles")) for role in dict.fromkeys(roles)],
        "address": _line(facts.address, "address", 500),
        "website": _host(facts.website),
        "registered_on": facts.registered_on,
    }
    revenue, service = columns["revenue_thb"], columns["service_revenue_thb"]
    if revenue is not None and service is not None and service > revenue:
        raise bad("service_revenue_thb", "มากกว่ารายได้รวมไม่ได้", "it cannot be more than the revenue of all")
    return Cleaned(columns, sector, clean_aliases(facts.aliases))


def clean_aliases(aliases: tuple[AliasFacts, ...]) -> tuple[AliasFacts, ...]:
    """Return other names as they are stored, each once.

    Raises:
        BadFactError: one of them cannot be a name, or there are too many.
    """
    if len(aliases) > MOST_ALIASES:
        raise bad("aliases", f"มีได้ไม่เกิน {MOST_ALIASES} ชื่อ", f"there may be at most {MOST_ALIASES}")
    found: dict[str, AliasFacts] = {}
    for one in aliases:
        text = clean_name(one.text, "aliases")
        found.setdefault(text, AliasFacts(text, str(_one_of(one.kind, AliasKind, "aliases"))))
    return tuple(found.values())


def folded(text: str) -> str:
    """Return the key by which another name is compared."""
    return loose_fold(text)[:NAME_LENGTH]


def clean_name(typed: str, field: str, *, most: int = NAME_LENGTH, needed: bool = True) -> str:
    """Return a name on one line, in its normal form.

    Raises:
        BadFactError: it is empty or too long, or holds what cannot be seen and changes what is read.
    """
    if _DECEPTIVE.search(typed) or _CONTROL.search(typed):
        raise bad(
            field,
            "มีอักขระที่มองไม่เห็นซึ่งเปลี่ยนทิศหรือคำที่อ่าน พิมพ์ชื่อใหม่โดยไม่คัดลอก",
            "it holds invisible characters that change what is read; type the name instead of pasting it",
        )
    name = _line(typed, field, most)
    if not name:
        if needed or typed.strip():
            raise bad(field, "ต้องไม่ว่าง", "it must not be empty")
        return ""
    if not any(unicodedata.category(char)[0] in "LN" for char in name):
        raise bad(field, "ต้องมีตัวอักษรหรือตัวเลข", "a letter or digit is needed")
    try:
        guard.check(name, field)
    except guard.PersonalDataError as error:
        raise bad(
            field,
            "มีเลขประจำตัวหรือเบอร์มือถืออยู่ในชื่อ ให้เอาออก",
            "it holds an identity or mobile number; take it out",
        ) from error
    return name


def bad(field: str, th: str, en: str) -> BadFactError:
    """Return the error for one field, to be raised."""
    label = FIELDS.get(field, Text(field, field))
    return BadFactError(field=field, field_th=label.th, field_en=label.en, reason_th=th, reason_en=en)


def _line(typed: str, field: str, most: int) -> str:
    text = " ".join(normalize(typed).split())
    if len(text) > most:
        raise bad(field, f"ยาวได้ไม่เกิน {most} ตัวอักษร", f"it may have at most {most} characters")
    return text


def _one_of(value: str, kinds: Any, field: str) -> Any:
    try:
        return kinds(value)
    except ValueError as error:
        allowed = ", ".join(str(one) for one in kinds)
        raise bad(field, f"ต้องเป็นหนึ่งใน {allowed}", f"want one of {allowed}") from error


def _province(typed: str, country: str) -> str:
    if not typed.strip():
        return ""
    if country != "TH":
        raise bad("province", "ใช้เฉพาะประเทศไทย", "only places in Thailand have one")
    try:
        return find_province(typed).code
    except ThaiFormatError as error:
        raise bad("province", error.th, error.en) from error


def _juristic(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return parse_juristic_id(typed).number
    except ThaiFormatError as error:
        raise bad("juristic_id", error.th, error.en) from error


def _amount(value: int | None, field: str, most: int) -> int | None:
    if value is not None and not 0 <= value <= most:
        raise bad(field, f"ต้องเป็น 0 ถึง {most:,}", f"want 0 to {most:,}")
    return value


def _host(typed: str) -> str:
    text = typed.strip().lower()
    if not text:
        return ""
    host = re.sub(r"^https?://", "", text).split("/")[0].split("?")[0].split(":")[0].rstrip(".")
    try:
        plain = host.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if not _HOST.fullmatch(plain):
        raise bad("website", "ใส่ชื่อเว็บเช่น www.example.or.th", "give a host such as www.example.or.th")
    return plain
