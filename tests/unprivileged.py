"""Runs a function as a user without rights: root passes every test of refused access wrongly."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Callable
from typing import Any


def call(function: Callable[[], Any]) -> Any:
    """Run ``function`` in a forked child as ``nobody`` (as ourselves when we are not root).

    Returns:
        What the function returns (through JSON), or ``{"raised": "KeyFileError"}`` with the error's class.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            if os.geteuid() == 0:
                nobody = pwd.getpwnam("nobody")
                os.setgroups([])
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
            try:
                outcome = function()
            except Exception as error:  # noqa: BLE001 - whatever it is, its name is the answer
                outcome = {"raised": type(error).__name__}
            os.write(writer, json.dumps(outcome).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        content = stream.read()
    os.waitpid(child, 0)
    return json.loads(content)
