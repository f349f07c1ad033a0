"""Raw events to rows of about 25 columns. The Python way is the reference; SQL gives the same rows, faster.

What a field is called in which log, both ways take from ``columns.toml`` and from the tables of
``engines/sigma/normalise``. A row never changes its event: ``raw`` stays bit for bit.
"""
