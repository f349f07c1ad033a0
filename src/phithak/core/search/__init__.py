"""Thai search behind one facade.

A room indexes the words of its things in the same transaction that writes them (:func:`services.put`) and
filters its own ``visible_to`` by :func:`queries.matching`; the index itself answers no page, so it opens
nothing. Two keys a document: the exact fold (digits, case, zero-width, sara am) and the loose one (misprints).
SQLite has an FTS5 trigram table kept by triggers, PostgreSQL a pg_trgm index. A piece of two letters (Thai has many
such words) is found through the trigrams that begin with it, or on PostgreSQL by an index of pairs; one letter scans.
Never index personal data of a victim: keys here are in clear. Owns ``Document``.
"""
