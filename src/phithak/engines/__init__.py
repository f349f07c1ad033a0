"""Engines: plain Python, each a library and a command line.

No Django, no network, no database of ours, no wall clock: time is always an argument. Engines do not
import each other; all may import ``engines.thai``.
"""
