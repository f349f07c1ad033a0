"""The whole API against its own document: no server error, no undeclared answer, in three roles.

Each operation is asked with data that fits and with data that does not. Ids in paths are real ones where a list
of the API gives some, so that operations are answered and not only refused. The examples of an operation are made
once and sent by each role; each part of the operations is one test, so that several processes share the work.
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
from pytest_django import DjangoDbBlocker
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
from tests.people import People, build

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
EXAMPLES, MANY_EXAMPLES = 20, 200
"""Of each operation, for each role: in CI and in soak."""

PARTS = 8


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


@dataclass(frozen=True)
class Caller:
    """A role that asks, and the ids that it sees in lists."""

    role: str
    login: Login
    ids: dict[str, str]


@dataclass(frozen=True)
class Example:
    """One request: with real ids where its caller knows some, else with the ones that were made up."""

    case: Any
    wants_real: bool
    made_up: dict[str, Any]

    def sent_by(self, caller: Caller, real: dict[str, str] | None) -> Any:
        """Send it and return the answer, which keeps the document or fails."""
        self.case.path_parameters = real if self.wants_real and real else self.made_up
        answer = self.case.call(headers=caller.login.headers, cookies=caller.login.cookies)
        self.case.validate_response(answer, checks=CHECKED)
        return answer


@dataclass(frozen=True)
class Filled:
    """An instance with something of everything, and who asks it."""

    people: People
    callers: tuple[Caller, ...]
    operations: tuple[Any, ...]


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Filled]:
    """Give the instance; filled once in a process, for filling takes as long as some hundred requests."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = build()
        content.fill(people)
        join_the_demo(people)
        callers = []
        for role in ROLES:
            known = login(people, role)
            callers.append(Caller(role, known, known_ids(known)))
        schema = schemathesis.openapi.from_dict(apidocs.schema())
        schema.app = application
        operations = sorted((one.ok() for one in schema.get_all_operations()), key=lambda one: str(one.label))
        yield Filled(people, tuple(callers), tuple(operations))
        transaction.set_rollback(True)


def examples(operation: Any, count: int) -> list[Example]:
    """Make so many requests to an operation by the seed of the run: a third does not fit the document."""
    made: list[Example] = []
    fits = operation.as_strategy(GenerationMode.POSITIVE)
    strategy = st.one_of(
        st.tuples(fits, st.just(value=True)),
        st.tuples(fits, st.just(value=False)),
        st.tuples(operation.as_strategy(GenerationMode.NEGATIVE), st.just(value=False)),
    )

    @seed(int(os.environ.get("PHITHAK_SEED", "0"), 16))
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn=strategy)
    def make(drawn: tuple[Any, bool]) -> None:
        case, wants_real = drawn
        made.append(Example(case, wants_real, case.path_parameters))

    make()
    return made


def ask(caller: Caller, made: list[Example], real: dict[str, str] | None) -> tuple[set[int], str]:
    """Send the examples of one operation; return each status and what broke the document first."""
    seen: set[int] = set()
    # what one operation or role changes must not decide what the next one gets
    with one_connection(), transaction.atomic():
        try:
            for example in made:
                seen.add(int(example.sent_by(caller, real).status_code))
        except Exception as error:  # noqa: BLE001 - every fault is collected, with its operation
            return seen, str(error)[:900]
        finally:
            transaction.set_rollback(True)
    return seen, ""


def send(operation: Any, caller: Caller, good: Good) -> int:
    """Send a request made by hand; return its status."""
    body = {} if good.body is None else {"body": good.body, "media_type": "application/json"}
    with one_connection(), transaction.atomic():
        case = operation.Case(path_parameters=good.path, query=good.query, **body)
        answer = case.call(headers=caller.login.headers, cookies=caller.login.cookies)
        transaction.set_rollback(True)
    assert 200 <= answer.status_code < 300, f"{operation.label}: {answer.text[:500]}"
    return int(answer.status_code)


def ask_part(filled: Filled, part: int, count: int) -> tuple[dict[str, set[int]], list[str]]:
    """Ask every operation of a part in every role; return the statuses seen and what broke the document."""
    statuses: defaultdict[str, set[int]] = defaultdict(set)
    broken: list[str] = []
    for operation in filled.operations[part::PARTS]:
        sender, make = GOOD.get(operation.label, ("", None))
        good = make(filled.people) if make else None
        made = examples(operation, count)
        for caller in filled.callers:
            if sender == caller.role and good is not None:
                statuses[operation.label].add(send(operation, caller, good))
            seen, fault = ask(caller, made, path_parameters(operation.path, caller.ids, good))
            statuses[operation.label] |= seen
            if fault:
                broken.append(f"{caller.role} {operation.label}: {fault}")
    return statuses, broken


def judge(statuses: dict[str, set[int]], broken: list[str]) -> None:
    """Fail for a broken promise, or when too few operations were really answered."""
    assert not broken, "\n\n".join(broken)
    silent = sorted(
        label for label, seen in statuses.items() if not any(200 <= status < 300 for status in seen)
    )
    share = 1 - len(silent) / len(statuses)
    assert share >= ANSWERED_SHARE, f"{share:.0%} answered; only refused: {silent}"


@pytest.mark.api
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_the_api_keeps_its_document(filled: Filled, part: int) -> None:
    judge(*ask_part(filled, part, EXAMPLES))


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_the_api_keeps_its_document_at_length(filled: Filled, part: int) -> None:
    judge(*ask_part(filled, part, MANY_EXAMPLES))


def test_the_document_itself_is_sound() -> None:
    document = apidocs.schema()
    names = [call["operationId"] for item in document["paths"].values() for call in item.values()]
    assert len(names) == len(set(names))
    assert all(call.get("x-permission") for item in document["paths"].values() for call in item.values())
