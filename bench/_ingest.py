"""The ingest application of benchmarks: as the product's, but it tells its counters when it ends."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path

from phithak.base import config
from phithak.eventstore.disk import RealDisk
from phithak.eventstore.layout import Layout
from phithak.ingest.app import Application


class Counting(Application):
    """Writes what the store did to the file that ``BENCH_COUNTERS`` names."""

    def __init__(self) -> None:
        self.disk = RealDisk()
        super().__init__(Layout(config.load().config.events), reserve=0, disk=self.disk)

    def close(self) -> None:
        """Close, then tell."""
        super().close()
        assert self._store is not None  # noqa: S101 - it was opened
        used = resource.getrusage(resource.RUSAGE_SELF)
        told = {
            "fdatasyncs": self.disk.syncs,
            "cpu": used.ru_utime + used.ru_stime,
            **vars(self._store.counters),
        }
        Path(os.environ["BENCH_COUNTERS"]).write_text(json.dumps(told))


application = Counting()
