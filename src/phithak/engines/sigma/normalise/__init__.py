"""Records of many kinds to one flat event: the reference for the whole product.

``open_record`` finds the shape of a decoded record and says what log it comes from; ``flat`` gives the full
flat event that rules are written for, ``paths`` the way back to where each field stood in the record.
"""

from phithak.engines.sigma.normalise.event import Event, LogType, Shaped
from phithak.engines.sigma.normalise.records import flat_event, open_record

__all__ = ["Event", "LogType", "Shaped", "flat_event", "open_record"]
