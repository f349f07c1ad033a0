"""Tables of the registry; no decisions here."""

from phithak.registry.models.agreements import Agreement, AgreementParty, SharingRule
from phithak.registry.models.assets import (
    DataLink,
    DataStore,
    DataStoreKind,
    Device,
    Domain,
    IpRange,
    Software,
    System,
)
from phithak.registry.models.drills import Drill, DrillCheck, DrillClaim
from phithak.registry.models.joining import ChangeRequest, ImportRow, ImportRun
from phithak.registry.models.organisations import (
    Alias,
    AuthorityScope,
    DuplicateProposal,
    MatchKey,
    Organisation,
    Relation,
    Sector,
)
from phithak.registry.models.people import (
    CallBudget,
    CallSheet,
    ContactLanguage,
    ContactPoint,
    DutyPattern,
    Person,
    Position,
)
from phithak.registry.models.shares import Appeal, DataShare, Suspension
from phithak.registry.models.teams import EscalationStep, Shift, Team, TeamMember

__all__ = [
    "Agreement",
    "AgreementParty",
    "Alias",
    "Appeal",
    "AuthorityScope",
    "CallBudget",
    "CallSheet",
    "ChangeRequest",
    "ContactLanguage",
    "ContactPoint",
    "DataLink",
    "DataShare",
    "DataStore",
    "DataStoreKind",
    "Device",
    "Domain",
    "Drill",
    "DrillCheck",
    "DrillClaim",
    "DuplicateProposal",
    "DutyPattern",
    "EscalationStep",
    "ImportRow",
    "ImportRun",
    "IpRange",
    "MatchKey",
    "Organisation",
    "Person",
    "Position",
    "Relation",
    "Sector",
    "SharingRule",
    "Shift",
    "Software",
    "Suspension",
    "System",
    "Team",
    "TeamMember",
]
