"""Person names: split titles from first and last name, write them full or short, sort, mask.

Sources: domain D3 (Person names, Mask, Sorting); requirements S4-2, S4-3, S4-42; spacing after the Royal
Society's rule: a space behind ranks and professors' titles, none behind the others ("พลอากาศตรี อมร", "นายสมชาย").
A text holds a name only, no position; who is a person and who is not cannot be told from the letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from phithak.engines.thai.collation import collation_key
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.text import LEADING_VOWELS, clusters, is_thai, one_field
from phithak.engines.thai.title_table import (
    NAMES_LIKE_TITLES,
    RANK_KINDS,
    SPACED_KINDS,
    TITLES,
    Title,
    TitleKind,
)


@dataclass(frozen=True, slots=True)
class HeldTitle:
    """A title as one person holds it: ว่าที่ before and หญิง behind belong to ranks only."""

    title: Title
    acting: bool = False
    female: bool = False

    def thai(self, *, full: bool) -> str:
        """Return "ว่าที่ร้อยตรีหญิง" or "ว่าที่ ร.ต.หญิง"."""
        form = self.title.th_full if full else self.title.th_short
        space = "" if full else " "
        return (f"ว่าที่{space}" if self.acting else "") + form + ("หญิง" if self.female else "")

    def english(self, *, full: bool) -> str:
        """Return "Acting Second Lieutenant" or "Acting 2nd Lt."."""
        form = self.title.en_full if full else self.title.en_short
        return f"Acting {form}" if self.acting else form


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts.

    Attributes:
        titles: in the order written, maybe none.
        first: given name.
        last: family name with its ณ, or "" when only one name was given.
        thai: the name is in Thai letters (its titles can be written in both languages).
        also: full Thai forms that a short rank may mean as well (ร.อ.), for a person to decide.
    """

    titles: tuple[HeldTitle, ...]
    first: str
    last: str
    thai: bool
    also: tuple[str, ...] = ()


_MOST_TITLES = 5
_NAVY_SUFFIX = re.compile(r"[\s,]*(?:ร\.\s?น\.|RTN)$")
# officers whose short rank is also an air force one: they write ร.น. behind the name
_NAVY_MARKED = frozenset({"น.อ.", "น.ท.", "น.ต.", "ร.อ.", "ร.ท.", "ร.ต."})
_NOT_IN_NAMES = re.compile(r"[0-9<>@{}\[\]|\\/=+*#%$^~?!\";:]")
_LETTER = re.compile(r"[^\W\d_]")


@cache
def _forms() -> dict[str, tuple[Title, ...]]:
    """Return every written form, without spaces and case, and the titles that it may mean."""
    found: dict[str, dict[Title, None]] = {}
    for title in TITLES:
        for form in (title.th_full, title.th_short, title.en_full, title.en_short, *title.others):
            found.setdefault(_form_key(form), {})[title] = None
    return {form: tuple(titles) for form, titles in found.items()}


def _form_key(form: str) -> str:
    return re.sub(r"[\s.]", "", form).casefold() + (
        "." if is_thai(form) and form.rstrip(")").endswith(".") else ""
    )


def _thai_form(form: str) -> str:
    pattern = r"\s?".join(re.escape(piece) for piece in re.findall(r"[^.\s]*\.|[^.\s]+", form))
    if form.endswith((".", ")")):
        return pattern
    # the name goes on behind a whole word: the next letter must be able to begin a syllable,
    # so that นางสาวิตรี is นาง + สาวิตรี
    return rf"{pattern}(?=[\sก-ฮ{LEADING_VOWELS}(]|$)"


