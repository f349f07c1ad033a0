"""A read rule set kept on disk, so that the next start takes a fraction of a second.

msgpack with a checksum, never pickle: a changed or foreign file is passed over and the rules are read anew.
A cache file counts only if it belongs to this user (or root) and nobody else may write it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import msgspec

from phithak import __version__
from phithak.engines.sigma.collecting import collector_at_rest
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.sources import SourceFile, read_sources

_FORMAT = b"phithak-sigma-2\n"
_DIGEST = 32
_OPEN_TO_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def load_cached(
    paths: list[str],
    folder: Path | None,
    placeholders: Mapping[str, tuple[str, ...]] | None = None,
    made: Iterable[SourceFile] = (),
) -> RuleSet:
    """Read rules, from the cache in ``folder`` where the same content was read before by the same versions.

    Args:
        paths: as for ``load_rules``.
        folder: where the cache lies; None for none.
        placeholders: as for ``load_rules``.
        made: rules that stand in no file, read after those of the paths.

    Raises:
        SourceError: a path is missing or no file or folder.
    """
    with collector_at_rest():
        files = [*read_sources(paths), *made]
        values = dict(placeholders or {})
        if folder is None:
            return _read(files, values)
        path = folder / f"{_key(files, values)}.msgpack"
        found = _stored(path)
    if found is None:
        # reading makes what is thrown away again
        found = _read(files, values)
        _write(path, msgspec.msgpack.encode(found))
    return found


def _read(files: list[SourceFile], placeholders: Mapping[str, tuple[str, ...]]) -> RuleSet:
    from phithak.engines.sigma.rules.loader import load_files  # noqa: PLC0415 pySigma is slow to import

    return load_files(files, placeholders=placeholders)


def _key(files: list[SourceFile], placeholders: Mapping[str, tuple[str, ...]]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    # the product itself may run from its tree, where no package of its name is installed
    versions = (__version__, *(metadata.version(name) for name in ("pysigma", "msgspec")))
    for part in (*versions, repr(sorted(placeholders.items()))):
        digest.update(part.encode() + b"\0")
    for file in files:
        digest.update(f"{file.name}\0{file.problem}\0{len(file.data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(file.data)
    return digest.hexdigest()


class PatternFolder:
    """Compiled Hyperscan databases on disk, one file per field; as distrustful as the cache of rules."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """Return what was kept under ``key``, or None."""
        return _content(self._folder / f"{key}.hs")

    def put(self, key: str, content: bytes) -> None:
        """Keep ``content`` under ``key``."""
        _write(self._folder / f"{key}.hs", content)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While the context lasts no other process is in one of this folder, where it can be written."""
        handle = self._lock()
        try:
            yield
        finally:
            if handle is not None:
                os.close(handle)

    def _lock(self) -> int | None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(
                self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
            )
        except OSError:
            # then nothing can be kept either
            return None
        fcntl.flock(handle, fcntl.LOCK_EX)
        return handle


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_uid not in (os.geteuid(), 0) or status.st_mode & _OPEN_TO_OTHERS:
                return None
            content = stream.read()
    except OSError:
        return None
    head = len(_FORMAT) + _DIGEST
    digest, body = content[len(_FORMAT) : head], content[head:]
    if not content.startswith(_FORMAT) or hashlib.blake2b(body, digest_size=_DIGEST).digest() != digest:
        return None
    return body


def _stored(path: Path) -> RuleSet | None:
    body = _content(path)
    try:
        return None if body is None else msgspec.msgpack.decode(body, type=RuleSet)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _write(path: Path, body: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(_FORMAT + hashlib.blake2b(body, digest_size=_DIGEST).digest() + body)
        draft.replace(path)
    except OSError:
        # a cache that cannot be written only costs time at the next start
        draft.unlink(missing_ok=True)
