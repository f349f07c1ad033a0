"""What a process of a test instance does: ``python -m tests.core.journal.steps STEP …``.

``PHITHAK_TEST_KILL=point`` or ``point:n`` kills the process by SIGKILL when it stands at that crash point for
the n-th time.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first

from phithak.core.journal import services  # noqa: E402 - same
from phithak.core.journal.points import Point, listeners  # noqa: E402 - same
from tests.core.journal import acts  # noqa: E402 - same


def kill_at(wanted: str) -> None:
    """Die at a crash point."""
    name, _, count = wanted.partition(":")
    left = [int(count or 1)]

    def die(point: Point) -> None:
        if point.value == name:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    listeners.append(die)


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def serve() -> None:
    """Serve pages and API on a free port of loopback and print it."""
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - only this step serves

    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet) as server:
        print(server.server_port, flush=True)  # noqa: T201 - the parent reads it
        server.serve_forever()


def main(step: str, *words: str) -> None:
    """Do one step."""
    if step == "migrate":
        call_command("migrate", verbosity=0)
    elif step == "put":
        print(*acts.put(int(words[0])), flush=True)  # noqa: T201 - the parent reads it
    elif step == "live":
        # what a worker and a page do between them: record, number, sign, again and again
        for _ in range(int(words[0])):
            print(*acts.put(3), flush=True)  # noqa: T201 - the parent reads it
            services.tick("worker", release=True)
            services.sign_if_due(at_once=True)
        if words[1:] == ("check",):
            print(json.dumps(acts.check().as_dict()), flush=True)  # noqa: T201 - the parent reads it
    elif step == "epoch":
        services.begin_epoch(reason="test")
        services.tick("worker", release=True)
        services.sign_if_due(at_once=True)
    elif step == "ask":
        for outcome in services.ask_all():
            print(outcome.state, outcome.text.en, flush=True)  # noqa: T201 - the parent reads it
    elif step == "serve":
        serve()
    else:
        raise SystemExit(f"unknown step {step}")


if __name__ == "__main__":
    if os.environ.get("PHITHAK_TEST_KILL"):
        kill_at(os.environ["PHITHAK_TEST_KILL"])
    main(*sys.argv[1:])