def _english_form(form: str) -> str:
    words = [re.escape(word) for word in re.findall(r"[^\s.]+", form)]
    return r"(?:\.\s?|\s)".join(words) + r"(?:\.\s?|\s|$)"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of one Thai and one English title at the start of a text."""
    forms = {form for title in TITLES for form in (title.th_full, title.th_short, *title.others)}
    thai = sorted((form for form in forms if is_thai(form)), key=len, reverse=True)
    latin = {form for title in TITLES for form in (title.en_full, title.en_short, *title.others)}
    english = sorted((form for form in latin if not is_thai(form)), key=len, reverse=True)
    thai_any = "|".join(_thai_form(form) for form in thai)
    english_any = "|".join(_english_form(form) for form in english)
    female = rf"(?P<female>\s?หญิง(?=[\sก-ฮ{LEADING_VOWELS}]))?"
    return (
        re.compile(rf"(?P<acting>ว่าที่\s?)?(?P<form>{thai_any}){female}\s*"),
        re.compile(rf"(?P<acting>Acting\s)?(?P<form>{english_any})(?P<female>)\s*", re.IGNORECASE),
    )


def _take_title(
    rest: str, before: Title | None, *, navy: bool
) -> tuple[HeldTitle, tuple[Title, ...], str] | None:
    """Take one title from the start; return it, the others that it may mean, and what is left."""
    found = _patterns()[0 if is_thai(rest[:1]) else 1].match(rest)
    if not found:
        return None
    meant = _forms()[_form_key(found["form"])]
    if navy:
        meant = tuple(sorted(meant, key=lambda title: title.kind is not TitleKind.NAVY))
    title, decorated = meant[0], bool(found["acting"] or found["female"])
    if decorated and title.kind not in RANK_KINDS:
        return None
    closed = (
        before is not None and before.kind in {TitleKind.CIVIL, TitleKind.CHILD} and before.th_full != "คุณ"
    )
    if closed and not found["form"].rstrip().endswith("."):
        return None
    held = HeldTitle(title, bool(found["acting"]), bool(found["female"]))
    return held, () if navy else meant[1:], rest[found.end() :]


def split_name(text: str) -> PersonName:
    """Return the titles, first and last name of a Thai or English name.

    Args:
        text: "พลอากาศตรี อมร ใจกล้า", "ศ. ดร. นพ.สมชาย ณ อยุธยา", "ว่าที่ ร.ต.หญิง มาลี ใจดี",
            "น.อ.สมชาย ใจดี ร.น.", "AVM Amorn Jaikla".

    Raises:
        ThaiFormatError: NAME_FORM (digits, signs, no letter), NAME_MISSING (a title alone), EMPTY, TOO_LONG.
    """
    field = one_field(text)
    rest = _NAVY_SUFFIX.sub("", field)
    navy = rest != field
    titles: list[HeldTitle] = []
    also: list[str] = []
    like_a_title = rest.partition(" ")[0] in NAMES_LIKE_TITLES
    while len(titles) < _MOST_TITLES and not like_a_title:
        taken = _take_title(rest, titles[-1].title if titles else None, navy=navy)
        if taken is None:
            break
        held, others, rest = taken
        titles.append(held)
        if held.title.kind in RANK_KINDS:
            also.extend(title.th_full for title in others)
    if _NOT_IN_NAMES.search(rest):
        raise ThaiFormatError(Code.NAME_FORM)
    first, _, last = rest.strip(" ,").partition(" ")
    if not _LETTER.search(first):
        raise ThaiFormatError(Code.NAME_MISSING if titles else Code.NAME_FORM)
    return PersonName(tuple(titles), first, last.strip(), is_thai(first), tuple(also))


def _name(name: PersonName | str) -> PersonName:
    return name if isinstance(name, PersonName) else split_name(name)


def bare_name(name: PersonName | str) -> str:
    """Return first and last name without titles."""
    parts = _name(name)
    return f"{parts.first} {parts.last}".rstrip()


def _titled(parts: PersonName, *, full: bool) -> str:
    text = ""
    for place, held in enumerate(parts.titles):
        last = place == len(parts.titles) - 1
        form = held.thai(full=full) if parts.thai else held.english(full=full)
        spaced = not last or not parts.thai or held.title.kind in SPACED_KINDS
        text += form + (" " if spaced else "")
    return text + bare_name(parts)


def full_name(name: PersonName | str) -> str:
    """Return the name with full titles: "พลอากาศตรี อมร ใจกล้า", "นายแพทย์โอภาส ศรีสวัสดิ์พงศ์".

    Raises:
        ThaiFormatError: as ``split_name`` when a text is given.
    """
    return _titled(_name(name), full=True)


def short_name(name: PersonName | str) -> str:
    """Return the name with short titles: "พล.อ.ต. อมร ใจกล้า", "นพ.โอภาส …"; navy officers keep ร.น.

    Raises:
        ThaiFormatError: as ``split_name`` when a text is given.
    """
    parts = _name(name)
    text = _titled(parts, full=False)
    marked = any(
        held.title.kind is TitleKind.NAVY and held.title.th_short in _NAVY_MARKED for held in parts.titles
    )
    return f"{text} ร.น." if marked and parts.thai else text


def name_sort_key(name: PersonName | str) -> tuple[str, str]:
    """Return the key of Thai lists of people: by first name, then last name, titles ignored (D3, S4-3).

    Raises:
        ThaiFormatError: as ``split_name`` when a text is given.
    """
    parts = _name(name)
    return collation_key(parts.first), collation_key(parts.last)


_SHOWN_LETTERS = 2


def mask_word(word: str) -> str:
    """Return the first two letters of one word and "•", never a torn cluster, never the whole word."""
    pieces = clusters(word)
    shown, letters = "", 0
    for piece in pieces[:-1]:
        letters += sum(1 for char in piece if _LETTER.match(char))
        if shown and letters > _SHOWN_LETTERS:
            break
        shown += piece
        if letters >= _SHOWN_LETTERS:
            break
    return f"{shown}•"


def mask_name(name: PersonName | str) -> str:
    """Return the name as lists show it: "สม• ใจ•", without titles (domain D3, Mask).

    Raises:
        ThaiFormatError: as ``split_name`` when a text is given.
    """
    parts = _name(name)
    return " ".join(mask_word(word) for word in (parts.first, parts.last) if word)
