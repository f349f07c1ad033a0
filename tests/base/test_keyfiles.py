"""Key files: made once, with mode 0600, refused when others could read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from phithak.base import keyfiles
from phithak.base.keyfiles import KeyFileError
from tests import unprivileged


def test_a_new_key_is_private_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "config" / "instance.key"
    key = keyfiles.create(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keyfiles.read(path) == key


def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        keyfiles.create(tmp_path / "instance.key")
    finally:
        os.umask(former)
    assert stat.S_IMODE((tmp_path / "instance.key").stat().st_mode) == 0o600


def test_two_keys_differ(tmp_path: Path) -> None:
    assert keyfiles.create(tmp_path / "a") != keyfiles.create(tmp_path / "b")


def test_an_existing_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    key = keyfiles.create(path)
    with pytest.raises(FileExistsError):
        keyfiles.create(path)
    assert keyfiles.read(path) == key


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660, 0o777])
def test_a_key_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "root.key"
    keyfiles.create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError) as caught:
        keyfiles.read(path)
    assert "chmod 600" in caught.value.message.en
    assert "chmod 600" in caught.value.message.th


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_the_wrong_size_is_refused(tmp_path: Path, size: int) -> None:
    keyfiles.write(tmp_path / "root.key", b"x" * size)
    with pytest.raises(KeyFileError, match="32"):
        keyfiles.read(tmp_path / "root.key")


def test_a_missing_key_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError) as caught:
        keyfiles.read(tmp_path / "root.key")
    assert "phithak keys init" in caught.value.message.th


def test_another_user_cannot_read_the_key(tmp_path: Path) -> None:
    path = tmp_path / "shared" / "root.key"
    keyfiles.create(path)
    for folder in (path.parent, *path.parent.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o755)
    outcome = unprivileged.call(lambda: keyfiles.read(path).hex())
    if os.geteuid() == 0:
        assert outcome == {"raised": "KeyFileError"}
    else:
        assert outcome == keyfiles.read(path).hex()


def test_a_folder_without_write_right_gives_no_key(tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    outcome = unprivileged.call(lambda: keyfiles.create(folder / "root.key").hex())
    assert outcome == {"raised": "PermissionError"}
    assert list(folder.iterdir()) == []


def test_derived_keys_are_those_of_rfc_5869() -> None:
    # computed by hand with HMAC-SHA256: extract with an empty salt, expand with the info and 0x01
    import hashlib  # noqa: PLC0415 - the second method, used here alone
    import hmac  # noqa: PLC0415 - same

    key = bytes(range(32))
    extracted = hmac.new(bytes(32), key, hashlib.sha256).digest()
    expanded = hmac.new(extracted, b"phithak/django\x01", hashlib.sha256).digest()
    assert keyfiles.derive(key, "django") == expanded
    assert keyfiles.derive(key, "django", 16) == expanded[:16]
    assert keyfiles.derive(key, "other") != expanded
