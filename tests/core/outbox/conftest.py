"""A renderer, addresses in the vault, and ways to look at what the pump did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from phithak.base import ids
from phithak.core.accounts import actors
from phithak.core.outbox import rendering, services
from phithak.core.outbox.models import Message
from phithak.core.outbox.pump import Pump
from phithak.core.outbox.rendering import Context, Rendered
from phithak.core.outbox.states import Channel
from phithak.core.privacy import services as privacy
from tests.people import People
from tests.simulator.running import Simulator

ACTOR = actors.system("test")
NOTICE = "tests.notice"
Configure = Callable[..., None]
Queue = Callable[..., Message]


@pytest.fixture(autouse=True)
def _renderer() -> Iterator[None]:
    def notice(params: Mapping[str, Any], context: Context) -> Rendered:
        if params.get("broken"):
            raise ZeroDivisionError
        words = f"แจ้งเตือน {params.get('n', 1)} ผ่าน {context.channel}"
        return Rendered(params.get("subject", "เรื่องถึงคุณ"), words, params.get("headers", {}), "AB2C3D4E")

    rendering.renderer(NOTICE)(notice)
    yield
    rendering.forget(NOTICE)


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Configure:
    """Set settings of the instance for one test; the data folder is the test's own from the first call on."""
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    def change(**values: Any) -> None:
        monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, **values))

    return change


@pytest.fixture
def queue(people: People) -> Queue:
    """Queue one message and return its row."""

    def put(
        address: str = "081-234-5678", *, channel: str = "sms", tenant: str = "hospital", **more: Any
    ) -> Message:
        kind = "email" if channel == "mail" else "phone"
        tenant_id = people.tenant_id(tenant)
        given = more.pop("recipient", None)
        message_id = services.queue(
            ACTOR,
            tenant_id=tenant_id,
            channel=channel,
            recipient=given or privacy.seal(ACTOR, kind, address, tenant_id=tenant_id),
            renderer=more.pop("renderer", NOTICE),
            idempotency_key=more.pop("key", str(ids.uuid7())),
            **more,
        )
        return Message.objects.get(pk=message_id)

    return put


@pytest.fixture
def provider(tmp_path: Path, configure: Configure) -> Iterator[Callable[..., Simulator]]:
    """Start a provider with manners and set it as the SMS provider."""
    started: list[Simulator] = []

    def start(*, smtp: bool = False, **manners: Any) -> Simulator:
        made = Simulator(tmp_path / f"provider{len(started)}", smtp=smtp).start(**manners)
        started.append(made)
        configure(sms_url=made.url, chat_url=made.url, webhook_url=made.url, sms_secret="s3cret")
        if smtp:
            configure(mail_url=made.mail_url)
        return made

    yield start
    for one in started:
        one.kill()


def tick(channel: str = "sms") -> None:
    """Let the pump of a channel run once."""
    Pump(Channel(channel), seconds=0.2).tick()


def state(message_id: UUID) -> str:
    return Message.objects.values_list("state", flat=True).get(pk=message_id)
