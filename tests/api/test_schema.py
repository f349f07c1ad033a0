"""The whole API against its own document: no server error, no undeclared answer, in three roles.

Each operation is asked with data that fits and with data that does not. Ids in paths are real ones where a list
of the API gives some, so that operations are answered and not only refused.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from phithak.base import clock
from phithak.core.accounts import permissions, services
from phithak.core.accounts.models import Membership, Oversight
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import Reason
from phithak.core.ui.pages.home import apidocs
from phithak.registry.models.organisations import Organisation
from phithak.web.wsgi import application
from tests.api.good import GOOD
from tests.api.request import Good
from tests.e2e import content
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
SHORT = {"registry": 3, "all the rest": 6}
"""Examples of an operation for a role that may use it: few where most operations also have a request by hand."""


@dataclass(frozen=True)
class Login:
    """What a caller sends to be known."""

    headers: dict[str, str]
    cookies: dict[str, str]


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep the test's connection open over many requests, as Django's own test client does."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in ends:
            signal.connect(close_old_connections)


def login(people: People, role: str) -> Login:
    """Return the login of a role: the administrator in a staff session of the pages, others by token."""
    if role == "cert_admin":
        session = people.client(role, staff=True).cookies["sessionid"].value
        key = "k" * 32
        return Login({"X-CSRFToken": key}, {"sessionid": session, "csrftoken": key})
    actor = people.actor(role)
    _, secret = services.create_token(
        actor, name="ทดสอบ", scopes=list(permissions.held_by(actor)), until=clock.now() + timedelta(days=1)
    )
    return Login({"Authorization": f"Bearer {secret}"}, {})


def known_ids(caller: Login) -> dict[str, str]:
    """Return for each list of the API the id of its first item."""
    browser = Client()
    for name, value in caller.cookies.items():
        browser.cookies[name] = value
    found = {}
    for path, item in apidocs.schema()["paths"].items():
        if "get" in item and "{" not in path:
            answer = browser.get(path, headers=caller.headers)
            content = answer.json() if answer.status_code == 200 else None
            items = content.get("items") if isinstance(content, dict) else content
            if isinstance(items, list) and items and isinstance(items[0], dict) and "id" in items[0]:
                found[path.rstrip("/")] = str(items[0]["id"])
    return found


def path_parameters(path: str, ids: dict[str, str], good: Good | None) -> dict[str, str] | None:
    """Return real ids for a path: of the request made by hand, or from the list that the path continues."""
    if good is not None and good.path:
        return good.path
    before = path.split("{", 1)[0].rstrip("/")
    if path.count("{") != 1 or before not in ids:
        return None
    return {path.split("{", 1)[1].split("}", 1)[0]: ids[before]}


def join_the_demo(people: People) -> None:
    """Let the analyst work in the demo's centres, the administrator see them: teams, drills, call sheets."""
    centres = Organisation.objects.filter(kind="cert").exclude(pk=people.tenant_id("cert"))
    for row in centres:
        Oversight.objects.create(over=people.tenant("cert"), under_id=row.pk, reason=Reason.CONSTITUENCY)
        Membership.objects.create(user=people.user("analyst"), tenant_id=row.pk, role=Role.ANALYST)


def ask(
    operation: Any, caller: Login, real: dict[str, str] | None, examples: int
) -> Iterator[tuple[int, str]]:
    """Ask one operation, also with real ids; yield each status and, once, what broke the document."""
    strategy = st.one_of(
        operation.as_strategy(GenerationMode.POSITIVE, path_parameters=real),
        operation.as_strategy(GenerationMode.POSITIVE),
        operation.as_strategy(GenerationMode.NEGATIVE),
    )
    seen: list[int] = []

    @seed(int(os.environ.get("PHITHAK_SEED", "0"), 16))
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def call(case: Any) -> None:
        answer = case.call(headers=caller.headers, cookies=caller.cookies)
        seen.append(answer.status_code)
        case.validate_response(answer, checks=CHECKED)

    fault = ""
    try:
        # what one operation changes must not decide what the next one answers
        with one_connection(), transaction.atomic():
            call()
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001 - every fault is collected, with its operation
        fault = str(error)[:900]
    yield from ((status, "") for status in set(seen))
    if fault:
        yield 0, fault


def _send(operation: Any, caller: Login, good: Good) -> int:
    """Send a request made by hand; return its status."""
    with one_connection(), transaction.atomic():
        case = operation.Case(
            path_parameters=good.path,
            query=good.query,
            **({"body": good.body, "media_type": "application/json"} if good.body is not None else {}),
        )
        answer = case.call(headers=caller.headers, cookies=caller.cookies)
        transaction.set_rollback(True)
    assert 200 <= answer.status_code < 300, f"{operation.label}: {answer.text[:500]}"
    return int(answer.status_code)


def ask_all(people: People, part: str, examples: int) -> tuple[dict[str, set[int]], list[str]]:
    """Ask every operation of a part in every role; return the statuses seen and what broke the document."""
    content.fill(people)
    join_the_demo(people)
    document = apidocs.schema()
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    statuses: defaultdict[str, set[int]] = defaultdict(set)
    broken: list[str] = []
    for role in ROLES:
        caller = login(people, role)
        held = {*permissions.held_by(people.actor(role, staff=role == "cert_admin")), "public"}
        ids = known_ids(caller)
        for result in schema.get_all_operations():
            operation = result.ok()
            if ("/registry/" in operation.path) != (part == "registry"):
                continue
            sender, make = GOOD.get(operation.label, ("", None))
            good = make(people) if make else None
            if sender == role and good is not None:
                statuses[operation.label].add(_send(operation, caller, good))
            # a role without the right is refused before its data is looked at
            needed = document["paths"][operation.path][operation.method]["x-permission"]
            count = examples if needed in held else max(1, examples // 10)
            for status, fault in ask(operation, caller, path_parameters(operation.path, ids, good), count):
                statuses[operation.label].add(status)
                if fault:
                    broken.append(f"{role} {operation.label}: {fault}")
    return statuses, broken


def judge(statuses: dict[str, set[int]], broken: list[str]) -> None:
    """Fail for a broken promise, or when too few operations were really answered."""
    assert not broken, "\n\n".join(broken)
    silent = sorted(
        label for label, seen in statuses.items() if not any(200 <= status < 300 for status in seen)
    )
    share = 1 - len(silent) / len(statuses)
    assert share >= ANSWERED_SHARE, f"{share:.0%} answered; only refused: {silent}"


@pytest.mark.parametrize("part", SHORT)
def test_the_api_keeps_its_document(people: People, part: str) -> None:
    judge(*ask_all(people, part, SHORT[part]))


@pytest.mark.soak
@pytest.mark.parametrize("part", SHORT)
def test_the_api_keeps_its_document_at_length(people: People, part: str) -> None:
    judge(*ask_all(people, part, 200))


def test_the_document_itself_is_sound() -> None:
    document = apidocs.schema()
    names = [call["operationId"] for item in document["paths"].values() for call in item.values()]
    assert len(names) == len(set(names))
    assert all(call.get("x-permission") for item in document["paths"].values() for call in item.values())
