"""One-time links: same link for a retry, one answer, GET changes nothing, wrong tokens tell nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import clock, ids
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts import actors
from phithak.core.accounts.models import Tenant
from phithak.core.contrib import LinkPurpose
from phithak.core.links import queries, services, tokens

pytestmark = [pytest.mark.django_db, pytest.mark.db]
ACTOR = actors.system("test")
PURPOSE = LinkPurpose(
    "test.ping",
    Text("ทดสอบการติดต่อ", "Contact check"),
    48,
    lambda _id: Text("ได้รับข้อความหรือไม่", "Did it arrive?"),
    (("yes", Text("ได้รับ", "Yes")), ("no", Text("ไม่ได้รับ", "No"))),
    note=True,
)


@pytest.fixture(autouse=True)
def _purpose() -> Iterator[None]:
    contrib.link_purpose.register(PURPOSE)
    yield
    contrib.link_purpose.forget(PURPOSE.name)


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(kind="hospital", name_th="โรงพยาบาลสมมุติ")


def token_of(issued: services.Issued) -> str:
    return issued.url.rstrip("/").rsplit("/", 1)[1]


def test_a_retry_gives_the_same_link_and_code(tenant: Tenant) -> None:
    thing = ids.uuid7()
    first = services.issue(ACTOR, "test.ping", thing, "contact:1", tenant_id=tenant.pk)
    again = services.issue(ACTOR, "test.ping", thing, "contact:1", tenant_id=tenant.pk)
    other = services.issue(ACTOR, "test.ping", thing, "contact:2", tenant_id=tenant.pk)
    assert first == again
    assert {first.url, first.code}.isdisjoint({other.url, other.code})
    assert ids.is_public_reference(first.code)
    assert len(first.code) == 8


def test_one_answer_holds_and_the_second_sees_it(tenant: Tenant) -> None:
    issued = services.issue(ACTOR, "test.ping", ids.uuid7(), "contact:1", tenant_id=tenant.pk)
    heard: list[object] = []
    signals.receive(signals.Signal.LINK_ANSWERED, heard.append)
    assert queries.by_token(token_of(issued)).state == "open"
    link = services.answer(token_of(issued), "yes", "รับแล้ว")
    assert (link.state, link.answer, link.note) == ("answered", "yes", "รับแล้ว")
    with pytest.raises(services.LinkClosedError):
        services.answer(token_of(issued), "no")
    assert queries.by_token(token_of(issued)).answer == "yes"
    assert heard == [issued.id]


def test_an_unknown_answer_is_refused_and_nothing_is_stored(tenant: Tenant) -> None:
    issued = services.issue(ACTOR, "test.ping", ids.uuid7(), "contact:1", tenant_id=tenant.pk)
    with pytest.raises(services.UnknownAnswerError):
        services.answer(token_of(issued), "maybe")
    assert queries.by_token(token_of(issued)).state == "open"


def test_an_expired_link_cannot_be_answered(tenant: Tenant) -> None:
    issued = services.issue(ACTOR, "test.ping", ids.uuid7(), "contact:1", tenant_id=tenant.pk)
    with clock.at(clock.now() + timedelta(hours=48, seconds=1)):
        assert queries.by_token(token_of(issued)).state == "expired"
        with pytest.raises(services.LinkClosedError):
            services.answer(token_of(issued), "yes")


def test_a_new_version_ends_the_former_one(tenant: Tenant) -> None:
    thing = ids.uuid7()
    old = services.issue(ACTOR, "test.ping", thing, "contact:1", tenant_id=tenant.pk)
    new = services.renew(ACTOR, "test.ping", thing, "contact:1", tenant_id=tenant.pk)
    assert old.url != new.url
    with pytest.raises(services.LinkClosedError):
        services.answer(token_of(old), "yes")
    assert services.issue(ACTOR, "test.ping", thing, "contact:1", tenant_id=tenant.pk) == new
    services.end(ACTOR, new.id)
    assert queries.by_token(token_of(new)).state == "ended"


def test_a_changed_token_is_told_like_an_unknown_one(tenant: Tenant) -> None:
    issued = services.issue(ACTOR, "test.ping", ids.uuid7(), "contact:1", tenant_id=tenant.pk)
    raw = bytearray(base64.urlsafe_b64decode(token_of(issued) + "=="))
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        text = base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode()
        with pytest.raises(NotFoundError):
            queries.by_token(text)


@given(st.text(max_size=80))
def test_any_text_is_safe_as_a_token(text: str) -> None:
    assert tokens.link_id_of(text) is None or len(text) > 40
