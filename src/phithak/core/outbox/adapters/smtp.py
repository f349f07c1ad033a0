"""Mail over SMTP.

Mode ``none``: a mail server has no memory of our Message-ID and cannot be asked, so after a crash between the
last line and its answer nobody knows. The Message-ID is made from our reference all the same: a person can
find the mail in the server's log by it, and most readers fold two mails of one id.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from phithak.base import clock
from phithak.core.outbox.adapters.base import Accepted, Looked, Outcome, Outgoing, Refused, Unclear
from phithak.core.outbox.adapters.http import is_loopback
from phithak.core.outbox.errors import AdapterSettingError
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.states import Channel, Mode

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OURS = {"from", "to", "cc", "bcc", "sender", "reply-to", "date", "message-id", "subject", "mime-version"}
_ADDRESS_MOST = 254
_CONNECT_SECONDS = 5.0
_GO_AHEAD = 354
_DONE = 250


@dataclass(frozen=True)
class SmtpAdapter:
    """A mail server.

    Attributes:
        host: its name; certificates are checked against it.
        port: 25, 587 or 465 in most houses.
        implicit_tls: TLS from the first byte (``smtps:``); else STARTTLS, which is required beyond this machine.
        sender: the address in From and in the envelope.
        user: login name, or "".
        password: its password.
    """

    host: str
    port: int
    implicit_tls: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "mail.smtp"
    channel: Channel = Channel.MAIL
    mode: Mode = Mode.NONE
    real: bool = True

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand the mail over. All that fails before its last line is a definite refusal."""
        if not is_address(outgoing.address):
            return Refused("address")
        try:
            content = self.compose(outgoing)
        except (MessageError, ValueError):
            return Refused("headers")
        until = time.monotonic() + outgoing.seconds
        try:
            server = self._connect(min(_CONNECT_SECONDS, outgoing.seconds))
        except (OSError, smtplib.SMTPException) as error:
            return _refused(error, "connect")
        try:
            return self._transfer(server, outgoing, content, until)
        finally:
            server.close()

    def compose(self, outgoing: Outgoing) -> bytes:
        """Return the mail as it travels.

        Raises:
            ValueError: a header holds a line break, or one that is ours to set.
        """
        words, mail = outgoing.rendered, EmailMessage(policy=SMTP)
        # the library refuses a break between words, but lets a value that is nothing else end the head
        if any(char in value for value in (words.subject, *words.headers.values()) for char in "\r\n"):
            raise ValueError("a line break in a header")
        mail["From"], mail["To"], mail["Subject"] = self.sender, outgoing.address, words.subject
        mail["Message-ID"] = f"<{outgoing.reference}@{self.sender.rpartition('@')[2] or 'localhost'}>"
        mail["Date"] = format_datetime(clock.now())
        mail["Auto-Submitted"] = "auto-generated"
        for name, value in words.headers.items():
            if not _HEADER.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("content-"):
                raise ValueError(name)
            mail[name] = value
        mail.set_content(words.body, cte="base64")
        return mail.as_bytes()

    def lookup(self, reference: str, seconds: float) -> Looked:  # noqa: ARG002 - the interface's shape
        """A mail server cannot be asked."""
        return Unclear("lookup.none")

    def _connect(self, seconds: float) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=seconds, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=seconds)
        try:
            server.ehlo_or_helo_if_needed()
            if not self.implicit_tls and (server.has_extn("starttls") or not is_loopback(self.host)):
                server.starttls(context=context)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _transfer(self, server: smtplib.SMTP, outgoing: Outgoing, content: bytes, until: float) -> Outcome:
        try:
            _limit(server, until)
            for code, _ in (server.mail(self.sender), server.rcpt(outgoing.address)):
                if code // 100 != 2:  # noqa: PLR2004 - SMTP's class of success
                    return Refused(f"smtp.{code}", again=code // 100 == 4)  # noqa: PLR2004 - and of "try again"
            code, _ = server.docmd("DATA")
            if code != _GO_AHEAD:
                return Refused(f"smtp.{code}", again=code // 100 == 4)  # noqa: PLR2004 - same
        except (OSError, smtplib.SMTPException) as error:
            return _refused(error, "dialogue")
        reach(Point.CALL_CONNECTED)
        outgoing.check()
        try:
            _limit(server, until)
            server.send(_stuffed(content))
            code, _ = server.getreply()
        except (OSError, smtplib.SMTPException):
            return Unclear("answer.lost")
        if code == _DONE:
            return Accepted(outgoing.reference)
        return Refused(f"smtp.{code}", again=code // 100 == 4)  # noqa: PLR2004 - same


def smtp(url: str, sender: str) -> SmtpAdapter:
    """Read ``smtp(s)://user:password@host:port``.

    Raises:
        AdapterSettingError: another scheme, no host, or a sender that is no address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise AdapterSettingError(
            setting="mail_url",
            reason_th="ใช้ null: หรือ smtp(s)://ผู้ใช้:รหัส@โฮสต์:พอร์ต",
            reason_en="use null: or smtp(s)://user:password@host:port",
        )
    if not is_address(sender):
        raise AdapterSettingError(
            setting="mail_from", reason_th="ไม่ใช่ที่อยู่อีเมล", reason_en="it is no mail address"
        )
    secure = parts.scheme == "smtps"
    return SmtpAdapter(
        host=parts.hostname,
        port=port or (465 if secure else 587),
        implicit_tls=secure,
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def is_address(text: str) -> bool:
    """Tell whether ``text`` is one plain mail address: no display name, no list, no line break."""
    return len(text) <= _ADDRESS_MOST and _ADDRESS.fullmatch(text) is not None


def _limit(server: smtplib.SMTP, until: float) -> None:
    handle: socket.socket | None = server.sock
    if handle is not None:
        handle.settimeout(max(until - time.monotonic(), 0.001))


def _stuffed(content: bytes) -> bytes:
    lines = re.sub(rb"(?m)^\.", b"..", content)
    return (lines if lines.endswith(b"\r\n") else lines + b"\r\n") + b".\r\n"


def _refused(error: Exception, step: str) -> Refused:
    if isinstance(error, smtplib.SMTPResponseException):
        return Refused(f"smtp.{error.smtp_code}", again=error.smtp_code // 100 == 4)  # noqa: PLR2004 - SMTP's "try again"
    return Refused(step, again=True)
