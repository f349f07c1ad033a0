"""Checks of what a text must have: languages, slots, sender, reference, hotline, sentences, length, letter form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import Pattern

from phithak.base.text import LANGUAGES
from phithak.notices.filling import longest_values, sms_size_at_most
from phithak.notices.lint import words
from phithak.notices.lint.shape import Context, Draft, Hit
from phithak.notices.texts import Channel, SlotKind, slots, slots_in
from phithak.notices.texts.slots import SLOT

MOST_PARTS = 3
_BRACE = re.compile(r"[{}]")
_WITH_SUBJECT = frozenset({Channel.EMAIL, Channel.LETTER})


def empty(draft: Draft, _: Context) -> Iterator[Hit]:
    """A language without body, or without subject where the other has one or the channel needs one."""
    needed = draft.channel in _WITH_SUBJECT or bool(
        draft.wording.subject_th.strip() or draft.wording.subject_en.strip()
    )
    for language in LANGUAGES:
        if not draft.wording.body(language).strip() or (
            needed and not draft.wording.subject(language).strip()
        ):
            yield Hit(language=language)


def hidden(draft: Draft, _: Context) -> Iterator[Hit]:
    """Control, zero-width and direction characters; a line feed in a body is none."""
    for part in draft.parts():
        for match in words.HIDDEN.finditer(part.text):
            yield Hit(part, match.start(), match.end())
        if part.name == "subject" and "\n" in part.text:
            place = part.text.index("\n")
            yield Hit(part, place, place + 1)


def braces(draft: Draft, _: Context) -> Iterator[Hit]:
    """Braces that do not enclose the name of a slot."""
    for part in draft.parts():
        # a slot is blanked out in its own length, so that places stay
        rest = SLOT.sub(lambda match: " " * len(match.group()), part.text)
        for match in _BRACE.finditer(rest):
            yield Hit(part, match.start(), match.end())


def unknown_slots(draft: Draft, _: Context) -> Iterator[Hit]:
    """Slots that are not in the list."""
    for part in draft.parts():
        for match in SLOT.finditer(part.text):
            if match.group(1) not in slots():
                yield Hit(part, match.start(), match.end(), facts=(("slot", match.group(1)),))


def different_slots(draft: Draft, _: Context) -> Iterator[Hit]:
    """Slots of one language that the other lacks."""
    thai, english = (set(slots_in(draft.whole(language))) for language in LANGUAGES)
    for name in sorted(thai ^ english):
        yield Hit(language="en" if name in thai else "th", facts=(("slot", name),))


def no_sender(draft: Draft, _: Context) -> Iterator[Hit]:
    """No slot that names the sender."""
    if not any(slots()[name].sender for name in _known(draft)):
        yield Hit()


def no_reference(draft: Draft, _: Context) -> Iterator[Hit]:
    """No slot that the reader can give when calling."""
    if not any(slots()[name].reference for name in _known(draft)):
        yield Hit()


def no_hotline(draft: Draft, _: Context) -> Iterator[Hit]:
    """No number from the directory."""
    numbers = [name for name in _known(draft) if slots()[name].kind is SlotKind.DIRECTORY]
    if not set(numbers) - {"tel_free", "tel_hours"}:
        yield Hit()


def no_otp_warning(draft: Draft, _: Context) -> Iterator[Hit]:
    """A short text to the public without the warning."""
    return _without(draft, words.NEVER_TELL)


def no_never_ask(draft: Draft, _: Context) -> Iterator[Hit]:
    """A long text to the public without the never-ask sentence."""
    return _without(draft, words.NEVER_ASK)


def looks_like_an_order(draft: Draft, _: Context) -> Iterator[Hit]:
    """Advice without the words that it is no order."""
    return _without(draft, words.NOT_AN_ORDER)


def no_opening(draft: Draft, _: Context) -> Iterator[Hit]:
    """A letter whose first line is no opening."""
    for language in LANGUAGES:
        if not words.OPENING[language].match(draft.wording.body(language).lstrip()):
            yield Hit(language=language)


def no_closing(draft: Draft, _: Context) -> Iterator[Hit]:
    """A letter without a line that closes it."""
    for language in LANGUAGES:
        lines = draft.wording.body(language).splitlines()
        if not any(words.CLOSING[language].match(line.strip()) for line in lines):
            yield Hit(language=language)


def sms_parts(draft: Draft, _: Context) -> Iterator[Hit]:
    """More than three parts with every slot at its longest."""
    for language in LANGUAGES:
        size = sms_size_at_most(draft.wording.body(language), language)
        if size.parts > MOST_PARTS:
            yield Hit(language=language, facts=(("parts", size.parts), ("length", size.length)))


def sms_sender_name(draft: Draft, context: Context) -> Iterator[Hit]:
    """More than three parts only because an organisation of ours has a longer name than the slot allows for."""
    for language in LANGUAGES:
        body = draft.wording.body(language)
        name = context.longest_org.in_language(language) if context.longest_org else ""
        allowed = longest_values(body, language).get("org", "")
        if not allowed or len(name) <= len(allowed) or sms_size_at_most(body, language).parts > MOST_PARTS:
            continue
        size = sms_size_at_most(body, language, longest_org=name)
        if size.parts > MOST_PARTS:
            yield Hit(language=language, facts=(("parts", size.parts), ("length", len(name))))


def _known(draft: Draft) -> list[str]:
    return [name for name in slots_in(draft.whole("th")) if name in slots()]


def _without(draft: Draft, patterns: dict[str, Pattern[str]]) -> Iterator[Hit]:
    for language in LANGUAGES:
        if not patterns[language].search(draft.whole(language)):
            yield Hit(language=language)
