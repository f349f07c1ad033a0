"""The pump: takes due messages of one channel to its provider, several at once, with no transaction open.

One thread does all that the database sees (claim, render, begin, settle); a few others only call the
provider. The stop button is read in the transaction that begins each group, right before its calls.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, connections

from phithak.base import clock
from phithak.base.errors import BusyError, LockedError, NotFoundError, PhithakError
from phithak.core.accounts import actors
from phithak.core.accounts import queries as accounts
from phithak.core.outbox import queries, rendering
from phithak.core.outbox.adapters.base import Adapter, Late, Outcome, Outgoing, Refused, TooLateError, Unclear
from phithak.core.outbox.adapters.choose import adapter_for
from phithak.core.outbox.errors import AdapterSettingError
from phithak.core.outbox.models import Message
from phithak.core.outbox.points import Point, reach
from phithak.core.outbox.rendering import Context
from phithak.core.outbox.services import claims, settling
from phithak.core.outbox.states import Channel, Mode
from phithak.core.privacy import services as privacy

_log = logging.getLogger("phithak.outbox")
WIDTH = {Mode.CLIENT_REF: 16, Mode.LOOKUP: 16, Mode.NONE: 8}
"""Calls at once. With ``none`` each of them is a possible unknown when the process dies."""

TICK_SECONDS = 1.0
CALL_MOST = 15.0
LOCKED_REST = timedelta(seconds=30)
OVERDUE_MOST = 50
_TRIES = 6

R = TypeVar("R")


def reference_of(row: Message) -> str:
    """Return the reference under which a provider knows a message."""
    return f"{row.pk}.{row.round}"


class Pump:
    """The pump of one channel; one thread calls :meth:`tick` again and again."""

    def __init__(self, channel: Channel, *, seconds: float = TICK_SECONDS) -> None:
        self.channel = channel
        self._seconds = seconds
        self._pool: ThreadPoolExecutor | None = None

    def tick(self) -> None:
        """Recover what is overdue, then send what is due, for about a second; never sends anything when stopped."""
        try:
            adapter = adapter_for(self.channel, settings.CONFIG)
        except AdapterSettingError as error:
            _log.warning("channel %s: %s", self.channel, error.code)
            return
        # also while sending is stopped: what is unclear must be asked about or shown, and neither reaches anybody
        self._recover(adapter)
        if not queries.is_stopped():
            self._send_due(adapter)

    # -- recovery --------------------------------------------------------------------------------------

    def _recover(self, adapter: Adapter) -> None:
        for row in queries.overdue(self.channel, clock.now(), OVERDUE_MOST):
            asked = settling.recover(row, adapter)
            if asked is not None:
                self._ask(asked, adapter)

    def _ask(self, row: Message, adapter: Adapter) -> None:
        reach(Point.LOOKUP_BEFORE)
        looked = adapter.lookup(reference_of(row), _call_seconds())
        reach(Point.LOOKUP_AFTER)
        _insist(lambda: settling.settle_lookup(row, looked))

    # -- sending ---------------------------------------------------------------------------------------

    def _send_due(self, adapter: Adapter) -> None:
        width = WIDTH[adapter.mode]
        until = time.monotonic() + self._seconds
        flying: dict[Future[Outcome], Message] = {}
        dry = False
        while True:
            room = width - len(flying)
            if not dry and room >= max(1, width // 4) and time.monotonic() < until:
                begun = self._begin(room, adapter)
                dry = begun is None
                for row, outgoing in begun or ():
                    flying[self._submit(adapter, outgoing)] = row
            elif not flying:
                return
            else:
                done, _ = wait(flying, return_when=FIRST_COMPLETED)
                self._settle([(flying.pop(future), future.result()) for future in done])

    def _begin(self, room: int, adapter: Adapter) -> list[tuple[Message, Outgoing]] | None:
        """Return what may be handed over now; None when nothing is due, or nothing may leave."""
        now = clock.now()
        if adapter.real:
            room = claims.allowance(self.channel, room, now)
        rows = claims.claim(self.channel, room) if room else []
        if not rows:
            return None
        rows = self._vetted(rows, adapter)
        key = rendering.hash_key()
        ready = {row.pk: outgoing for row in rows if (outgoing := self._render(row)) is not None}
        reach(Point.RENDERED)
        pairs = [
            (row, rendering.body_hash(key, ready[row.pk].address, ready[row.pk].rendered))
            for row in rows
            if row.pk in ready
        ]
        if not pairs:
            return []
        check = _deadline()
        begun = claims.begin_sending(pairs, adapter)
        return [(row, _armed(ready[row.pk], check)) for row in begun] or None

    def _vetted(self, rows: list[Message], adapter: Adapter) -> list[Message]:
        restored = queries.restored_at()
        if restored is None or adapter.mode is Mode.CLIENT_REF:
            return rows
        safe = []
        for row in rows:
            known = [moment for moment in (row.created_at, row.sending_at, row.vetted_at) if moment]
            if max(known) > restored:
                safe.append(row)
            elif (asked := settling.vet_restored(row, adapter)) is not None:
                self._ask(asked, adapter)
        return safe

    def _render(self, row: Message) -> Outgoing | None:
        """Return what goes out; None when it cannot be made (the message was given back, or has failed)."""
        try:
            address, language = _address(row)
            rendered = rendering.render(
                row.renderer, row.params, Context(row.pk, row.tenant_id, self.channel, language)
            )
        except LockedError:
            claims.give_back([row], at=clock.now() + LOCKED_REST)
            return None
        except (BusyError, DatabaseError):
            raise
        except PhithakError as error:
            self._settle([(row, Refused(f"render.{error.code}"))])
            return None
        except Exception as error:  # noqa: BLE001 - a renderer's fault is this message's failure, not the pump's
            _log.warning("renderer %s failed: %s", row.renderer, type(error).__name__)
            self._settle([(row, Refused(f"render.{type(error).__name__}"[:60]))])
            return None
        return Outgoing(reference_of(row), address, rendered, _call_seconds(), lambda: None)

    def _submit(self, adapter: Adapter, outgoing: Outgoing) -> Future[Outcome]:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max(WIDTH.values()), thread_name_prefix=f"outbox-{self.channel}")
        return self._pool.submit(_call, adapter, outgoing)

    def _settle(self, outcomes: list[tuple[Message, Outcome]]) -> None:
        lost = _insist(lambda: settling.settle(outcomes))
        for row in lost:
            _log.warning("message %s: lease lost, its outcome was decided elsewhere", row.pk)


def _call(adapter: Adapter, outgoing: Outgoing) -> Outcome:
    reach(Point.CALL_BEFORE)
    try:
        outcome = adapter.send(outgoing)
    except TooLateError:
        return Late()
    except Exception as error:  # noqa: BLE001 - whatever an adapter raises, the message may have left
        _log.error("adapter %s failed: %s", adapter.name, type(error).__name__)
        return Unclear("adapter.error")
    reach(Point.CALL_AFTER)
    return outcome


def _address(row: Message) -> tuple[str, str]:
    """Return where a message goes and in which language; lives only in this process's memory."""
    if row.recipient_kind == "handle" and row.recipient_id is not None:
        return privacy.reveal_for_sending(row.recipient_id), "th"
    if row.recipient_kind == "user" and row.recipient_id is not None:
        user = accounts.user_view(actors.system("outbox"), row.recipient_id)
        if user.left_at is not None:
            raise NotFoundError
        return user.email, user.language
    return "", "th"


def _call_seconds() -> float:
    return min(CALL_MOST, claims.lease().total_seconds() / 2)


def _boot_seconds() -> float:
    # unlike the monotonic clock, this one goes on while the machine sleeps
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _deadline() -> Callable[[], None]:
    until = _boot_seconds() + claims.lease().total_seconds() / 2

    def check() -> None:
        if _boot_seconds() > until:
            raise TooLateError

    return check


def _armed(outgoing: Outgoing, check: Callable[[], None]) -> Outgoing:
    return Outgoing(outgoing.reference, outgoing.address, outgoing.rendered, outgoing.seconds, check)


def _insist(act: Callable[[], R]) -> R:
    """Write down what a provider answered, also when the database is away for some seconds."""
    for attempt in range(_TRIES):
        try:
            return act()
        except (DatabaseError, BusyError) as error:
            _log.warning("outbox: the database refused to settle: %s", type(error).__name__)
            connections.close_all()
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.2 * 2**attempt)
    raise AssertionError("the last try returns or raises")
