"""Phithak (พิทักษ์, to guard): a sector CERT in one Python package.

The rooms, their floors and the rules between them are told in ``docs/architecture.md``.
"""

__version__ = "0.1.0"
