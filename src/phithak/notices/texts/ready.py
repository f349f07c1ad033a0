"""The texts that ship with the product (rewritten from the drafts as domain F3 says) and the public hotlines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from phithak.base.text import Text
from phithak.notices.texts.shape import Channel, TextClass, Wording
from phithak.notices.texts.slots import read_toml

FILES = ("sms.toml", "mails.toml", "letters.toml", "pages.toml")


@dataclass(frozen=True)
class ReadyText:
    """A text that ships with the product; ``two_way``: only for adapters that take answers."""

    code: str
    text_class: TextClass
    channel: Channel
    two_way: bool
    title: Text
    wording: Wording


@dataclass(frozen=True)
class ReadyHotline:
    """A public hotline that advice names."""

    slot: str
    number: str
    name: Text
    owner: str
    hours: Text


@cache
def ready_texts() -> tuple[ReadyText, ...]:
    """Return the ready texts in the order of their codes (M1, M2 … M24)."""
    found = [_text(row) for name in FILES for row in read_toml(name)["text"]]
    return tuple(sorted(found, key=lambda text: (int(text.code.strip("MR")), text.code)))


@cache
def ready_hotlines() -> tuple[ReadyHotline, ...]:
    """Return the public hotlines."""
    return tuple(
        ReadyHotline(row["slot"], row["number"], Text(*row["name"]), row["owner"], Text(*row["hours"]))
        for row in read_toml("hotlines.toml")["hotline"]
    )


def _text(row: dict[str, Any]) -> ReadyText:
    return ReadyText(
        code=row["code"],
        text_class=TextClass(row["class"]),
        channel=Channel(row["channel"]),
        two_way=row.get("two_way", False),
        title=Text(*row["title"]),
        wording=Wording(
            subject_th=row.get("subject_th", ""),
            subject_en=row.get("subject_en", ""),
            body_th=row["body_th"].strip(),
            body_en=row["body_en"].strip(),
        ),
    )
