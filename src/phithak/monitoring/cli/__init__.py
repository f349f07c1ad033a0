"""Commands of the monitoring room: ``phithak events`` and ``phithak sender``."""
