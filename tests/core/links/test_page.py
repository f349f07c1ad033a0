"""The page behind a link: GET changes nothing, POST answers once, no Referer, wrong tokens tell nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from phithak.base import clock, ids
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.contrib import LinkPurpose
from phithak.core.links import services
from phithak.core.links.models import Link
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]
PURPOSE = LinkPurpose(
    "test.page",
    Text("ทดสอบการติดต่อ", "Contact check"),
    48,
    lambda _id: Text("ได้รับข้อความหรือไม่ <b>", "Did it arrive? <b>"),
    (("yes", Text("ได้รับ", "Yes")), ("no", Text("ไม่ได้รับ", "No"))),
    note=True,
)


@pytest.fixture
def issued(people: People) -> Iterator[services.Issued]:
    contrib.link_purpose.register(PURPOSE)
    yield services.issue(
        actors.system("test"), "test.page", ids.uuid7(), "contact:1", tenant_id=people.tenant_id("hospital")
    )
    contrib.link_purpose.forget(PURPOSE.name)


def path(issued: services.Issued) -> str:
    return "/l/" + issued.url.rstrip("/").rsplit("/", 1)[1] + "/"


def test_a_scanner_that_opens_the_link_changes_nothing(issued: services.Issued) -> None:
    before = Link.objects.values().get(pk=issued.id)
    browser = Client()
    for method in (browser.get, browser.head, browser.get):
        assert method(path(issued)).status_code == 200
    assert Link.objects.values().get(pk=issued.id) == before
    page = browser.get(path(issued))
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    text = page.content.decode()
    assert "ได้รับข้อความหรือไม่ &lt;b&gt;" in text
    assert "<script>" not in text


def test_an_answer_holds_once_and_is_shown_after(issued: services.Issued) -> None:
    browser = Client()
    thanked = browser.post(path(issued), {"answer": "yes", "note": "ถึงแล้วค่ะ"}).content.decode()
    assert "ขอบคุณ" in thanked
    second = browser.post(path(issued), {"answer": "no"})
    assert second.status_code == 409
    row = Link.objects.get(pk=issued.id)
    assert (row.answer, row.note) == ("yes", "ถึงแล้วค่ะ")
    shown = browser.get(path(issued)).content.decode()
    assert "ตอบแล้ว" in shown
    assert 'name="answer"' not in shown


def test_an_answer_that_is_not_offered_is_refused_and_can_be_given_again(issued: services.Issued) -> None:
    refused = Client().post(path(issued), {"answer": "maybe"})
    assert refused.status_code == 422
    assert 'value="yes"' in refused.content.decode()


def test_a_form_without_csrf_token_is_refused(issued: services.Issued) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path(issued), {"answer": "yes"}).status_code == 403
    page = strict.get(path(issued))
    token = page.context["csrf_token"]
    answered = strict.post(path(issued), {"answer": "yes", "csrfmiddlewaretoken": str(token)})
    assert answered.status_code == 200


def test_wrong_tokens_and_unknown_ones_look_alike(issued: services.Issued) -> None:
    good = path(issued)
    wrong = good[:-3] + ("AA" if good[-3:-1] != "AA" else "BB") + "/"
    other = Client().get(wrong), Client().get("/l/nonsense/")
    assert [one.status_code for one in other] == [404, 404]


def test_an_expired_link_says_so(issued: services.Issued) -> None:
    Link.objects.filter(pk=issued.id).update(expires_at=clock.now())
    page = Client().get(path(issued))
    assert "หมดอายุ" in page.content.decode()
    assert Client().post(path(issued), {"answer": "yes"}).status_code == 409
