"""Applies a profile to many events at once: quick looks over all of them, slow work only where there is need."""

from __future__ import annotations

import re
from collections.abc import Sequence

from phithak.base.profile import audits, numbers, queries, sql
from phithak.base.profile.payloads import Payloads
from phithak.base.profile.profiles import Profile

_END = b"\n"


class Cleaner:
    """Takes out of events what a profile names.

    Args:
        profile: of the source.
        key: 16 to 64 bytes that make the tags of persons' numbers; of one site or of the intake.

    Raises:
        ValueError: the key is too short or too long.
    """

    def __init__(self, profile: Profile, key: bytes) -> None:
        self.profile = profile
        self._tag = numbers.tagger(key)
        self._payloads = Payloads(profile.payloads)
        self._audit = audits.AUDITS.get(profile.name)
        words = "|".join(profile.statements).encode()
        self._statement = (
            re.compile(rb'("(?:' + words + rb')"\s*:\s*")((?:[^"\\]|\\.)*)', re.DOTALL) if words else None
        )

    def clean(self, events: Sequence[bytes]) -> list[bytes]:
        """Return the events in the same order, each without what the profile takes out.

        Events may hold any bytes. Cleaning a second time changes nothing.
        """
        if self._audit is not None:
            events = [self._audit(event) for event in events]
        block = _END.join(events)
        if self._payloads.inside(block):
            events = [self._payloads.strip(event) for event in events]
            block = _END.join(events)
        lowered = block.lower()
        if self._audit is None and sql.has_sql(lowered):
            events = [self._without_sql(event) for event in events]
            block = _END.join(events)
        return self._without_persons(list(events), block, lowered)

    def _without_sql(self, event: bytes) -> bytes:
        if self._statement is not None and event[:1] == b"{":
            event = self._statement.sub(_skeleton_in_json, event)
        return sql.strip(event) if sql.has_sql(event.lower()) else event

    def _without_persons(self, events: list[bytes], block: bytes, lowered: bytes) -> list[bytes]:
        asked, ids, hospital = b"?" in block, numbers.has_id(block), numbers.has_hn(lowered)
        if not (asked or ids or hospital):
            return events
        if block.count(_END) != len(events) - 1:
            # an event of several lines: one after the other, so that no end of line is taken for an end of event
            return [self._persons(event, asked=asked, ids=ids, hospital=hospital) for event in events]
        return self._persons(block, asked=asked, ids=ids, hospital=hospital).split(_END)

    def _persons(self, block: bytes, *, asked: bool, ids: bool, hospital: bool) -> bytes:
        if asked:
            block = queries.remove(block)
        if hospital:
            block = numbers.mask_hospital_numbers(block, self._tag)
        return numbers.mask_ids(block, self._tag) if ids else block


def _skeleton_in_json(match: re.Match[bytes]) -> bytes:
    return match[1] + sql.skeleton(sql.unescape(match[2]))
