"""Joining: all reads of the part; ``imports`` and ``requests`` hold its doors."""
