"""What a rule is once it is read: a boolean tree over tests of fields.

Everything here is plain, immutable and round-trips through msgpack, so the compiled set can lie in a cache
without pickle. No part can lead back to itself, so the collector of cycles need not look at them (``gc=False``:
it would walk 200,000 of them again and again). Sections in docstrings are those of the Sigma rules specification 2.x.
"""

from __future__ import annotations

import msgspec

ANY_ONE = 0
ANY_MANY = 1


class StringTest(msgspec.Struct, frozen=True, tag="s", gc=False, cache_hash=True):
    """The whole value against a pattern (section "String Wildcard").

    Attributes:
        parts: literal pieces, ``ANY_ONE`` for ``?`` and ``ANY_MANY`` for ``*``, never two literals together.
        cased: letters count exactly as written (modifier ``cased``).
    """

    parts: tuple[str | int, ...]
    cased: bool = False


class RegexTest(msgspec.Struct, frozen=True, tag="r", gc=False, cache_hash=True):
    """A regular expression found anywhere in the value (modifier ``re``); ``flags`` of ``i``, ``m``, ``s``."""

    pattern: str
    flags: str = ""


class CompareTest(msgspec.Struct, frozen=True, tag="c", gc=False, cache_hash=True):
    """A number, or text that is one, compared: ``op`` is ``lt``, ``lte``, ``gt`` or ``gte``."""

    op: str
    number: int | float


class NetworkTest(msgspec.Struct, frozen=True, tag="n", gc=False, cache_hash=True):
    """An address inside an IPv4 or IPv6 network (modifier ``cidr``)."""

    cidr: str


class NullTest(msgspec.Struct, frozen=True, tag="0", gc=False, cache_hash=True):
    """The field is absent or null (section "Special Field Values")."""


class ExistsTest(msgspec.Struct, frozen=True, tag="e", gc=False, cache_hash=True):
    """The field is there with a value, or is not (modifier ``exists``)."""

    wanted: bool


class ReferenceTest(msgspec.Struct, frozen=True, tag="f", gc=False, cache_hash=True):
    """The value against that of another field (modifier ``fieldref``): equal, or its start, end or any part."""

    field: str
    starts: bool = False
    ends: bool = False


class TimeTest(msgspec.Struct, frozen=True, tag="t", gc=False, cache_hash=True):
    """One part of a moment in UTC: minute, hour, day (of month), week (ISO), month or year."""

    part: str
    number: int


class UnknownTest(msgspec.Struct, frozen=True, tag="u", gc=False, cache_hash=True):
    """A test that cannot be made here; ``code`` and ``detail`` say why. Never left in a finished rule."""

    code: str
    detail: str


Test = (
    StringTest
    | RegexTest
    | CompareTest
    | NetworkTest
    | NullTest
    | ExistsTest
    | ReferenceTest
    | TimeTest
    | UnknownTest
)


class Leaf(msgspec.Struct, frozen=True, tag="leaf", gc=False, cache_hash=True):
    """One test of one field.

    Attributes:
        field: name as the rule writes it; "" for a keyword, which is looked for in every value.
        test: what is tested.
        modifier: the chain as the rule writes it, such as ``contains|windash``; "" for equality.
        pattern: the pattern in the words of a person.
    """

    field: str
    test: Test
    modifier: str = ""
    pattern: str = ""


class AllOf(msgspec.Struct, frozen=True, tag="and", gc=False, cache_hash=True):
    """True when every item is."""

    items: tuple[Node, ...]


class AnyOf(msgspec.Struct, frozen=True, tag="or", gc=False, cache_hash=True):
    """True when at least one item is."""

    items: tuple[Node, ...]


class Negation(msgspec.Struct, frozen=True, tag="not", gc=False, cache_hash=True):
    """True when the item is not."""

    item: Node


class Constant(msgspec.Struct, frozen=True, tag="const", gc=False, cache_hash=True):
    """A part whose answer is settled."""

    value: bool


Node = Leaf | AllOf | AnyOf | Negation | Constant


class Logsource(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """Where a rule looks; "" means any (section "Log Source")."""

    category: str = ""
    product: str = ""
    service: str = ""


class Rule(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """One Sigma rule, ready to be evaluated.

    Attributes:
        rule_id: the rule's id, or its name, or file and line where it has neither.
        name: the name that correlations may use.
        condition: the tree; several conditions of a rule are joined by or.
        degraded: a part was set to the answer that gives fewer hits; the judgement says why.
    """

    rule_id: str
    name: str
    title: str
    level: str
    status: str
    tags: tuple[str, ...]
    author: str
    logsource: Logsource
    condition: Node
    file: str
    line: int
    degraded: bool = False


class CorrelationCondition(msgspec.Struct, frozen=True):
    """What must hold of the number that a correlation measures (section "Condition").

    Attributes:
        bounds: pairs of lt, lte, gt, gte, eq or neq and a number; all must hold, a range has two.
        fields: whose values are measured, where the type asks for them.
        percentile: of ``value_percentile``, where it is given; without it the share of each value is meant.
    """

    bounds: tuple[tuple[str, int | float], ...]
    fields: tuple[str, ...] = ()
    percentile: int | float | None = None


class Correlation(msgspec.Struct, frozen=True):
    """One Sigma correlation (Sigma correlation rules specification 2.x).

    Attributes:
        kind: event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile,
            value_median.
        rules: ids of the rules or correlations that feed it, in order.
        group_by: fields, or aliases, whose values keep groups apart.
        timespan: length of the window in seconds.
        condition: None where ``expression`` stands instead.
        expression: extended condition of the temporal kinds; a leaf's field is the id of a rule that has hit.
        aliases: alias -> rule id -> field of that rule.
        generate: hits of the rules that feed it are reported as well.
    """

    rule_id: str
    name: str
    title: str
    level: str
    status: str
    tags: tuple[str, ...]
    author: str
    kind: str
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan: int
    condition: CorrelationCondition | None
    expression: Node | None
    aliases: dict[str, dict[str, str]]
    generate: bool
    file: str
    line: int


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why a document is degraded or refused; ``code`` is looked up in ``reasons.TEXTS``."""

    code: str
    detail: str


class Judgement(msgspec.Struct, frozen=True, gc=False):
    """What became of one document.

    Attributes:
        state: loaded, degraded or refused.
        kind: rule, correlation, filter, global or unknown.
        line: line of the file (from 1) where the fault lies, or where the document begins.
    """

    file: str
    line: int
    rule_id: str
    title: str
    kind: str
    state: str
    reasons: tuple[Reason, ...] = ()


class RuleSet(msgspec.Struct, frozen=True, gc=False):
    """All that was read: rules and correlations that work, and a judgement of every document."""

    rules: tuple[Rule, ...]
    correlations: tuple[Correlation, ...]
    judgements: tuple[Judgement, ...]
