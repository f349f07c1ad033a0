"""Thai search behind one facade.

A room indexes the words of its things in the same transaction that writes them (:func:`services.put`) and
filters its own ``visible_to`` by :func:`queries.matching`; the index itself answers no page, so it opens
nothing. Two keys a document: the exact fold (digits, case, zero-width, sara am) and the loose one (misprints).
SQLite has an FTS5 trigram table kept by triggers, PostgreSQL an index of pieces of two and three letters. On SQLite a
piece of two letters (Thai has many such words) is found through the trigrams that begin with it; one letter scans.
Of words that very many things hold, a chart tells in which regions of the list's order they may stand; it is drawn by
a job, and what was written since is looked at by itself, so that an old chart, or none, only costs time.
Never index personal data of a victim: keys here are in clear. Owns ``Document``, ``Chart``, ``ChartPiece`` and
``Change``.
"""
