"""The provider's SMTP flavour: accepts mail into the same log, and loses answers as its manners say."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.simulator.provider import Provider


class Mailbox:
    """aiosmtpd's handler."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        manners = self.provider.manners()
        if address in manners.refuse:
            return "550 no such user"
        if self.provider.chosen(manners.busy):
            return "451 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        """Accept a mail durably, then answer or hang up."""
        manners = self.provider.manners()
        content = cast("bytes", envelope.content)
        mail = email.message_from_bytes(content, policy=email.policy.default)
        await asyncio.sleep(self.provider.upto(manners.slow))
        if self.provider.chosen(manners.drop):
            cast("Any", server).transport.abort()
            return "421 gone"
        ref = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        body: Any = mail
        self.provider.accept(ref, ",".join(envelope.rcpt_tos), body.get_content().strip(), manners)
        if self.provider.chosen(manners.lose):
            cast("Any", server).transport.abort()
            return "421 gone"
        return "250 taken"


def start(provider: Provider) -> None:
    """Serve SMTP in a thread and write the port to ``smtp``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # aiosmtpd connects to itself once at its start, so it must know its port beforehand
    Controller(Mailbox(provider), hostname="127.0.0.1", port=port).start()
    partial = provider.folder / "smtp.partial"
    partial.write_text(str(port))
    partial.rename(provider.folder / "smtp")
