"""Pages of the part ``joining``: ``public`` for strangers, ``requests``, ``imports``, ``exports``."""
