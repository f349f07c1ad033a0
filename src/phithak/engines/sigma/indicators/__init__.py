"""Indicators of compromise beside the rules: up to millions of them, looked for in the same pass.

``read`` takes lists in four forms, ``normal`` gives each value one written form, ``table`` keeps them in a few
flat buffers, ``observe`` finds in a text what may be one, ``watch`` joins these for the engine. An answer is
always confirmed letter by letter; time comes from outside.

    from phithak.engines.sigma.indicators import Watch, read_indicators
    table, report = read_indicators(["feed.csv"])
    engine = Engine(rules, watch=Watch(table))
    hits = engine.match(record, at=moment.timestamp())
"""

from phithak.engines.sigma.indicators.model import Indicator, Sighting
from phithak.engines.sigma.indicators.read import Report, read_indicators
from phithak.engines.sigma.indicators.table import Table
from phithak.engines.sigma.indicators.watch import Watch

__all__ = ["Indicator", "Report", "Sighting", "Table", "Watch", "read_indicators"]
