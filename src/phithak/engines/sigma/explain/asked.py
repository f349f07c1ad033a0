"""``--explain RULE EVENT``: finds the rule and the event, and gives the answer."""

from __future__ import annotations

from typing import Any

import msgspec

from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.explain.answer import explain_rule
from phithak.engines.sigma.explain.correlated import explain_correlation, needed
from phithak.engines.sigma.normalise.rescue import rescued
from phithak.engines.sigma.pieces import Piece, pieces_of
from phithak.engines.sigma.rules.model import Correlation, Rule, RuleSet
from phithak.engines.sigma.run import Options, fed_events

_CHUNK = 1 << 20


def explain_event(
    rules: RuleSet, paths: list[str], rule_id: str, index: int, options: Options
) -> dict[str, Any]:
    """Return why a rule or correlation holds for the event at ``index`` of the first file, or why not.

    For a correlation all events under ``paths`` are read.

    Raises:
        SigmaError: no such rule, or no such event.
    """
    item = _found(rules, rule_id)
    piece, record = _event_at(paths, index, options.form)
    if isinstance(item, Rule):
        return explain_rule(item, record, options.log)
    part = needed(rules, item)
    content = explain_correlation(part, item, fed_events(part, paths, options), piece.name, index)
    content["feeding"] = [explain_rule(rule, record, options.log) for rule in part.rules]
    return content


def _found(rules: RuleSet, rule_id: str) -> Rule | Correlation:
    items: list[Rule | Correlation] = [*rules.rules, *rules.correlations]
    for item in items:
        if rule_id in (item.rule_id, item.title, item.name):
            return item
    raise SigmaError(
        "sigma.explain.rule",
        th=f"ไม่มีกฎ {rule_id}",
        en=f"There is no usable rule {rule_id}",
        field="explain",
    )


def _event_at(paths: list[str], index: int, form: str) -> tuple[Piece, Any]:
    first = 0
    for piece in pieces_of(paths, _CHUNK, form=form):
        if piece.serial:
            break
        lines = [line for line in piece.content.split(b"\n") if line.strip()]
        if first <= index < first + len(lines):
            try:
                return piece, _record(lines[index - first])
            except (ValueError, RecursionError) as error:
                raise SigmaError(
                    "sigma.explain.event",
                    th=f"บรรทัด {index} ไม่ใช่ JSON",
                    en=f"Record {index} is no JSON ({error})",
                ) from error
        first += len(lines)
    raise SigmaError("sigma.explain.event", th=f"ไม่มีเหตุการณ์ลำดับ {index}", en=f"There is no event {index}")


def _record(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return rescued(line)
