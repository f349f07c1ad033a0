"""What waits on a sensor's disk: sealed batches, positions in sources, drops, switches, events not sealed yet."""

from phithak.sensor.spool.journal import Journal
from phithak.sensor.spool.state import State
from phithak.sensor.spool.store import Depth, Spool, Waiting
from phithak.sensor.spool.switches import Switch, Switches

__all__ = ["Depth", "Journal", "Spool", "State", "Switch", "Switches", "Waiting"]
