"""``phithak up``: start the instance and keep it alive."""

from __future__ import annotations

import argparse
import logging
import signal
import subprocess
import threading

from phithak.base import config, keyfiles, process
from phithak.base.config import Config
from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.privacy import rootkey
from phithak.core.privacy.keyserver import KeyServer
from phithak.web.supervisor.children import Child, Children, phithak
from phithak.web.supervisor.generation import Generation

_WATCH_SECONDS = 0.5


class RootKeyLostError(PhithakError):
    """The keyring is there and its root key is not."""

    code = "up.root_key_lost"
    text = Text(
        "ไม่พบกุญแจหลักใน {folder} แต่มีพวงกุญแจอยู่แล้ว กู้ด้วย phithak keys import-words หรือ keys shares join",
        "The root key is missing from {folder}, but a keyring exists. "
        "Bring it back with phithak keys import-words or keys shares join.",
    )


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``up``."""
    parser = commands.add_parser(
        "up", help=str(Text("เริ่มและดูแลทุกกระบวนการ", "start and supervise every process"))
    )
    parser.add_argument(
        "--migrate",
        action="store_true",
        help=str(Text("สำรองแล้วปรับฐานข้อมูลรุ่นเก่า", "back up, then migrate an older database")),
    )
    parser.set_defaults(handler=_up)


def _up(arguments: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = config.load().config
    process.forbid_core_dumps()
    make_folders(settings)
    with Generation(settings.data_dir):
        command = phithak("prepare", *(["--migrate"] if arguments.migrate else []))
        prepared = subprocess.run(command, check=False)  # noqa: S603 - our own program
        if prepared.returncode:
            return prepared.returncode
        return _run(settings)


def make_folders(settings: Config) -> None:
    """Make the instance's folders (0700) and, on the very first start, its two keys.

    Raises:
        RootKeyLostError: there is a keyring and no root key.
    """
    for folder in (settings.config_dir, settings.data_dir, settings.data_dir / "run", settings.backups):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    instance_key = settings.config_dir / "instance.key"
    if not instance_key.exists():
        keyfiles.create(instance_key)
    if rootkey.mode(settings) is rootkey.Mode.MISSING:
        # beside an existing keyring a new root key would open nothing: the old one must be brought back
        if (settings.data_dir / "keyring.db").exists():
            raise RootKeyLostError(folder=settings.config_dir)
        keyfiles.create(settings.config_dir / "root.key")


def processes(settings: Config) -> list[str]:
    """Return the commands that ``up`` runs, first started first; the last ones are asked to end first."""
    # what was taken must be moved on as long as anything is taken
    events = ["compactor", "ingest"] if settings.ingest_port else []
    return ["web", "worker", *events]


def _run(settings: Config) -> int:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    keys = KeyServer(settings)
    keys.start()
    children = Children([Child(name, phithak(name)) for name in processes(settings)])
    children.start()
    if keys.locked:
        print(
            Text("กุญแจหลักล็อกอยู่ รัน phithak unlock", "The root key is locked; run phithak unlock"), flush=True
        )
    print(
        Text(
            f"พิทักษ์พร้อมใช้งานที่ {settings.public_url}  (หยุดด้วย Ctrl-C)",
            f"Phithak is at {settings.public_url}  (stop with Ctrl-C)",
        ),
        flush=True,
    )
    try:
        while not stopping.wait(_WATCH_SECONDS):
            children.watch_once()
    finally:
        children.stop()
        keys.close()
    return 0
