"""The compactor: batches become Parquet files with a side index; old files go by their retention class."""

from phithak.eventstore.compactor.run import Compactor, Done
from phithak.eventstore.compactor.side import SIDE_KINDS, may_hold, read_side

__all__ = ["SIDE_KINDS", "Compactor", "Done", "may_hold", "read_side"]
