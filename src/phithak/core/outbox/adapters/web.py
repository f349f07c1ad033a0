"""Adapters over HTTP: SMS, chat and webhook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.outbox.adapters import signing
from phithak.core.outbox.adapters.base import (
    Accepted,
    Looked,
    Missing,
    Outcome,
    Outgoing,
    Refused,
    Unclear,
)
from phithak.core.outbox.adapters.http import Answer, Endpoint, NotSentError, UnclearError, call
from phithak.core.outbox.states import Channel, Mode
from phithak.engines.thai import PhoneKind, ThaiFormatError, parse_phone

_ID_MOST = 200
CALL_US = Text(
    "{name}: มีเรื่องแจ้งถึงคุณ เลขอ้างอิง {reference} โปรดโทร {hotline}",
    "{name}: there is news for you. Reference {reference}, please call {hotline}",
)


@dataclass(frozen=True)
class SmsAdapter:
    """SMS over HTTP: ``POST {"to", "from", "text", "client_ref"}``, answered 2xx with ``{"id"}``.

    ``GET <address>/<client_ref>`` answers 200 ``{"id"}`` or 404 (mode ``lookup``); 409 with an id says that the
    reference was taken before (mode ``client_ref``).
    """

    to: Endpoint
    sender: str
    name: str = "sms.http"
    channel: Channel = Channel.SMS
    real: bool = True

    @property
    def mode(self) -> Mode:
        """The provider's mode, from the setting."""
        return self.to.mode

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand the message over."""
        try:
            phone = parse_phone(outgoing.address)
        except ThaiFormatError:
            return Refused("address")
        if phone.kind not in {PhoneKind.MOBILE, PhoneKind.FOREIGN}:
            return Refused("address.no_mobile")
        body = {
            "to": phone.number,
            "from": self.sender,
            "text": outgoing.rendered.body,
            "client_ref": outgoing.reference,
        }
        return _post(self.to, outgoing, body, needs_id=True)

    def lookup(self, reference: str, seconds: float) -> Looked:
        """Ask whether the provider took a reference."""
        return _ask(self.to, reference, seconds)


@dataclass(frozen=True)
class ChatAdapter:
    """A chat's webhook, LINE-like: it says the reference and whom to call, never what the message says."""

    to: Endpoint
    centre: Text
    hotline: str
    name: str = "chat.http"
    channel: Channel = Channel.CHAT
    real: bool = True

    @property
    def mode(self) -> Mode:
        """The provider's mode, from the setting."""
        return self.to.mode

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand the message over."""
        slots = {"reference": outgoing.rendered.reference or "-", "hotline": self.hotline or "-"}
        text = CALL_US.th.format(name=self.centre.th, **slots)
        body = {"to": outgoing.address, "messages": [{"type": "text", "text": text}]}
        return _post(self.to, outgoing, body, headers={"X-Line-Retry-Key": outgoing.reference.split(".")[0]})

    def lookup(self, reference: str, seconds: float) -> Looked:
        """Ask whether the provider took a reference."""
        return _ask(self.to, reference, seconds)


@dataclass(frozen=True)
class WebhookAdapter:
    """A receiver's webhook: JSON, signed (``signing``), with our reference as ``Idempotency-Key``."""

    to: Endpoint
    secret: str = field(repr=False)
    name: str = "webhook.http"
    channel: Channel = Channel.WEBHOOK
    real: bool = True

    @property
    def mode(self) -> Mode:
        """The receiver's mode, from the setting."""
        return self.to.mode

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand the message over."""
        words = outgoing.rendered
        body = {
            "client_ref": outgoing.reference,
            "subject": words.subject,
            "body": words.body,
            "reference": words.reference,
        }
        return _post(self.to, outgoing, body, secret=self.secret)

    def lookup(self, reference: str, seconds: float) -> Looked:
        """Ask whether the receiver took a reference."""
        return _ask(self.to, reference, seconds)


def _post(
    to: Endpoint,
    outgoing: Outgoing,
    body: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    secret: str = "",
    needs_id: bool = False,
) -> Outcome:
    content = json.dumps(body, ensure_ascii=False).encode()
    more = {"Idempotency-Key": outgoing.reference, **(headers or {})}
    if secret:
        more[signing.HEADER] = signing.sign(secret, content, now=clock.now().timestamp())
    try:
        answer = call(to, "POST", seconds=outgoing.seconds, body=content, headers=more, check=outgoing.check)
    except NotSentError as error:
        return Refused(error.code, again=True)
    except UnclearError as error:
        return Unclear(error.code)
    return _outcome(to, answer, needs_id=needs_id)


def _outcome(to: Endpoint, answer: Answer, *, needs_id: bool) -> Outcome:
    provider_id, status = _id(answer), answer.status
    if status == HTTPStatus.CONFLICT and to.mode is Mode.CLIENT_REF and provider_id:
        return Accepted(provider_id)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        # any proxy can say 200; only an id shows that the provider itself took it
        return Unclear("answer.no_id") if needs_id and not provider_id else Accepted(provider_id)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unclear(f"http.{status}")
    return Refused(f"http.{status}", again=status == HTTPStatus.TOO_MANY_REQUESTS)


def _ask(to: Endpoint, reference: str, seconds: float) -> Looked:
    path, mark, query = to.target.partition("?")
    target = f"{path.rstrip('/')}/{quote(reference, safe='')}{mark}{query}"
    try:
        answer = call(to, "GET", seconds=seconds, target=target)
    except (NotSentError, UnclearError) as error:
        return Unclear(error.code)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Missing()
    if answer.status == HTTPStatus.OK and _id(answer):
        return Accepted(_id(answer))
    return Unclear(f"http.{answer.status}")


def _id(answer: Answer) -> str:
    found = answer.body.get("id")
    return found[:_ID_MOST] if isinstance(found, str) and "\x00" not in found else ""
