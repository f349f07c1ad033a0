"""The tamper-evident journal: who did what to what, in an order that nobody can quietly change.

Every service call of every room inserts one ``Entry`` in its own transaction. A database trigger queues it in
``Pending``; the sequencer takes what is committed, gives each entry the next number (``Leaf``), extends the
RFC 6962 tree (``Node`` keeps complete subtrees of 256, 65536 … leaves, for proofs), signs ``Checkpoint`` rows
and appends each to ``checkpoints.log`` in the configuration folder, which no backup of data rolls back. Peers
sign what they saw (``Cosignature``); we sign for them (``WatchedLog``). ``Epoch`` names the trees: after a
restore a new one begins and names the last known checkpoint. ``Sequencer`` is the one row with the lease and
the tree's right edge; ``Verification`` is a running check of everything with its cursor.

All but ``Pending``, ``Sequencer``, ``WatchedLog`` and ``Verification`` are append-only by database triggers.
A leaf is the SHA-256 of the entry's export line, so a copy on paper or disk is checked with no database.
"""
