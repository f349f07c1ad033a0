"""The registry of renderers: ``@renderer("room.name")`` above a function ``(params, context) -> Rendered``.

A renderer is called at the moment of sending, outside of any transaction, and again when a message is sent a
second time under the same reference: it must give the same text for the same parameters. It never sees the
address. What it returns is handed to the provider; only a keyed hash of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.conf import settings

from phithak.base import keyfiles
from phithak.core.outbox.errors import UnknownRendererError
from phithak.core.outbox.states import Channel


@dataclass(frozen=True)
class Context:
    """What a renderer knows of the message beside its parameters.

    Attributes:
        message_id: the message.
        tenant_id: whose message it is.
        channel: by what it travels.
        language: ``th`` or ``en``: that of a member of the staff, else Thai.
    """

    message_id: UUID
    tenant_id: UUID
    channel: Channel
    language: str = "th"


@dataclass(frozen=True)
class Rendered:
    """A message's words.

    Attributes:
        subject: one line; only mail shows it.
        body: plain text.
        headers: further mail headers such as ``List-Id``; names and values are one line each.
        reference: the public reference of the matter; a chat shows nothing else.
    """

    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""


Renderer = Callable[[Mapping[str, Any], Context], Rendered]

_renderers: dict[str, Renderer] = {}


def renderer(name: str) -> Callable[[Renderer], Renderer]:
    """Register the function below under ``room.name``.

    Raises:
        ValueError: another function has that name.
    """

    def register(function: Renderer) -> Renderer:
        known = _renderers.get(name)
        if known is not None and known.__qualname__ != function.__qualname__:
            raise ValueError(f"two renderers are named {name}")
        _renderers[name] = function
        return function

    return register


def get(name: str) -> Renderer | None:
    """Return the renderer of that name, or None when no room knows it (any more)."""
    return _renderers.get(name)


def render(name: str, params: Mapping[str, Any], context: Context) -> Rendered:
    """Return the words of a message.

    Raises:
        UnknownRendererError: no room knows the renderer (any more).
    """
    made = get(name)
    if made is None:
        raise UnknownRendererError(field="renderer", name=name)
    return made(params, context)


def forget(name: str) -> None:
    """Take a renderer out again."""
    _renderers.pop(name, None)


def hash_key() -> bytes:
    """Return the instance's key of body hashes."""
    return keyfiles.derive(keyfiles.read(settings.CONFIG.config_dir / "instance.key"), "outbox.body")


def body_hash(key: bytes, address: str, rendered: Rendered) -> bytes:
    """Return the keyed blake2b hash (32 bytes) of what goes out, to whom: all that is kept of it."""
    headers = [f"{name}={value}" for name, value in sorted(rendered.headers.items())]
    words = "\x1f".join([address, rendered.subject, rendered.body, *headers])
    return blake2b(words.encode(), key=key, digest_size=32).digest()
