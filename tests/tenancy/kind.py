"""What the sweep is told of a kind of object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.people import People
from tests.tenancy.makers import Made


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    Attributes:
        make: puts one into the second hospital.
        insiders: the people who may see it, told by hand from the room's rules; everybody else is an outsider.
        lists: addresses that must show it to the first insider; none where there is no list.
    """

    make: Callable[[People], Made]
    insiders: tuple[str, ...]
    lists: tuple[str, ...] = ()
