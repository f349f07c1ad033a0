"""Several processes that do the same work on many items; the answers come in the order of the items.

Each process has a pipe of its own, of which nobody else holds an end: one that is killed, at whatever moment, is
seen at once, and all end when the one that asked is killed. (The pools of the standard library wait for ever for
what a killed process had begun to send.)
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any, TypeVar

from phithak.engines.sigma.collecting import collected_seldom, collector_at_rest
from phithak.engines.sigma.errors import SigmaError

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_PATIENCE_S = 5
_WAITING = 2


def in_order(
    make: Callable[[], Callable[[Item], Answer]], items: Iterator[Item], processes: int
) -> Iterator[Answer]:
    """Yield the answer to each item, in their order; memory holds the answers of at most two items per process.

    Args:
        make: called once in each process that gets an item; what it returns answers the items there.
        items: may be endless.
        processes: how many work at the same time.

    Raises:
        SigmaError: a process was ended from outside.
        Exception: whatever ``make`` or the answering raised.
    """
    crew = _Crew(make, processes)
    try:
        yield from crew.answers(items)
    finally:
        crew.close()


class _Crew:
    def __init__(self, make: Callable[[], Callable[[Any], Any]], count: int) -> None:
        self._make = make
        self._idle: list[Connection[Any, Any]] = []
        # what each pipe is busy with, by the number of the item
        self._busy: dict[Connection[Any, Any], int] = {}
        self._processes: list[ForkProcess] = []
        context = multiprocessing.get_context("fork")
        # what is there now lives as long as the processes: were it walked for cycles, each would copy it
        gc.freeze()
        try:
            for _ in range(count):
                ours, theirs = context.Pipe()
                process = context.Process(target=self._serve, args=(ours, theirs), daemon=True)
                process.start()
                theirs.close()
                self._processes.append(process)
                self._idle.append(ours)
        finally:
            gc.unfreeze()
        self._most = _WAITING * count

    def _serve(self, ours: Connection[Any, Any], theirs: Connection[Any, Any]) -> None:
        """Answer until the other end is closed; runs in the process."""
        # whoever stops the command stops the one that asked, and that one these
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for pipe in (*self._idle, ours):
            pipe.close()
        with suppress(EOFError, BrokenPipeError, ConnectionResetError):
            item = theirs.recv()
            try:
                with collector_at_rest():
                    answer = self._make()
            except Exception as error:  # noqa: BLE001 as below
                theirs.send(_failure(error))
                return
            with collected_seldom():
                while True:
                    try:
                        said = True, answer(item)
                    except Exception as error:  # noqa: BLE001 whatever it is, it is told where it was asked
                        said = _failure(error)
                    theirs.send(said)
                    item = theirs.recv()

    def answers(self, items: Iterator[Any]) -> Iterator[Any]:
        given = told = 0
        answered: dict[int, Any] = {}
        ahead: deque[Any] = deque()
        ended = False
        while ahead or not ended or self._busy:
            while self._idle and (ahead or not ended) and given - told < self._most:
                item = ahead.popleft() if ahead else next(items, self)
                if item is self:
                    ended = True
                    break
                self._give(self._idle.pop(), given, item)
                given += 1
            # the next one is made ready while all are at work
            while not (
                ended or self._idle or len(ahead) == len(self._processes) or connection.wait(self._busy, 0)
            ):
                item = next(items, self)
                if item is self:
                    ended = True
                else:
                    ahead.append(item)
            for pipe in connection.wait(self._busy):
                number, answer = self._take(pipe)
                answered[number] = answer
            while told in answered:
                # its place is taken by the next one only once it was used
                yield answered.pop(told)
                told += 1

    def _give(self, pipe: Connection[Any, Any], number: int, item: Any) -> None:
        try:
            pipe.send(item)
        except OSError as error:
            raise _ended() from error
        self._busy[pipe] = number

    def _take(self, pipe: Any) -> tuple[int, Any]:
        try:
            fine, answer = pipe.recv()
        except (EOFError, OSError) as error:
            raise _ended() from error
        if not fine:
            raise answer
        self._idle.append(pipe)
        return self._busy.pop(pipe), answer

    def close(self) -> None:
        """End the processes, idle or not."""
        for pipe in (*self._idle, *self._busy):
            pipe.close()
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(_PATIENCE_S)
            process.close()


def _failure(error: Exception) -> tuple[bool, Exception]:
    error.add_note(traceback.format_exc())
    return False, error


def _ended() -> SigmaError:
    return SigmaError(
        "sigma.worker.ended",
        th="โปรเซสที่ตรวจถูกปิดจากภายนอก (หน่วยความจำอาจไม่พอ) ลด --jobs แล้วรันใหม่",
        en="A process that matches was ended from outside (memory may be short); lower --jobs and run again",
        field="jobs",
    )
