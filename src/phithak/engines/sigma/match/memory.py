"""Value to class, per field, bounded: two generations, the older one forgotten when the younger is full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phithak.engines.sigma.match.scanner import FieldScanner

Atoms = frozenset[int]
_LONGEST = 16_384
_ENTRY_BYTES = 160


class Classes:
    """Each distinct set of true atoms gets a small number."""

    def __init__(self) -> None:
        self._numbers: dict[Atoms, int] = {}
        self.sets: list[Atoms] = []

    def __len__(self) -> int:
        return len(self.sets)

    def number(self, atoms: Atoms) -> int:
        """Return the number of a set."""
        found = self._numbers.get(atoms)
        if found is None:
            found = self._numbers[atoms] = len(self.sets)
            self.sets.append(atoms)
        return found

    def clear(self) -> None:
        """Forget all numbers; every memo must be emptied with them."""
        self._numbers.clear()
        self.sets.clear()


class FieldMemo:
    """The memo of one field.

    ``young`` is handed out once and only ever changed in place: plans look up in it by themselves. A value
    that it does not hold gives None there, and the engine then asks :meth:`classify`.
    """

    def __init__(self, scanner: FieldScanner, classes: Classes, *, absent_known: bool) -> None:
        self.scanner = scanner
        self._classes = classes
        self._absent_known = absent_known
        self.young: dict[Any, int] = {}
        self._old: Mapping[Any, int] = {}
        self.bytes = 0
        self.scanned = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.young.clear()
        self._old = {}
        self._begin()

    def rotate(self) -> None:
        """Let the younger generation become the older one, and forget that."""
        self._old = dict(self.young)
        self.young.clear()
        self._begin()

    def _begin(self) -> None:
        self.bytes = 0
        if self._absent_known:
            self.young[None] = self._classes.number(self.scanner.absent)

    def classify(self, value: Any) -> int:
        """Return the class of a value, from memory or by a scan."""
        kind = value.__class__
        if kind is str:
            keep = len(value) <= _LONGEST
        elif kind is int or kind is float or kind is bool:
            keep = self.scanner.plain_numbers or value not in (0, 1)
        else:
            return self._classes.number(self.scanner.true_of_value(value))
        if not keep:
            return self._classes.number(self.scanner.true_of_value(value))
        found = self.young.get(value)
        if found is None:
            found = self._old.get(value)
            if found is None:
                self.scanned += 1
                found = self._classes.number(self.scanner.true_of_value(value))
            self.young[value] = found
            self.bytes += _ENTRY_BYTES + (len(value) if kind is str else 0)
        return found
