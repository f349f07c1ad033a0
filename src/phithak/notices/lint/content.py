"""Checks of what a text must not hold: numbers, links, years, replies, particles, promises, guilt, odd labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from re import Pattern

from phithak.engines.thai import PhoneKind, ThaiFormatError, parse_id, parse_phone
from phithak.notices.lint import words
from phithak.notices.lint.links import Link, links_in
from phithak.notices.lint.shape import Context, Draft, Hit, Part


def hotline_numbers(draft: Draft, _: Context) -> Iterator[Hit]:
    """A short number behind a word such as call, or a toll-free number anywhere."""
    for part in draft.parts():
        for match in words.HOTLINE_WORD.finditer(part.text):
            yield Hit(part, match.start(1), match.end(1))
        for match in words.PHONE.finditer(part.text):
            if _phone_kind(match.group()) is PhoneKind.TOLL_FREE:
                yield Hit(part, match.start(), match.end())


def phones(draft: Draft, _: Context) -> Iterator[Hit]:
    """A number of nine digits or more that is a telephone number."""
    for part in draft.parts():
        for match in words.PHONE.finditer(part.text):
            if _phone_kind(match.group()) not in {None, PhoneKind.TOLL_FREE}:
                yield Hit(part, match.start(), match.end())


def identity_numbers(draft: Draft, _: Context) -> Iterator[Hit]:
    """Thirteen digits whose check digit is right."""
    for part in draft.parts():
        for match in words.ID.finditer(part.text):
            try:
                parse_id(match.group())
            except ThaiFormatError:
                continue
            yield Hit(part, match.start(), match.end())


def any_link(draft: Draft, _: Context) -> Iterator[Hit]:
    """Any address."""
    for part, link in _links(draft):
        yield _hit(part, link)


def shorteners(draft: Draft, _: Context) -> Iterator[Hit]:
    """An address of a service that hides where it leads."""
    for part, link in _links(draft):
        if link.host in words.SHORTENERS:
            yield _hit(part, link)


def disguised_links(draft: Draft, _: Context) -> Iterator[Hit]:
    """An address that is not written in plain letters."""
    for part, link in _links(draft):
        if link.disguised:
            yield _hit(part, link)


def unregistered_links(draft: Draft, context: Context) -> Iterator[Hit]:
    """An address that is not registered; a registered host does not open its subdomains."""
    for part, link in _links(draft):
        if link.host not in context.hosts and link.host not in words.SHORTENERS:
            yield _hit(part, link)


def ce_years(draft: Draft, _: Context) -> Iterator[Hit]:
    """A CE year in Thai text, in either kind of digits."""
    for part in draft.parts():
        if part.language == "th":
            yield from _matches(part, words.CE_YEAR)


def be_years(draft: Draft, _: Context) -> Iterator[Hit]:
    """A BE year in English text that does not say so."""
    for part in draft.parts():
        if part.language == "en":
            yield from _matches(part, words.BE_YEAR)


def replies(draft: Draft, _: Context) -> Iterator[Hit]:
    """A one-way SMS that asks for an answer."""
    return iter(()) if draft.two_way else _by_language(draft, words.REPLY)


def particles(draft: Draft, _: Context) -> Iterator[Hit]:
    """Polite particles of speech."""
    return _by_language(draft, words.PARTICLE)


def promises(draft: Draft, _: Context) -> Iterator[Hit]:
    """Words that promise."""
    return _by_language(draft, words.PROMISES)


def liability(draft: Draft, _: Context) -> Iterator[Hit]:
    """Words that find guilt."""
    return _by_language(draft, words.LIABILITY)


def tlp_labels(draft: Draft, _: Context) -> Iterator[Hit]:
    """A TLP label that is translated, has blanks, or does not exist."""
    for part in draft.parts():
        for match in words.TLP.finditer(part.text):
            if not words.TLP_RIGHT.match(part.text, match.start()):
                yield Hit(part, match.start(), match.end())


def _by_language(draft: Draft, patterns: Mapping[str, Pattern[str]]) -> Iterator[Hit]:
    for part in draft.parts():
        yield from _matches(part, patterns[part.language])


def _matches(part: Part, pattern: Pattern[str]) -> Iterator[Hit]:
    for match in pattern.finditer(part.text):
        yield Hit(part, match.start(), match.end())


def _links(draft: Draft) -> Iterator[tuple[Part, Link]]:
    for part in draft.parts():
        for link in links_in(part.text):
            yield part, link


def _hit(part: Part, link: Link) -> Hit:
    return Hit(part, link.start, link.end, facts=(("host", link.host),))


def _phone_kind(text: str) -> PhoneKind | None:
    try:
        return parse_phone(text).kind
    except ThaiFormatError:
        return None
