"""The side of a program that is killed: it reads orders and forks a process for each."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from phithak.base import process

Obey = Callable[[list[str]], int]


def serve(obey: Obey) -> None:
    """Read one order a line, fork for it, answer its process id; ``{"wait": pid}`` answers an exit code.

    An order holds ``arguments``, ``environment`` and the path of its ``log``. The end of the input ends the
    program; the kernel ends what it forked.
    """
    own = os.getpid()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if not answer:
                _carry_out(order, own, obey)
        print(answer, flush=True)  # noqa: T201 - the answer to the order


def words(variable: str) -> set[str]:
    """Return the words of a variable of the environment."""
    return set(os.environ.get(variable, "").split())


def _carry_out(order: dict[str, Any], parent: int, obey: Obey) -> NoReturn:
    code = 70
    try:
        process.die_with_parent(parent)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(order["environment"])
        code = obey(order["arguments"])
    except BaseException:  # noqa: BLE001 - a forked child must never run its parent's code
        traceback.print_exc()
    finally:
        os._exit(code)
