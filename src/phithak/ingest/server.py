"""The ingest process: the application under granian."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from phithak.base.config import Config


def serve(config: Config, target: str = "phithak.ingest.worker:application") -> None:
    """Serve until told to stop; what waits is stored before the end.

    Args:
        config: settings of this instance.
        target: the application that the worker loads.

    One worker: the store has one writer. Its event loop reads and answers, two threads unpack and clean, one
    thread commits.
    """
    os.environ["PHITHAK_INGEST_MASTER_PID"] = str(os.getpid())
    from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols  # noqa: PLC0415 - only this process needs it
    from granian.http import HTTP1Settings  # noqa: PLC0415 - same
    from granian.log import LogLevels  # noqa: PLC0415 - same
    from granian.server import Server  # noqa: PLC0415 - same

    options: dict[str, Any] = {}
    if config.tls_certificate and config.tls_key:
        options = {
            "ssl_cert": Path(config.tls_certificate),
            "ssl_key": Path(config.tls_key),
            # old servers of hospitals know no 1.3
            "ssl_protocol_min": SSLProtocols.tls12,
        }
    Server(
        target,
        address=config.ingest_address,
        port=config.ingest_port,
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        workers=1,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        # requests that are answered at once; what is more waits in the kernel's queue, not in memory
        backpressure=512,
        # slow-loris: a request head must be complete within 10 s
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=256 * 1024),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=20,
        log_access=False,
        log_level=LogLevels.error,
        **options,
    ).serve()
