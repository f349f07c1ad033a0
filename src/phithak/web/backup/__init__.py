"""Backup and restore of an instance.

Order of a backup: records, keyring, (event store,) files: what the records name is there when the files are
copied. The keyring is *not* kept in versions: exactly one, the newest, lies beside the backups, and a
destroyed key leaves it too, so no older backup can bring it back. The root key is never in a backup.

A restore moves what is there aside, copies, then pauses the outbox until a person releases it and lets the
journal go on under a new epoch that names the last known checkpoint. A restore that was killed half-way is
marked by ``run/restore.json``; ``up`` refuses until ``phithak restore`` has finished it.
"""
