"""Makes the source that the settings name."""

from __future__ import annotations

from phithak.sensor.settings import SourceSettings
from phithak.sensor.sources.base import Sink, Source
from phithak.sensor.sources.exports import Exports
from phithak.sensor.sources.streams import Streams
from phithak.sensor.sources.tail import Tail
from phithak.sensor.sources.udp import Datagrams


def open_source(settings: SourceSettings, sink: Sink) -> Source:
    """Return the source of these settings, not yet open."""
    if settings.kind == "file":
        return Tail(settings, sink)
    if settings.kind == "folder":
        return Exports(settings, sink)
    if settings.kind == "syslog-udp":
        return Datagrams(settings, sink)
    return Streams(settings, sink)
