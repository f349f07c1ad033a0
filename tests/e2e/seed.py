"""Fills the data folder of a browser test's server: ``python -m tests.e2e.seed full|empty``.

Prints JSON: the session cookie of each person that the tests log in as. ``full`` holds every room's demo and the
made-up sector with names of 120 Thai characters; ``empty`` holds people only, so that every list is empty.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from phithak.base import keyfiles


def main(kind: str) -> None:
    """Make keys, tables and people, then print the cookies and the addresses that no link leads to."""
    config = Path(settings.CONFIG.config_dir)
    for name in ("instance.key", "root.key"):
        if not (config / name).exists():
            keyfiles.create(config / name)
    settings.SECRET_KEY = keyfiles.derive(keyfiles.read(config / "instance.key"), "django").hex()
    django.setup()
    call_command("migrate", verbosity=0)

    from tests.e2e import content  # noqa: PLC0415 - models can be imported only now

    print(json.dumps(content.build(full=kind == "full")))  # noqa: T201 - the answer to the test that started this


if __name__ == "__main__":
    main(sys.argv[1])
