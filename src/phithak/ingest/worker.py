"""What granian's worker loads: the application of this instance."""

from __future__ import annotations

import os

from phithak.base import config, process
from phithak.eventstore.layout import Layout
from phithak.ingest.app import Application

if master := os.environ.get("PHITHAK_INGEST_MASTER_PID"):
    # a worker goes on serving when its master is killed; the kernel ends it instead
    process.die_with_parent(int(master))
    process.forbid_core_dumps()

_config = config.load().config
application = Application(Layout(_config.events), reserve=_config.ingest_reserve_mb << 20)
