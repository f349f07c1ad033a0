"""A person who gets messages by every channel lies nowhere in the clear, but in the Null adapter's folder."""

from __future__ import annotations

import dataclasses
import logging

import pytest
from django.db import connection
from pytest_django import Settings

from phithak.base import ids
from phithak.base.config import Config
from phithak.core.outbox import services
from phithak.core.outbox.models import Message, Note
from phithak.core.privacy import services as privacy
from tests.core.outbox.conftest import ACTOR, NOTICE, tick
from tests.core.privacy.conftest import instance
from tests.people import People
from tests.privacy_scan.scanner import Person, Scanner
from tests.simulator.running import Simulator

__all__ = ["instance"]

PERSON = Person("1101700203450", "0812345678", "ทองดี เมฆลอย", "thongdi.m@example.th")
SCAN = Scanner([PERSON])


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_messages_leave_nobody_in_the_clear(
    instance: Config, people: People, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Taken, refused, lost, decided, by SMS and mail, then by Null: rows, notes, journal, logs and folder."""
    tenant_id = people.tenant_id("hospital")
    folder = instance.config_dir.parent / "provider"
    simulator = Simulator(folder, smtp=True).start(mode="none")
    caplog.set_level(logging.DEBUG)
    try:
        urls = {"sms_url": simulator.url, "mail_url": simulator.mail_url}
        settings.CONFIG = dataclasses.replace(instance, **urls)

        def send(channel: str, value: str) -> Message:
            kind = "phone" if channel == "sms" else "email"
            message_id = services.queue(
                ACTOR, tenant_id=tenant_id, channel=channel, renderer=NOTICE, idempotency_key=str(ids.uuid7()),
                recipient=privacy.seal(ACTOR, kind, value, tenant_id=tenant_id),
            )  # fmt: skip
            tick(channel)
            return Message.objects.get(pk=message_id)

        assert send("sms", PERSON.phone).state == "accepted"
        assert send("mail", PERSON.email).state == "accepted"
        simulator.behave(refuse=["+66812345678", PERSON.email])
        assert send("sms", PERSON.phone).state == "failed"
        assert send("mail", PERSON.email).state == "failed"
        simulator.behave(refuse=[], lose=1.0)
        lost = send("sms", PERSON.phone)
        assert lost.state == "unknown"
        reason = f"โทรถาม {PERSON.phone} แล้ว เลข {PERSON.national_id}"
        services.decide(people.actor("member_admin"), lost.pk, "failed", reason=reason)
        assert len(simulator.log()) == 3, "the person was really written to"
    finally:
        simulator.kill()
    settings.CONFIG = instance
    assert send("sms", PERSON.phone).adapter == "null"
    # so that a name in a log shows, too
    logging.getLogger("phithak.outbox").warning("end of the test")
    (instance.data_dir / "log.txt").write_text(caplog.text, encoding="utf-8")
    null = instance.data_dir / "null-outbox"
    assert SCAN.folder(instance.data_dir, allowed=[null]) == []
    assert SCAN.database(connection) == []
    assert SCAN.folder(null) != [], "the scan finds what is there"
    Note.objects.create(message=lost, what="unclear", code="x", reason=PERSON.phone)
    assert SCAN.database(connection) != [], "a planted leak is found"
