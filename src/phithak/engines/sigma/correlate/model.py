"""What goes through a correlator. Moments are microseconds since 1970 in UTC."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec

from phithak.engines.sigma.match.text import fold, texts_of
from phithak.engines.sigma.rules.model import Correlation

SECOND = 1_000_000
_LONGEST = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Texts = tuple[str, ...]


class Fed(msgspec.Struct, frozen=True, array_like=True):
    """An event that hits rules which feed correlations.

    Attributes:
        time: when it happened; None if it does not say.
        file, index: what it is known by; the same event has the same, however often it comes.
        rules: ids of the rules that it hits.
        fields: values of the fields that ``Plan.feeds`` names for those rules; () where it has none.
        alert: id of the alert where a correlation is what feeds, else "".
    """

    time: int | None
    file: str
    index: int
    rules: Texts
    fields: dict[str, Texts]
    alert: str = ""

    @property
    def moment(self) -> int:
        """The moment of an event that has one."""
        return self.time or 0


def held_texts(value: object) -> Texts:
    """Return the texts of a field as ``Fed`` holds them.

    A text over a thousand letters is cut and its hash set behind: still another value than any other, and a
    megabyte in a field takes no megabyte here. The hash is that of the folded text, for groups know no case.
    """
    return tuple(text if len(text) <= _LONGEST else _cut(text) for text in texts_of(value))


def _cut(text: str) -> str:
    digest = hashlib.blake2b(fold(text).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{text[:_LONGEST]}…{digest}"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What a window remembers of an event: where it is, which rule brought it, what parents ask about it."""

    time: int
    file: str
    index: int
    rule: str
    carried: dict[str, Texts]
    alert: str = ""

    @property
    def key(self) -> tuple[int, str, int, str]:
        """What entries are ordered by."""
        return self.time, self.file, self.index, self.alert


class Alert(msgspec.Struct, frozen=True):
    """A correlation that holds.

    Attributes:
        id: the same for the same tenant, rule, group and window.
        group: names of ``group-by`` and the values, as the first event of the group writes them.
        begin, end: the window, both included; at its end the alert is known.
        measured: the number that was compared; None for an expression.
        count: events in the window, of which ``events`` are at most a hundred, the first and the last.
        values: with a share, the values that it is about.
        fields: what the alert carries to correlations that it feeds.
    """

    id: str
    correlation: Correlation
    tenant: str
    group: tuple[tuple[str, str], ...]
    begin: int
    end: int
    measured: int | float | None
    count: int
    events: tuple[Entry, ...]
    values: Texts = ()
    fields: dict[str, Texts] = {}


class Limits(msgspec.Struct, frozen=True):
    """How much may be held; what is given up beyond it is counted.

    Attributes:
        pending: events that wait for the watermark.
        entries: events and values that all windows together remember.
        group: events or values of one window.
    """

    pending: int = 250_000
    entries: int = 250_000
    group: int = 50_000


class Stats(msgspec.Struct):
    """What became of the events.

    Attributes:
        fed: events given in; ``alerts`` that came out.
        late: from before the watermark, not used. ``future``: after the latest moment allowed, not used.
        timeless: without a readable time, not used. ``duplicates``: came again while waiting, used once.
        ungrouped: without a value for ``group-by``. ``valueless``: without one for the condition's field.
        forced: taken before the watermark because too many waited.
        evicted_groups, evicted_entries: forgotten because windows held too much.
        trimmed: oldest entries of one window given up. ``overfull``: windows too full to be judged.
        cut: events or alerts of whose listed values only the first 64 combinations, or 1,000 values, count.
    """

    fed: int = 0
    alerts: int = 0
    late: int = 0
    future: int = 0
    timeless: int = 0
    duplicates: int = 0
    ungrouped: int = 0
    valueless: int = 0
    forced: int = 0
    evicted_groups: int = 0
    evicted_entries: int = 0
    trimmed: int = 0
    overfull: int = 0
    cut: int = 0


def moment_text(moment: int) -> str:
    """Return a moment in ISO 8601 with Z; plain microseconds where the calendar has no such year."""
    try:
        return (_EPOCH + timedelta(microseconds=moment)).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return str(moment)


def moment_from(when: datetime) -> int:
    """Return an aware datetime as microseconds since 1970."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def datetime_of(moment: int) -> datetime:
    """Return a moment as an aware datetime in UTC.

    Raises:
        OverflowError: the calendar has no such year.
    """
    return _EPOCH + timedelta(microseconds=moment)
