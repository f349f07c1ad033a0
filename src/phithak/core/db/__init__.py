"""The database floor: one way to write, ids for rows, and the write budget.

``write(name)`` is the only way to open a write transaction. On SQLite it is ``BEGIN IMMEDIATE`` with
``synchronous=FULL``; each hold of the lock is measured, warned of at 50 ms and, in a test run, failed at
250 ms. Nothing but the database belongs inside: no rendering, hashing of files, encryption of lists, HTTP.
"""
