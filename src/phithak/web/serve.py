"""The web process: pages and API under granian."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from phithak.base.config import Config

PER_CORE, MOST_PROCESSES = 2, 4
"""So many are started unless the setting says otherwise."""


def processes() -> int:
    """Return how many processes serve pages on this box."""
    return min(MOST_PROCESSES, PER_CORE * len(os.sched_getaffinity(0)))


def serve(config: Config) -> None:
    """Serve until told to stop; returns after a graceful end.

    Worker processes with threads: Python computes one page at a time in each process, and connections fall to them by
    chance; two for each core leave no core idle beside a process with three pages to do. They share
    nothing but the database and the listening socket. granian's workers die with this master
    (``phithak.web.wsgi`` asks the kernel for it), this master with the supervisor.
    """
    os.environ["PHITHAK_MASTER_PID"] = str(os.getpid())
    from granian.constants import HTTPModes, Interfaces, RuntimeModes  # noqa: PLC0415 - only this process needs it
    from granian.http import HTTP1Settings  # noqa: PLC0415 - same
    from granian.log import LogLevels  # noqa: PLC0415 - same
    from granian.server import Server  # noqa: PLC0415 - same

    options: dict[str, Any] = {}
    if config.tls_certificate and config.tls_key:
        options = {"ssl_cert": Path(config.tls_certificate), "ssl_key": Path(config.tls_key)}
    Server(
        "phithak.web.wsgi:application",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.web_processes or processes(),
        runtime_mode=RuntimeModes.mt,
        http=HTTPModes.http1,
        blocking_threads=config.web_threads,
        backlog=512,
        # no more than this many requests at once; further connections wait in the backlog, not in memory
        backpressure=max(64, config.web_threads * 8),
        # slow-loris: a request head must be complete within 10 s
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        log_access=False,
        log_level=LogLevels.error,
        **options,
    ).serve()
