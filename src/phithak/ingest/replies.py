"""What is answered: a status, headers and a body; refusals as exceptions until then."""

from __future__ import annotations

from typing import NamedTuple

from phithak.base.batch import Refusal

Headers = list[tuple[str, str]]
JSON = ("content-type", "application/json; charset=utf-8")


class Reply(NamedTuple):
    """One answer."""

    status: int
    headers: Headers
    body: bytes


class RefusedError(Exception):
    """Nothing was stored; the refusal says why and what the sender does.

    Attributes:
        refusal: for the sender.
    """

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.refusal = Refusal.of(code, retry_after)


def json_reply(status: int, body: bytes, *more: tuple[str, str]) -> Reply:
    """Return an answer in JSON."""
    return Reply(status, [JSON, *more], body)


def refused(refusal: Refusal) -> Reply:
    """Return the answer of a refusal, with ``Retry-After`` where it says when."""
    more = [] if refusal.retry_after is None else [("retry-after", str(refusal.retry_after))]
    if refusal.status == 401:  # noqa: PLR2004 - RFC 9110 section 15.5.2 asks for this header
        more.append(("www-authenticate", "Bearer"))
    return Reply(refusal.status, [JSON, *more], refusal.to_json())
