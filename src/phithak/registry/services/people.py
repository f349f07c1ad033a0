"""Every write of people, positions and contacts."""

from __future__ import annotations

from phithak.registry.services.people_calls import Number, call, choose
from phithak.registry.services.people_contacts import (
    add_contact,
    change_contact,
    confirm_contact,
    end_contact,
    mark_liveness,
)
from phithak.registry.services.people_errors import (
    AccountElsewhereError,
    AdminLeaveError,
    BackupError,
    ContactChangedError,
    ContactEmailError,
    ContactKeyError,
    ContactPhoneError,
    EndedError,
    HiddenSignsError,
    NoWayToReachError,
    OwnLeaveError,
    PersonNameError,
    TooManyCallsError,
    VendorScopeError,
)
from phithak.registry.services.people_facts import ContactFacts, PersonFacts, PositionFacts
from phithak.registry.services.people_keys import KeyFacts, read_key
from phithak.registry.services.people_leaving import HandOver, Left, account_left, leave, leave_due, stay
from phithak.registry.services.people_rows import (
    add_person,
    add_position,
    change_person,
    change_position,
    end_position,
)

__all__ = [
    "AccountElsewhereError",
    "AdminLeaveError",
    "BackupError",
    "ContactChangedError",
    "ContactEmailError",
    "ContactFacts",
    "ContactKeyError",
    "ContactPhoneError",
    "EndedError",
    "HandOver",
    "HiddenSignsError",
    "KeyFacts",
    "Left",
    "NoWayToReachError",
    "Number",
    "OwnLeaveError",
    "PersonFacts",
    "PersonNameError",
    "PositionFacts",
    "TooManyCallsError",
    "VendorScopeError",
    "account_left",
    "add_contact",
    "add_person",
    "add_position",
    "call",
    "change_contact",
    "change_person",
    "change_position",
    "choose",
    "confirm_contact",
    "end_contact",
    "end_position",
    "leave",
    "leave_due",
    "mark_liveness",
    "read_key",
    "stay",
]
