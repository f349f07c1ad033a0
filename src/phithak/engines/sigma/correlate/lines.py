"""An alert as a line of hits: the same keys as the hit of a rule, and ``correlation`` with what it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from phithak.engines.sigma.correlate.model import Alert, moment_text
from phithak.engines.sigma.explain.sentences import of_alert
from phithak.engines.sigma.rules.model import RuleSet

_encode = msgspec.json.Encoder().encode


def titles_of(rules: RuleSet) -> dict[str, str]:
    """Return id -> title of all rules and correlations."""
    titles = {rule.rule_id: rule.title for rule in rules.rules}
    return titles | {item.rule_id: item.title for item in rules.correlations}


def alert_line(alert: Alert, titles: Mapping[str, str]) -> bytes:
    """Return an alert as one JSON line, with its end.

    ``file`` and ``event`` are those of the last event; ``matched`` are the group and what was compared.

    Args:
        alert: what was found.
        titles: id of a rule or correlation -> its title, for the sentence.
    """
    return _encode(alert_content(alert, titles)) + b"\n"


def alert_content(alert: Alert, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of such a line."""
    item, last = alert.correlation, alert.events[-1]
    said = of_alert(alert, titles)
    matched = [
        {"field": name, "value": value, "modifier": "group-by", "pattern": ""} for name, value in alert.group
    ]
    if item.condition is not None and alert.measured is not None:
        field = ",".join(item.condition.fields)
        matched += [
            {
                "field": field,
                "value": str(alert.measured),
                "modifier": f"{item.kind}|{op}",
                "pattern": str(bound),
            }
            for op, bound in item.condition.bounds
        ]
    return {
        "rule_id": item.rule_id,
        "title": item.title,
        "level": item.level,
        "tags": item.tags,
        "file": last.file,
        "event": last.index,
        "time": moment_text(last.time),
        "matched": matched,
        "alert": alert.id,
        "correlation": {
            "type": item.kind,
            "tenant": alert.tenant,
            "group": dict(alert.group),
            "begin": moment_text(alert.begin),
            "end": moment_text(alert.end),
            "measured": alert.measured,
            "count": alert.count,
            "values": alert.values,
            "events": [
                {
                    "file": entry.file,
                    "event": entry.index,
                    "time": moment_text(entry.time),
                    "rule_id": entry.rule,
                    **({"alert": entry.alert} if entry.alert else {}),
                }
                for entry in alert.events
            ],
            "left_out": max(alert.count - len(alert.events), 0) if not alert.values else 0,
            "th": said.th,
            "en": said.en,
        },
    }
