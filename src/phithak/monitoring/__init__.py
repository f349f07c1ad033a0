"""Who sends events to the centre, what each sends, and whether it still does.

Owns ``Sender``, ``Token`` and ``Source``. The intake reads none of these tables: ``services.project`` tells it
everything in the event store's ``control.db``, which it reads again within a second.
"""
