"""Writes of the monitoring room.

``sites`` and their templates, ``senders`` with their sources, ``enrolment``, ``beats`` (what senders tell),
``silences``, ``searches``, ``projecting`` (to the event store).
"""
