"""Tables of the cases room; no decisions here."""

from phithak.cases.models.core import Case, CaseBody, Counter, Entry, Origin, Party, Report

__all__ = ["Case", "CaseBody", "Counter", "Entry", "Origin", "Party", "Report"]
