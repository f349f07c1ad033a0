"""Commands of the monitoring room: ``phithak sender`` and ``phithak events``."""
