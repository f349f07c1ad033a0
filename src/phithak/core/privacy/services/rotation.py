"""Changing the root key: a new key, every data key wrapped anew, the new key in the old one's place.

Each step can be cut off; calling it again goes on. While both keys are there, each opens what it wrapped.
"""

from __future__ import annotations

from dataclasses import dataclass

from phithak.base import keyfiles
from phithak.base.config import Config
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db import transactions
from phithak.core.privacy import keyserver, passphrase, rootkey
from phithak.core.privacy.errors import KeyStateError, PassphraseError
from phithak.core.privacy.events import Tag
from phithak.core.privacy.keyring import ring
from phithak.core.privacy.points import Point, reach
from phithak.core.privacy.rootkey import Mode, RootKeys
from phithak.core.privacy.secret import Secret
from phithak.core.privacy.services.keys import BACKUP_FOLDER


@dataclass(frozen=True)
class Rotation:
    """What a rotation did: the new key's fingerprint, keys wrapped by this call, and whether it is complete.

    It is not complete in secret-file mode: the operator must put the new key into the secret first.
    """

    root: str
    count: int
    complete: bool


def rotate_root_key(actor: Actor, words: str = "") -> Rotation:
    """Change the root key, or go on with a change that was cut off.

    Args:
        actor: needs ``privacy.key.rotate``.
        words: the passphrase, in passphrase mode.

    Raises:
        ForbiddenError: no right.
        PassphraseError: the passphrase is wrong or missing.
        KeyStateError: there is no root key to change.
    """
    permissions.require(actor, "privacy.key.rotate")
    config = rootkey.config_of(None)
    mode = rootkey.mode(config)
    if mode is Mode.MISSING:
        raise KeyStateError(reason_th="ยังไม่มีกุญแจหลัก", reason_en="there is no root key yet")
    both = _both_locked(config, words) if mode is Mode.PASSPHRASE else _both_plain(config)
    target = both.following or both.current
    with rootkey.held(both):
        count = ring().rewrap(target)
    reach(Point.ROTATE_BEFORE_PROMOTE)
    complete = _promote(config, mode, target)
    reach(Point.ROTATE_PROMOTED)
    rootkey.forget()
    if mode is Mode.PASSPHRASE:
        _tell_server(config, words)
    ring().export(config.backups / BACKUP_FOLDER)
    with transactions.write("privacy.rotate"):
        contrib.record(
            actor, Tag.KEYS_ROTATED, ("privacy.root", target.fingerprint),
            facts={"root": target.fingerprint, "count": count, "complete": complete},
        )  # fmt: skip
    return Rotation(target.fingerprint, count, complete)


def _both_plain(config: Config) -> RootKeys:
    new = config.config_dir / rootkey.NEW
    if not new.exists():
        keyfiles.create(new)
    reach(Point.ROTATE_NEW_WRITTEN)
    return rootkey.from_files(config)


def _both_locked(config: Config, words: str) -> RootKeys:
    if not words:
        raise PassphraseError(field="passphrase")
    first = passphrase.unlock(keyfiles.read_private(config.config_dir / rootkey.LOCKED), words)
    new = config.config_dir / rootkey.NEW_LOCKED
    if not new.exists():
        keyfiles.write(new, passphrase.lock(Secret.random(), words))
    following = passphrase.unlock(keyfiles.read_private(new), words)
    reach(Point.ROTATE_NEW_WRITTEN)
    # the children of a running supervisor must know the new key before anything is wrapped under it
    _tell_server(config, words)
    return RootKeys(first, following)


def _promote(config: Config, mode: Mode, target: Secret) -> bool:
    folder = config.config_dir
    if mode is Mode.SECRET_FILE:
        given = Secret(keyfiles.read(rootkey.plain_path(config)))
        if given != target:
            return False
        (folder / rootkey.NEW).unlink()
    elif mode is Mode.PASSPHRASE:
        (folder / rootkey.NEW_LOCKED).replace(folder / rootkey.LOCKED)
    else:
        (folder / rootkey.NEW).replace(folder / rootkey.PLAIN)
    keyfiles.sync_folder(folder)
    return True


def _tell_server(config: Config, words: str) -> None:
    if keyserver.status(config) != "down":
        keyserver.unlock(config, words)
