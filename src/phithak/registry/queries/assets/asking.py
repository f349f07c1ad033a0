"""“Public cloud stores with ID card images”: what a person types about stores, read as filters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Q, QuerySet

from phithak.core.search import queries as search
from phithak.engines.thai import fold
from phithak.registry.models import DataStore, DataStoreKind
from phithak.registry.queries import organisations
from phithak.registry.queries.assets.doors import STORE
from phithak.registry.queries.assets.kinds import DataKind, Exposure, Place, Technique

Facet = Place | Technique | DataKind | Exposure


@dataclass(frozen=True)
class Question:
    """What was understood: facets of each list (all kinds must be there, any of the others), and the rest."""

    places: frozenset[Place]
    techniques: frozenset[Technique]
    kinds: frozenset[DataKind]
    exposures: frozenset[Exposure]
    rest: str

    @property
    def understood(self) -> bool:
        """Tell whether anything was read as a filter."""
        return bool(self.places or self.techniques or self.kinds or self.exposures)


_SAID: dict[Facet, tuple[str, ...]] = {
    Place.OWN_CENTRE: (
        "own centre", "own center", "in house", "on premise", "on premises", "ศูนย์คอมพิวเตอร์ภายใน",
    ),
    Place.HOSTED: ("hosted", "colocation", "โฮสติ้ง"),
    Place.GOVERNMENT_CLOUD: ("gdcc", "government clouds"),
    Place.PRIVATE_CLOUD: ("private clouds",),
    Place.PUBLIC_CLOUD: ("public clouds", "cloud สาธารณะ", "คลาวด์ของผู้ให้บริการ"),
    Place.PARTNER: ("partners", "partner", "คู่ค้า"),
    Place.DEVICE: ("computer", "phones or computers"),
    Place.PAPER: ("papers", "กระดาษ"),
    Technique.BUCKET: ("buckets", "object storage", "ถังเก็บไฟล์", "บัคเก็ต"),
    Technique.DATABASE: ("databases",),
    Technique.FILE_SHARE: ("file shares", "shared folder", "แฟ้มแชร์"),
    Technique.SPREADSHEET: ("spreadsheet", "spreadsheets", "google sheet", "ชีต", "ตารางคำนวณ"),
    Technique.IMAGE_ARCHIVE: ("pacs", "คลังภาพทางการแพทย์"),
    Technique.MAILBOX: ("mailboxes",),
    Technique.BACKUP: ("backups", "แบ็กอัป", "สำรองข้อมูล"),
    Technique.REMOVABLE: ("usb",),
    DataKind.ID_CARD_IMAGE: (
        "id card image", "id card photos", "id card photo", "images of id cards", "id cards", "id card",
        "บัตรประชาชน", "สำเนาบัตรประชาชน", "รูปบัตรประชาชน",
    ),
    DataKind.NATIONAL_ID: ("national id", "national id number", "เลขบัตรประชาชน", "เลขประชาชน"),
    DataKind.NAME: ("names of persons", "ชื่อนามสกุล", "ชื่อ-นามสกุล"),
    DataKind.PHONE: ("phone numbers", "phone number", "เบอร์โทร", "เบอร์โทรศัพท์"),
    DataKind.ADDRESS: ("postal addresses", "home addresses"),
    DataKind.E_MAIL: ("emails", "e-mails"),
    DataKind.DATE_OF_BIRTH: ("date of birth", "birthdays"),
    DataKind.HEALTH_RECORD: ("health record", "medical records", "patient records", "เวชระเบียน"),
    DataKind.PAYMENT: ("payments", "credit cards", "บัตรเครดิต"),
    DataKind.PASSWORD: ("password",),
    DataKind.ORDER_HISTORY: ("orders", "คำสั่งซื้อ"),
    DataKind.BOOKING: ("booking", "การจองคิว"),
    DataKind.ACCESS_LOG: ("access log", "log files"),
    Exposure.PUBLIC: ("public", "open", "exposed", "สาธารณะ", "เปิดอยู่", "รั่ว"),
    Exposure.PRIVATE: ("checked private", "not public"),
    Exposure.UNKNOWN: ("unchecked", "unknown exposure", "ยังไม่ตรวจ"),
}  # fmt: skip
_VAGUE: frozenset[Facet] = frozenset({Technique.OTHER, DataKind.OTHER, DataKind.LOCATION, DataKind.NAME})
"""Names that are common words; only their longer sayings are understood."""

_NOISE = (
    "data stores", "data store", "stores", "store", "storage", "with", "that", "which", "hold", "holds", "holding",
    "have", "has", "contain", "contains", "containing", "kept", "keeping", "all", "the", "and", "of", "in", "on",
    "at", "a", "to",
    "คลังเก็บข้อมูล", "คลังข้อมูล", "ที่เก็บข้อมูล", "ที่มี", "ที่เก็บ", "ซึ่งเก็บ", "ซึ่งมี", "จัดเก็บ", "เก็บ", "ทั้งหมด", "และ",
    "บน", "ใน", "ที่", "มี", "กับ", "ของ", "ข้อมูล",
)  # fmt: skip


def question(words: str) -> Question:
    """Read what was typed; what is not understood stays as ``rest``."""
    left = fold(words)
    found: list[Facet] = []
    for pattern, facet in _patterns():
        left, times = pattern.subn(" ", left)
        if times:
            found.append(facet)
    if found:
        for noise in _noise():
            left = noise.sub(" ", left)
    return Question(
        frozenset(one for one in found if isinstance(one, Place)),
        frozenset(one for one in found if isinstance(one, Technique)),
        frozenset(one for one in found if isinstance(one, DataKind)),
        frozenset(one for one in found if isinstance(one, Exposure)),
        " ".join(left.split()),
    )


def stores_matching(rows: QuerySet[DataStore], words: str) -> QuerySet[DataStore]:
    """Return those stores that fit what was typed: by its filters, or by name, provider, place or holder."""
    plain = _by_words(words)
    asked = question(words)
    if not asked.understood:
        return rows.filter(plain)
    fits = Q()
    if asked.places:
        fits &= Q(place__in=asked.places)
    if asked.techniques:
        fits &= Q(technique__in=asked.techniques)
    if asked.exposures:
        fits &= Q(exposure__in=asked.exposures)
    for kind in asked.kinds:
        fits &= holds(kind)
    if asked.rest:
        fits &= _by_words(asked.rest)
    return rows.filter(fits | plain)


def holds(kind: DataKind | str) -> Q:
    """Return the condition that a store holds a kind of data."""
    return Q(pk__in=DataStoreKind.objects.filter(kind=kind).values("store"))


def _by_words(words: str) -> Q:
    return search.held(STORE, words) | search.held(organisations.KIND, words, "tenant")


@cache
def _patterns() -> list[tuple[re.Pattern[str], Facet]]:
    said = {(fold(words), facet) for facet, sayings in _SAID.items() for words in sayings}
    for facets in (Place, Technique, DataKind, Exposure):
        said |= {
            (fold(words), facet)
            for facet in facets
            if facet not in _VAGUE
            for words in (facet.text.th, facet.text.en)
        }
    # the longest first: "public cloud" is no "public"
    return [(_pattern(words), facet) for words, facet in sorted(said, key=lambda one: (-len(one[0]), one[0]))]


@cache
def _noise() -> list[re.Pattern[str]]:
    return list(_all_patterns(_NOISE))


def _all_patterns(words: Iterable[str]) -> Iterable[re.Pattern[str]]:
    return (_pattern(fold(one)) for one in sorted(words, key=len, reverse=True))


def _pattern(words: str) -> re.Pattern[str]:
    # Thai is written without blanks, so only Latin words have edges
    edge = r"\b" if words.isascii() and words[-1:].isalnum() else ""
    return re.compile(f"{edge}{re.escape(words)}{edge}")
