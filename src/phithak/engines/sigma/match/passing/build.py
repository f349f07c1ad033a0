"""The accelerator as a shared library: compiled once, kept in the folder of the compiled patterns."""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

_SOURCES = ("passer.c", "json.c", "table.c")
_HEADER = "passer.h"
_FLAGS = ("-std=gnu11", "-O3", "-fPIC", "-shared", "-fno-strict-aliasing")
_OPEN_TO_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_PATIENCE_S = 60


def library(folder: Path) -> ctypes.CDLL | None:
    """Return the accelerator, compiled now if it was not before; None where there is no compiler or it fails.

    Args:
        folder: where it is kept. It counts only if folder and file belong to this user (or root) and nobody
            else may write them.
    """
    source = Path(__file__).parent
    digest = hashlib.blake2b(repr((platform.machine(), platform.libc_ver(), _FLAGS)).encode(), digest_size=16)
    try:
        for name in (_HEADER, *_SOURCES):
            digest.update((source / name).read_bytes())
        path = folder / f"passer-{digest.hexdigest()}.so"
        if not path.exists():
            _compile(source, path)
        return ctypes.CDLL(str(path)) if _is_ours(folder) and _is_ours(path) else None
    except (OSError, subprocess.SubprocessError):
        # the Python path gives the same hits
        return None


def _is_ours(path: Path) -> bool:
    status = path.stat()
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & _OPEN_TO_OTHERS


def _compile(source: Path, path: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("cc")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        draft = Path(folder) / path.name
        names = [str(source / name) for name in _SOURCES]
        subprocess.run(  # noqa: S603 a compiler of this machine on files of this package
            [compiler, *_FLAGS, "-o", str(draft), *names],
            check=True,
            timeout=_PATIENCE_S,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        draft.chmod(0o700)
        draft.replace(path)
