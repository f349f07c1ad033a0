"""Openings, greetings, closings and signatures of letters, by who is written to and who signs.

Sources: domain D3, Address in letters (เรียน + position for officials, เรียน คุณ for citizens, ขอแสดงความนับถือ);
domain F1.8 (acting-for forms); S4-2 (full rank in letters, short form in e-mail); the Prime Minister's
Office regulation on correspondence for monks (นมัสการ). Princes of higher rank need their own court
language, which no program should guess: the opening below is for หม่อมเจ้า.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from phithak.engines.thai.names import PersonName, bare_name, full_name, short_name, split_name
from phithak.engines.thai.title_table import TitleKind


class Reader(StrEnum):
    """Whom the letter goes to: an office holder, or a citizen."""

    OFFICIAL = "official"
    CITIZEN = "citizen"


class Acting(StrEnum):
    """In whose power a letter is signed (domain F1.8)."""

    SELF = "self"
    ACTING = "acting"
    ACTING_GOVERNMENT = "acting_government"
    ON_BEHALF = "on_behalf"

    @property
    def th(self) -> str:
        """The Thai words between the signer's own position and the position signed for."""
        return _ACTING[self][0]

    @property
    def en(self) -> str:
        """The same in English."""
        return _ACTING[self][1]


_ACTING = {
    Acting.SELF: ("", ""),
    Acting.ACTING: ("รักษาการแทน", "Acting for"),
    Acting.ACTING_GOVERNMENT: ("รักษาราชการแทน", "Acting for"),
    Acting.ON_BEHALF: ("ปฏิบัติราชการแทน", "On behalf of"),
}

_NOT_KHUN = frozenset({TitleKind.NOBLE, TitleKind.ROYAL, TitleKind.RELIGIOUS})


def _name(name: PersonName | str) -> PersonName:
    return name if isinstance(name, PersonName) else split_name(name)


def _kinds(name: PersonName) -> set[TitleKind]:
    return {held.title.kind for held in name.titles}


def _as_khun(name: PersonName) -> str:
    return f"คุณ{bare_name(name)}"


def letter_opening(name: PersonName | str, position: str = "", reader: Reader = Reader.OFFICIAL) -> str:
    """Return the line that opens a Thai letter.

    Officials: "เรียน <position>", without one the name with its full title. Citizens: "เรียน คุณ<name>";
    a child's letter goes to the guardian; monks: "นมัสการ …"; หม่อมเจ้า: "ทูล …"; noble, ม.ร.ว., ม.ล. and
    religious titles stay in place of คุณ.

    Raises:
        ThaiFormatError: as ``split_name`` when the name is given as text.
    """
    parts = _name(name)
    kinds = _kinds(parts)
    if TitleKind.MONK in kinds:
        return f"นมัสการ {full_name(parts)}"
    if TitleKind.PRINCELY in kinds:
        return f"ทูล {full_name(parts)}"
    if reader is Reader.OFFICIAL:
        return f"เรียน {position.strip() or full_name(parts)}"
    if TitleKind.CHILD in kinds:
        return f"เรียน ผู้ปกครองของ{full_name(parts)}"
    return f"เรียน {full_name(parts) if kinds & _NOT_KHUN else _as_khun(parts)}"


def addressee(name: PersonName | str, position: str = "") -> str:
    """Return the lines that name the addressee: full rank and name, then the position (S4-2).

    Raises:
        ThaiFormatError: as ``split_name`` when the name is given as text.
    """
    return "\n".join(line for line in (full_name(name), position.strip()) if line)


def email_greeting(name: PersonName | str) -> str:
    """Return the greeting of an e-mail: "เรียน พล.อ.ต. อมร ใจกล้า", "เรียน คุณสมชาย ใจดี" (S4-2).

    Civil titles and bare names become คุณ; ranks, medical and academic titles stand in their short form.
    A name in Latin letters is greeted in English: "Dear AVM Amorn Jaikla,".

    Raises:
        ThaiFormatError: as ``split_name`` when the name is given as text.
    """
    parts = _name(name)
    kinds = _kinds(parts)
    if not parts.thai:
        return f"Dear {short_name(parts)},"
    if kinds & {TitleKind.MONK, TitleKind.PRINCELY, TitleKind.CHILD}:
        return letter_opening(parts, reader=Reader.CITIZEN)
    kept = tuple(held for held in parts.titles if held.title.kind is not TitleKind.CIVIL)
    return f"เรียน {short_name(replace(parts, titles=kept)) if kept else _as_khun(parts)}"


def english_opening(name: PersonName | str) -> str:
    """Return the opening of an English letter with full titles: "Dear Air Vice Marshal Amorn Jaikla,".

    Raises:
        ThaiFormatError: as ``split_name`` when the name is given as text.
    """
    return f"Dear {full_name(name)},"


def closing(name: PersonName | str | None = None) -> str:
    """Return the words above the signature: ขอแสดงความนับถือ, to monks ขอนมัสการด้วยความเคารพ.

    Raises:
        ThaiFormatError: as ``split_name`` when the reader's name is given as text.
    """
    if name is not None and TitleKind.MONK in _kinds(_name(name)):
        return "ขอนมัสการด้วยความเคารพ"
    return "ขอแสดงความนับถือ"


def signature(
    name: PersonName | str, position: str, *, acting: Acting = Acting.SELF, signs_for: str = ""
) -> tuple[str, ...]:
    """Return the lines under a signature.

    Args:
        name: the signer; shown in brackets with the full title.
        position: the signer's own position.
        acting: in whose power; anything but SELF needs ``signs_for``.
        signs_for: the position signed for: "เลขาธิการ".

    Returns:
        ("(พันตำรวจเอก สมชาย ใจดี)", "รองเลขาธิการ ปฏิบัติราชการแทน", "เลขาธิการ").

    Raises:
        ValueError: acting without a position signed for, or the other way round.
        ThaiFormatError: as ``split_name`` when the name is given as text.
    """
    if (acting is Acting.SELF) != (not signs_for.strip()):
        raise ValueError("acting and signs_for belong together")
    parts = _name(name)
    bracket = f"({full_name(parts)})"
    if acting is Acting.SELF:
        return bracket, position.strip()
    words = acting.th if parts.thai else acting.en
    return bracket, f"{position.strip()} {words}", signs_for.strip()
