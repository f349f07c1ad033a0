"""Serves ingest as the command does, with the application of ``worker``."""

from __future__ import annotations

from phithak.base import config
from phithak.ingest import server

if __name__ == "__main__":
    server.serve(config.load().config, "tests.faults.events.worker:application")
