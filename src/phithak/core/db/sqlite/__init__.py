"""Django's SQLite backend with WAL, ``synchronous=FULL`` and foreign keys on every connection."""
