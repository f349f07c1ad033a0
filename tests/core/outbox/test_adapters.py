"""Adapters without a database: addresses of settings, hostile providers, signatures, composed mail."""

from __future__ import annotations

import email
import email.policy
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.text import Text
from phithak.core.outbox.adapters import choose, signing
from phithak.core.outbox.adapters.base import Accepted, Late, Outgoing, Refused, TooLateError, Unclear
from phithak.core.outbox.adapters.http import endpoint
from phithak.core.outbox.adapters.null import NullAdapter
from phithak.core.outbox.adapters.smtp import SmtpAdapter, smtp
from phithak.core.outbox.adapters.web import ChatAdapter, SmsAdapter, WebhookAdapter
from phithak.core.outbox.errors import AdapterSettingError
from phithak.core.outbox.rendering import Rendered
from phithak.core.outbox.states import Channel, Mode


def outgoing(address: str = "0812345678", *, seconds: float = 3.0, body: str = "ข้อความ") -> Outgoing:
    return Outgoing("ref.1", address, Rendered("เรื่อง", body, reference="AB2C3D4E"), seconds, lambda: None)


@contextmanager
def answering(content: bytes, *, drip: float = 0.0) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one canned answer to each connection; yield the address and what was received."""
    received: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                handle, _ = server.accept()
            except OSError:
                return
            with handle:
                try:
                    received.append(whole_request(handle))
                    for at in range(0, len(content), 1 if drip else len(content) or 1):
                        handle.sendall(content[at : at + 1] if drip else content)
                        time.sleep(drip)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/send", received
    finally:
        server.shutdown(socket.SHUT_RDWR)  # to close it alone would not end a waiting accept()
        server.close()
        thread.join(10)


def whole_request(handle: socket.socket) -> bytes:
    """Read a request with the body that its head announces."""
    found = b""
    while True:
        part = handle.recv(65536)
        found += part
        head, blank, body = found.partition(b"\r\n\r\n")
        announced = re.search(rb"(?i)content-length: (\d+)", head)
        if not part or (blank and len(body) >= int(announced[1] if announced else 0)):
            return found


def reply(status: str, body: str = "{}", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", *more, "", body]
    return "\r\n".join(lines).encode()


def sms(url: str) -> SmsAdapter:
    return SmsAdapter(endpoint("sms_url", url), "PHITHAK")


@pytest.mark.parametrize(("answer", "outcome"), [
    (reply("202 Accepted", '{"id": "a1"}'), Accepted("a1")),
    (reply("200 OK", "<html>sign in to the network</html>"), Unclear("answer.no_id")),
    (reply("200 OK", '{"id": 5}'), Unclear("answer.no_id")),
    (reply("400 Bad Request"), Refused("http.400")),
    (reply("429 Slow down"), Refused("http.429", again=True)),
    (reply("409 Conflict", '{"id": "a1"}'), Refused("http.409")),
    (reply("500 Broken"), Unclear("http.500")),
    (reply("503 Away"), Unclear("http.503")),
    (b"", Unclear("answer.lost")),
    (b"220 not http at all\r\n", Unclear("answer.lost")),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{}", Unclear("answer.cut")),
    (reply("200 OK", '{"id": "' + "x" * 70_000 + '"}'), Unclear("answer.size")),
])  # fmt: skip
def test_each_answer_has_one_meaning(answer: bytes, outcome: object) -> None:
    with answering(answer) as (url, _):
        assert sms(url).send(outgoing()) == outcome


def test_a_redirect_is_never_followed() -> None:
    with answering(reply("200 OK", '{"id": "inside"}')) as (inside, reached):
        moved = reply("302 Found", "{}", f"Location: {inside}")
        with answering(moved) as (url, _):
            assert sms(url).send(outgoing()) == Refused("http.302")
        assert reached == []


def test_a_provider_that_drips_is_cut_at_the_deadline() -> None:
    with answering(reply("202 Accepted", '{"id": "a1"}'), drip=0.2) as (url, _):
        began = time.monotonic()
        assert sms(url).send(outgoing(seconds=0.5)) == Unclear("answer.lost")
        assert time.monotonic() - began < 2.0


def test_nobody_listening_is_a_definite_refusal() -> None:
    assert sms("http://127.0.0.1:9/send").send(outgoing()) == Refused("connect", again=True)


def test_the_last_look_stands_before_the_first_byte() -> None:
    def late() -> None:
        raise TooLateError

    with answering(reply("202 Accepted", '{"id": "a1"}')) as (url, received):
        message = Outgoing("ref.1", "0812345678", Rendered("", "x"), 3.0, late)
        with pytest.raises(TooLateError):
            sms(url).send(message)
        assert received in ([], [b""])
    assert Late() == Late()


@pytest.mark.parametrize("url", [
    "ftp://provider.example/", "file:///etc/passwd", "http://provider.example/send", "https:///send", "http://[::1",
    "https://provider.example/send#sometimes", "https://provider.example/\r\nX: 1", "gopher://127.0.0.1/", "",
    "https://provider.example:99999/",
])  # fmt: skip
def test_addresses_that_cannot_be_used_are_refused(url: str) -> None:
    with pytest.raises(AdapterSettingError):
        endpoint("sms_url", url)


def test_an_address_carries_token_and_mode_and_shows_neither() -> None:
    found = endpoint("sms_url", "https://:top%20secret@provider.example/v2/send?unit=th#client_ref")
    assert (found.host, found.port, found.target) == ("provider.example", 443, "/v2/send?unit=th")
    assert (found.token, found.mode, found.secure) == ("top secret", Mode.CLIENT_REF, True)
    assert "secret" not in repr(found)


def test_the_request_goes_to_the_configured_host_with_our_reference() -> None:
    with answering(reply("202 Accepted", '{"id": "a1"}')) as (url, received):
        sms(url.replace("http://", "http://:tok@")).send(outgoing("๐๘๑ ๒๓๔ ๕๖๗๘"))
    head, _, body = received[0].decode().partition("\r\n\r\n")
    assert "Idempotency-Key: ref.1" in head
    assert "Authorization: Bearer tok" in head
    assert json.loads(body)["to"] == "+66812345678"


def test_a_chat_never_says_what_the_message_says() -> None:
    adapter_text = Text("ศูนย์สมมติ", "Made-up centre")
    with answering(reply("200 OK")) as (url, received):
        chat = ChatAdapter(endpoint("chat_url", url), adapter_text, "02-000-1111")
        assert chat.send(outgoing("", body="ผลตรวจของคุณสมชาย")) == Accepted("")
    told = json.loads(received[0].decode().partition("\r\n\r\n")[2])["messages"][0]["text"]
    assert told == "ศูนย์สมมติ: มีเรื่องแจ้งถึงคุณ เลขอ้างอิง AB2C3D4E โปรดโทร 02-000-1111"


def test_a_webhook_is_signed_over_its_very_body() -> None:
    with answering(reply("200 OK")) as (url, received):
        hook = WebhookAdapter(endpoint("webhook_url", url), "shared")
        assert hook.send(outgoing("")) == Accepted("")
    head, _, body = received[0].partition(b"\r\n\r\n")
    header = next(line for line in head.decode().split("\r\n") if line.startswith(signing.HEADER))
    value = header.split(": ", 1)[1]
    moment = int(value.split(",")[0].removeprefix("t="))
    assert signing.holds("shared", body, value, now=moment)
    assert not signing.holds("shared", body + b" ", value, now=moment)
    assert not signing.holds("other", body, value, now=moment)
    assert not signing.holds("shared", body, value, now=moment + 301)


def test_a_signature_known_by_another_tool() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac key
    expected = "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
    assert signing.sign("key", b"{}", now=1700000000.9) == expected


@given(st.text(), st.binary(max_size=40))
def test_no_header_of_a_stranger_holds(header: str, body: bytes) -> None:
    assert not signing.holds("key", body, header, now=1_700_000_000)


def mailer() -> SmtpAdapter:
    return smtp("smtp://127.0.0.1:2525", "cert@example.test")


def test_a_mail_has_one_recipient_thai_words_and_our_reference() -> None:
    content = mailer().compose(outgoing("somchai@example.test", body="สวัสดี\n.จุดต้นบรรทัด\n"))
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert (str(mail["To"]), str(mail["Subject"])) == ("somchai@example.test", "เรื่อง")
    assert str(mail["Message-ID"]) == "<ref.1@example.test>"
    assert mail.get_content().replace("\r\n", "\n") == "สวัสดี\n.จุดต้นบรรทัด\n"


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_no_subject_or_header_makes_a_second_header(text: str) -> None:
    words = Rendered(text, "x", {"X-Note": text})
    message = Outgoing("ref.1", "a@example.test", words, 1.0, lambda: None)
    try:
        content = mailer().compose(message)
    except ValueError:
        return
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert {name.lower() for name in mail.keys()} == {  # noqa: SIM118 - a mail is no dict: names may repeat
        "from", "to", "subject", "message-id", "date", "auto-submitted", "x-note", "content-type",
        "content-transfer-encoding", "mime-version",
    }  # fmt: skip
    assert mail.get_all("to") == ["a@example.test"]


@pytest.mark.parametrize("text", ["\n", "\r", "a\nBcc: b@example.test", "\r\n"])
def test_a_line_break_in_a_header_is_refused(text: str) -> None:
    for words in (Rendered(text, "x"), Rendered("a", "x", {"X-Note": text})):
        with pytest.raises(ValueError, match=r"line|linefeed"):
            mailer().compose(Outgoing("ref.1", "a@example.test", words, 1.0, lambda: None))


@pytest.mark.parametrize("url", ["smtp://", "http://mail.example", "smtp://host:port", "null"])
def test_mail_settings_that_cannot_be_used(url: str) -> None:
    with pytest.raises(AdapterSettingError):
        smtp(url, "cert@example.test")
    with pytest.raises(AdapterSettingError):
        smtp("smtp://127.0.0.1", "no address")


def test_the_null_adapter_writes_one_file_for_a_reference(tmp_path: Path) -> None:
    null = NullAdapter(Channel.SMS, tmp_path / "null-outbox")
    assert null.send(outgoing()) == null.send(outgoing()) == Accepted("sms-ref.1.txt")
    assert [path.name for path in (tmp_path / "null-outbox").iterdir()] == ["sms-ref.1.txt"]
    assert null.lookup("ref.1", 1.0) == Accepted("sms-ref.1.txt")


@pytest.mark.parametrize("channel", list(Channel))
def test_exercise_mode_and_null_give_the_null_adapter(channel: Channel) -> None:
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    real = replace(
        settings.CONFIG, mail_url="smtps://u:p@mail.example", sms_url="https://s.example", chat_url="https://c.example",
        webhook_url="https://w.example",
    )  # fmt: skip
    assert choose.adapter_for(channel, real).real
    assert not choose.adapter_for(channel, replace(real, exercise_mode=True)).real
    assert not choose.adapter_for(channel, settings.CONFIG).real
