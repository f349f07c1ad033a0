"""Django settings of the test run: the product's own, in throw-away folders."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from phithak.base import keyfiles

# in memory where there is such a place: a stall of the machine's disk is no fault of a transaction
_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - mkdtemp makes a folder of its own
_folder = Path(tempfile.mkdtemp(prefix="phithak-test-", dir=_memory))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["PHITHAK_CONFIG_DIR"] = str(_folder / "config")
os.environ["PHITHAK_DATA_DIR"] = str(_folder / "data")
(_folder / "data").mkdir()
keyfiles.create(_folder / "config" / "instance.key")
keyfiles.create(_folder / "config" / "root.key")

from phithak.web.settings import *  # noqa: E402, F403 - the folders above must be set first
from phithak.web.settings import DATABASES  # noqa: E402 - same

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not os.environ.get("PHITHAK_DATABASE_URL"):
    # a file, not memory: locks, WAL and several connections behave as in the product
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "data" / "test.db")}
