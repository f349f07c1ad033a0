"""A sighting of an indicator in the form of a hit of a rule, so that whoever takes hits need not know of it."""

from __future__ import annotations

from phithak.engines.sigma.indicators.model import Sighting
from phithak.engines.sigma.match.explain import Matched
from phithak.engines.sigma.rules.model import Constant, Logsource, Rule

_LEVEL = "medium"


def rule_of(sighting: Sighting) -> tuple[Rule, tuple[Matched, ...]]:
    """Return a rule that names the indicator, and where it was seen.

    The id is ``indicator:KIND:VALUE``, the level that of the list or ``medium``, the tags are its TLP and PAP.
    """
    indicator = sighting.indicator
    marked = (("tlp", indicator.tlp), ("pap", indicator.pap))
    rule = Rule(
        rule_id=f"indicator:{indicator.kind}:{indicator.value}",
        name=indicator.name,
        title=indicator.note or f"Indicator {indicator.kind} {indicator.value}",
        level=indicator.level or _LEVEL,
        status="",
        tags=tuple(f"{scheme}.{colour}" for scheme, colour in marked if colour),
        author=indicator.source,
        logsource=Logsource(),
        condition=Constant(value=True),
        file="",
        line=0,
    )
    matched = tuple(Matched(field, value, "indicator", met) for field, value, met in sighting.seen)
    return rule, matched
