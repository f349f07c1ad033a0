"""Reads of data-sharing links: doors and standing, downstream holders, open stores, terms, what waits."""
