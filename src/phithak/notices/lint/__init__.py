"""Rules that a text must keep, by its class and channel: a table of data, checked by plain functions.

``check(draft, context)`` looks at every rule that applies and returns findings, worst first. No rule reads a
table, calls out, or takes more than linear time. Sources: domain D2 (lint), F1.7, F2.2, F3.
"""

from phithak.notices.lint.rules import RULES, Rule, check, errors_of
from phithak.notices.lint.shape import Context, Draft, Finding, Severity

__all__ = ["RULES", "Context", "Draft", "Finding", "Rule", "Severity", "check", "errors_of"]
