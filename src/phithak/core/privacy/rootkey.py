"""The root key: where it lies, and how a process gets hold of it.

Either in a file (``root.key`` in the configuration folder, or the secret file of the setting
``root_key_file``): the service starts alone after a power cut. Or locked under a passphrase
(``root.key.locked``): then it lives only in the memory of the supervisor, which hands it to its children over
``keys.sock``; until ``phithak unlock`` everything that needs it answers :class:`LockedError`.

While a rotation is under way a second key (``root.key.new``) is there; both open what they wrapped.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from phithak.base import keyfiles
from phithak.base.config import Config
from phithak.base.errors import LockedError
from phithak.core.privacy import keysocket
from phithak.core.privacy.secret import Secret

PLAIN = "root.key"
LOCKED = "root.key.locked"
NEW = "root.key.new"
NEW_LOCKED = "root.key.new.locked"
CACHE_SECONDS = 5.0


class Mode(StrEnum):
    """Where the root key lies."""

    FILE = "file"
    SECRET_FILE = "secret_file"  # noqa: S105 - the name of a place, not a secret
    PASSPHRASE = "passphrase"  # noqa: S105 - same
    MISSING = "missing"


@dataclass(frozen=True)
class RootKeys:
    """The root key and, while a rotation is under way, the one that follows."""

    current: Secret
    following: Secret | None = None

    def find(self, fingerprint: str) -> Secret | None:
        """Return the key of that fingerprint, or None."""
        for key in (self.current, self.following):
            if key is not None and key.fingerprint == fingerprint:
                return key
        return None


_held: ContextVar[RootKeys | None] = ContextVar("phithak_root_keys", default=None)
_cache: dict[Path, tuple[object, RootKeys]] = {}


def config_of(config: Config | None) -> Config:
    """Return the given configuration, or that of the running instance."""
    if config is not None:
        return config
    running: Config = settings.CONFIG
    return running


def mode(config: Config | None = None) -> Mode:
    """Tell where the root key lies; a secret file goes before files in the configuration folder."""
    config = config_of(config)
    if config.root_key_file is not None:
        return Mode.SECRET_FILE
    if (config.config_dir / PLAIN).exists():
        return Mode.FILE
    return Mode.PASSPHRASE if (config.config_dir / LOCKED).exists() else Mode.MISSING


def plain_path(config: Config) -> Path:
    """Return the file that holds (or would hold) the root key in the clear."""
    return config.root_key_file or config.config_dir / PLAIN


def current(config: Config | None = None) -> Secret:
    """Return the root key.

    Raises:
        LockedError: passphrase mode and not unlocked.
        KeyFileError: no key, or a file that others could read.
    """
    return keys(config).current


def keys(config: Config | None = None) -> RootKeys:
    """Return the root key and the one that follows; same errors as :func:`current`.

    Files are read again when they change on disk, the socket is asked again after five seconds.
    """
    held = _held.get()
    if held is not None:
        return held
    config = config_of(config)
    locked = mode(config) is Mode.PASSPHRASE
    stamp: object = int(time.monotonic() / CACHE_SECONDS) if locked else _stamp(config)
    known = _cache.get(config.config_dir)
    if known is not None and known[0] == stamp:
        return known[1]
    found = _from_socket(config) if locked else from_files(config)
    _cache[config.config_dir] = (stamp, found)
    return found


def forget() -> None:
    """Drop what this process has cached, so that the next use reads or asks again."""
    _cache.clear()


@contextmanager
def held(found: RootKeys) -> Iterator[None]:
    """Use these keys inside the block: for a command that was given the passphrase itself."""
    token = _held.set(found)
    try:
        yield
    finally:
        _held.reset(token)


def from_files(config: Config) -> RootKeys:
    """Read the keys that lie in the clear."""
    new = config.config_dir / NEW
    first = Secret(keyfiles.read(plain_path(config)))
    return RootKeys(first, Secret(keyfiles.read(new)) if new.exists() else None)


def _from_socket(config: Config) -> RootKeys:
    values = keysocket.ask_keys(config.data_dir)
    if not values:
        raise LockedError
    return RootKeys(Secret(values[0]), Secret(values[1]) if len(values) > 1 else None)


def _stamp(config: Config) -> object:
    parts: list[tuple[int, int, int]] = []
    for path in (plain_path(config), config.config_dir / NEW):
        try:
            status = path.stat()
        except OSError:
            parts.append((0, 0, 0))
        else:
            parts.append((status.st_ino, status.st_mtime_ns, status.st_mode))
    return tuple(parts)
