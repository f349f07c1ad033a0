"""Keys, vault, masks and tags of personal data.

Envelope encryption: the root key (``rootkey``: a file of mode 0600 in the configuration folder, a secret file,
or in memory behind ``keyserver`` in passphrase mode) wraps the data keys in ``keyring`` (its own SQLite file,
never kept in versions); data keys seal values (``vault``), columns (``columns``), bulk files (``frames``,
``PersonSet``). Destroying a key takes two persons and leaves a tombstone outside every backup, so that no
restore brings it back. Equal values are found by keyed ``tags``; nothing is ever hashed without a key.

Tables: ``DataKey`` (what a key is for; the key itself lies in the keyring), ``KeyDestruction``, ``VaultItem``,
``UnmaskBudget``, ``PersonSet``.
"""
