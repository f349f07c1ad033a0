"""Tables of the cases room; no decisions here."""

from phithak.cases.models.core import Case, CaseBody, Counter, Entry, Origin, Party, Report
from phithak.cases.models.together import (
    Acknowledgement,
    Commitment,
    Decision,
    Invitee,
    Meeting,
    PostReport,
    Verification,
)
from phithak.cases.models.work import (
    Finding,
    Guest,
    Lesson,
    Outage,
    PartAccess,
    PartEntry,
    PolicyTerm,
    Question,
    RestrictedPart,
    Task,
    Technique,
)

__all__ = [
    "Acknowledgement",
    "Case",
    "CaseBody",
    "Commitment",
    "Counter",
    "Decision",
    "Entry",
    "Finding",
    "Guest",
    "Invitee",
    "Lesson",
    "Meeting",
    "Origin",
    "Outage",
    "PartAccess",
    "PartEntry",
    "Party",
    "PolicyTerm",
    "PostReport",
    "Question",
    "Report",
    "RestrictedPart",
    "Task",
    "Technique",
    "Verification",
]
