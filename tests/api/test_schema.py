"""The whole API against its own document: no server error, no undeclared answer, in three roles.

Each operation is asked with data that fits and with data that does not. Ids in paths are real ones where a list
of the API gives some, so that operations are answered and not only refused.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from phithak.base import clock
from phithak.core.accounts import permissions, services
from phithak.core.ui.pages.home import apidocs
from phithak.web.wsgi import application
from tests.people import People

ROLES = ("cert_admin", "analyst", "member_admin")
load_all_checks()
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]
ANSWERED_SHARE = 0.7


def token(people: People, role: str) -> str:
    """Make a bearer token with every scope that the person holds outside of a staff session."""
    actor = people.actor(role)
    _, secret = services.create_token(
        actor, name="ทดสอบ", scopes=list(permissions.held_by(actor)), until=clock.now() + timedelta(days=1)
    )
    return secret


def known_ids(headers: dict[str, str]) -> dict[str, str]:
    """Return for each list of the API the id of its first item."""
    found = {}
    for path, item in apidocs.schema()["paths"].items():
        if "get" in item and "{" not in path:
            answer = Client().get(path, headers=headers)
            content = answer.json() if answer.status_code == 200 else None
            items = content.get("items") if isinstance(content, dict) else content
            if isinstance(items, list) and items and isinstance(items[0], dict) and "id" in items[0]:
                found[path] = str(items[0]["id"])
    return found


def path_parameters(path: str, ids: dict[str, str]) -> dict[str, str] | None:
    """Return a real id for a path with one parameter, from the list that the path continues."""
    before = path.split("{", 1)[0].rstrip("/")
    if path.count("{") != 1 or before not in ids:
        return None
    return {path.split("{", 1)[1].split("}", 1)[0]: ids[before]}


def ask_all(people: People, examples: int) -> tuple[dict[str, set[int]], list[str]]:
    """Ask every operation in every role; return the statuses seen and what broke the document."""
    schema = schemathesis.openapi.from_dict(apidocs.schema())
    schema.app = application
    statuses: defaultdict[str, set[int]] = defaultdict(set)
    broken: list[str] = []
    for role in ROLES:
        headers = {"Authorization": f"Bearer {token(people, role)}"}
        ids = known_ids(headers)
        for result in schema.get_all_operations():
            operation = result.ok()
            given_ids = path_parameters(operation.path, ids)
            strategy = st.one_of(
                operation.as_strategy(GenerationMode.POSITIVE, path_parameters=given_ids),
                operation.as_strategy(GenerationMode.POSITIVE),
                operation.as_strategy(GenerationMode.NEGATIVE),
            )
            label = operation.label

            @seed(len(label))
            @settings(
                max_examples=examples,
                database=None,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=strategy)
            def ask(case: Any, label: str = label) -> None:
                answer = case.call(headers=headers)  # noqa: B023 - called before the loop goes on
                statuses[label].add(answer.status_code)
                case.validate_response(answer, checks=CHECKED)

            try:
                ask()
            except Exception as error:  # noqa: BLE001 - every fault is collected, with its operation
                broken.append(f"{role} {label}: {str(error)[:600]}")
    return statuses, broken


def judge(statuses: dict[str, set[int]], broken: list[str]) -> None:
    """Fail for a broken promise, or when too few operations were really answered."""
    assert not broken, "\n\n".join(broken)
    silent = sorted(
        label for label, seen in statuses.items() if not any(200 <= status < 300 for status in seen)
    )
    share = 1 - len(silent) / len(statuses)
    assert share >= ANSWERED_SHARE, f"{share:.0%} answered; only refused: {silent}"


def test_the_api_keeps_its_document(people: People) -> None:
    judge(*ask_all(people, 20))


@pytest.mark.soak
def test_the_api_keeps_its_document_at_length(people: People) -> None:
    judge(*ask_all(people, 200))


def test_the_document_itself_is_sound() -> None:
    document = apidocs.schema()
    names = [call["operationId"] for item in document["paths"].values() for call in item.values()]
    assert len(names) == len(set(names))
    assert all(call.get("x-permission") for item in document["paths"].values() for call in item.values())
