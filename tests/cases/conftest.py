"""The desk of a centre with its hospitals in the registry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from phithak.cases.queries.states import CaseKind, PartyRole
from phithak.cases.services import opening
from phithak.cases.services.opening import CaseFacts
from tests.people import People
from tests.registry.factory import organisation_of


@dataclass
class Desk:
    """The people, their organisations, and the API."""

    people: People

    def ask(self, person: str, method: str, path: str, body: Any = None) -> Any:
        """Call the API as a person; returns status and what was told."""
        answer = self.people.client(person, language=self.people.user(person).language).generic(
            method,
            f"/api/v1/cases{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def organisation(self, key: str) -> UUID:
        """Return the organisation of a tenant of the test's people."""
        return organisation_of(self.people, key).pk

    def case(self, *parties: str, role: PartyRole = PartyRole.CONTROLLER, **facts: Any) -> UUID:
        """Open a case in which these organisations take part."""
        told = {"title": "ระบบเวชระเบียนถูกเข้ารหัส", "kind": CaseKind.RANSOMWARE, **facts}
        wanted = [(self.organisation(key), role) for key in parties]
        return opening.open_case(self.people.actor("analyst"), CaseFacts(**told), parties=wanted)


@pytest.fixture
def desk(people: People) -> Desk:
    organisation_of(people, "cert")
    return Desk(people)
