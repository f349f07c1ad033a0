"""The accelerator as Python sees it: it asks what it does not know yet, and names the lines to look at."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from phithak.engines.sigma.match.keywords import KeywordPlaces
from phithak.engines.sigma.match.plan import NOTHING, Plan, Verdict

_END, _LINE, _PLAN, _CLASS, _VERDICT = range(5)
_MOST_FIELDS = 1024
_LONGEST = 16_384
_MOST_VERDICTS = 150_000
_MOST_PLANS = 8_192


class _State(ctypes.Structure):
    """The part of the C state that is read here; the same order stands in passer.c."""

    _fields_ = (
        *((name, ctypes.c_int64) for name in ("start", "end", "record", "records", "fresh_bytes")),
        *((name, ctypes.c_int64) for name in ("verdicts", "plans_known")),
        *((name, ctypes.c_int64) for name in ("first_at", "first_length", "second_at", "second_length")),
        *((name, ctypes.c_int32) for name in ("memo", "plan", "verdict", "fields")),
        ("classes", ctypes.c_int32 * _MOST_FIELDS),
    )


class _Mark(ctypes.Structure):
    _fields_ = (("at", ctypes.c_int64), ("mask", ctypes.c_uint64))


class Asked(Protocol):
    """Who answers what is new: the engine."""

    def flat_plan(self, channel: Any, event_id: Any) -> Plan | None:
        """Return the plan of flat Windows records with this header; None if they must take the Python path."""

    def class_of(self, name: str, value: Any) -> int:
        """Return the class of a value of a field; of None that of a field that is not there."""

    def keyword_group(self, places: KeywordPlaces, plan: Plan) -> int | None:
        """Return the mask of the keywords of a plan, 0 for none; None if its lines must take the Python path."""

    def verdict_of(self, plan: Plan, classes: tuple[int, ...]) -> Verdict:
        """Return the verdict where the fields of a plan have these classes, and no keyword is true."""


@dataclass(frozen=True)
class Seen:
    """A line that must be looked at.

    Attributes:
        number: of the record in its chunk, from 0.
        plan: what was asked of it, with its verdict; None where the line was not understood so far.
    """

    number: int
    line: bytes
    plan: Plan | None = None
    verdict: Verdict = NOTHING


class Passer:
    """The accelerator of one engine; it serves one thread."""

    def __init__(self, library: ctypes.CDLL, asked: Asked, memo_bytes: int) -> None:
        """Begin knowing nothing; ``memo_bytes`` is what one generation of values may take."""
        self._asked = asked
        self._memo_bytes = memo_bytes
        self._decode = msgspec.json.Decoder().decode
        self._call = _Calls(library)
        self._state = self._call.new(int.from_bytes(os.urandom(8), "little"))
        if not self._state:
            raise MemoryError
        self._forget_here()

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._call.free(self._state)

    def forget(self) -> None:
        """Forget all plans, classes and verdicts."""
        self._call.forget(self._state)
        self._forget_here()

    def _forget_here(self) -> None:
        self._memos: dict[str, int] = {}
        self._names: list[str] = []
        self._plans: list[Plan] = []
        self._numbers: dict[int, int] = {}
        self._verdicts: list[Verdict] = [NOTHING]
        self._keywords = KeywordPlaces()
        self._masks: set[int] = set()

    def scan(self, chunk: bytes) -> tuple[int, list[Seen]]:
        """Return how many records a chunk holds, and those that hit or that it is not sure of, in their order."""
        state = self._state.contents
        if state.fresh_bytes > self._memo_bytes:
            self._call.rotate(self._state)
        if state.verdicts > _MOST_VERDICTS or state.plans_known > _MOST_PLANS:
            self.forget()
        marks = self._marks(chunk)
        self._call.begin(self._state, chunk, len(chunk), marks, len(marks))
        step, pointer = self._call.step, self._state
        seen: list[Seen] = []
        while (answer := step(pointer)) != _END:
            if answer == _CLASS:
                self._tell_class(state, chunk)
            elif answer == _LINE:
                line, verdict = chunk[state.start : state.end], self._verdicts[state.verdict]
                plan = None if verdict is NOTHING else self._plans[state.plan]
                seen.append(Seen(state.record, line, plan, verdict))
            elif answer == _VERDICT:
                self._tell_verdict(state)
            elif answer == _PLAN:
                if self._tell_plan(state, chunk):
                    marks = self._marks(chunk)
                    self._call.mark(pointer, marks, len(marks))
            else:
                raise MemoryError
        return state.records, seen

    def _marks(self, chunk: bytes) -> Any:
        found = self._keywords.find(chunk)
        return (_Mark * len(found))(*found)  # type: ignore[misc] # ctypes takes tuples for a structure

    def _tell_class(self, state: _State, chunk: bytes) -> None:
        text = chunk[state.first_at : state.first_at + state.first_length]
        number = self._asked.class_of(self._names[state.memo], self._decode(text))
        self._done(self._call.tell_class(self._state, number, len(text) <= _LONGEST))

    def _tell_verdict(self, state: _State) -> None:
        verdict = self._asked.verdict_of(self._plans[state.plan], tuple(state.classes[: state.fields]))
        number = 0
        if verdict is not NOTHING:
            number = len(self._verdicts)
            self._verdicts.append(verdict)
        self._done(self._call.tell_verdict(self._state, number))

    def _tell_plan(self, state: _State, chunk: bytes) -> bool:
        """Tell the plan of a header; return whether it asks for keywords that none asked for before."""
        channel = self._decode(chunk[state.first_at : state.first_at + state.first_length])
        event_id = self._decode(chunk[state.second_at : state.second_at + state.second_length])
        plan = self._asked.flat_plan(channel, event_id)
        brought = False
        number = -1
        mask = None if plan is None else self._asked.keyword_group(self._keywords, plan)
        if plan is not None and mask is not None:
            brought = mask != 0 and mask not in self._masks
            self._masks.add(mask)
            number = self._numbers.get(id(plan), -1)
            if number < 0:
                number = self._numbers[id(plan)] = self._added(plan, mask)
                if number >= 0:
                    self._plans.append(plan)
        self._done(self._call.tell_plan(self._state, number))
        return brought

    def _added(self, plan: Plan, mask: int) -> int:
        for name in plan.fields:
            if name not in self._memos:
                self._memos[name] = self._call.add_memo(self._state, self._asked.class_of(name, None))
                self._names.append(name)
        memos = [self._memos[name] for name in plan.fields]
        names = [name.encode() for choice in plan.choices for name in choice]
        return int(
            self._call.add_plan(
                self._state,
                len(memos),
                _ints(memos),
                _ints([len(choice) for choice in plan.choices]),
                (ctypes.c_char_p * len(names))(*names),
                plan.nested,
                mask,
            )
        )

    @staticmethod
    def _done(answer: int) -> None:
        if answer:
            raise MemoryError


def _ints(numbers: Sequence[int]) -> Any:
    return (ctypes.c_int32 * len(numbers))(*numbers)


class _Calls:
    """The functions of the library with their types."""

    def __init__(self, library: ctypes.CDLL) -> None:
        state, number, size = ctypes.POINTER(_State), ctypes.c_int32, ctypes.c_int64
        pointer = ctypes.c_void_p

        def typed(name: str, result: Any, *arguments: Any) -> Any:
            found = getattr(library, f"passer_{name}")
            found.restype, found.argtypes = result, arguments
            return found

        self.new = typed("new", state, ctypes.c_uint64)
        self.free = typed("free", None, state)
        self.forget = typed("forget", None, state)
        self.rotate = typed("rotate", None, state)
        self.begin = typed("begin", None, state, ctypes.c_char_p, size, pointer, size)
        self.mark = typed("mark", None, state, pointer, size)
        self.step = typed("step", number, state)
        self.add_memo = typed("add_memo", number, state, number)
        self.add_plan = typed(
            "add_plan", number, state, number, pointer, pointer, pointer, number, ctypes.c_uint64
        )
        self.tell_plan = typed("tell_plan", number, state, number)
        self.tell_class = typed("tell_class", number, state, number, number)
        self.tell_verdict = typed("tell_verdict", number, state, number)
