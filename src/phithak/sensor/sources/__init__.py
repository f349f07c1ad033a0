"""Where events come from: files that grow, folders of exports, syslog and RELP."""

from phithak.sensor.sources.base import Sink, Source
from phithak.sensor.sources.opening import open_source

__all__ = ["Sink", "Source", "open_source"]
