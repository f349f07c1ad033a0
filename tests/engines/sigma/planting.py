"""Puts one fault at a time into the engine, in every module that has the function; the naive evaluator is spared."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

ENGINE = "phithak.engines.sigma"
Plant = Callable[[pytest.MonkeyPatch], None]


class Garden(dict[str, Plant]):
    """Faults by what they do, in words."""

    def fault(self, name: str) -> Callable[[Plant], Plant]:
        """Enter the function below as the one that plants ``name``."""

        def enter(plant: Plant) -> Plant:
            assert name not in self, name
            self[name] = plant
            return plant

        return enter


def everywhere(patch: pytest.MonkeyPatch, former: object, latter: object) -> None:
    """Replace a function in each module of the engine that has it under any name."""
    places = [
        (module, name)
        for module in _modules()
        for name, value in vars(module).items()
        if value is former and isinstance(former, type(value))
    ]
    assert places, former
    for module, name in places:
        patch.setattr(module, name, latter)


def forget_answers() -> None:
    """Empty every cache of the engine and of the parser below it: what they hold is from before the fault."""
    for module in [*_modules(), *_named("sigma")]:
        for value in list(vars(module).values()):
            clear: Any = getattr(value, "cache_clear", None)
            if callable(clear) and not isinstance(value, type | ModuleType):
                clear()


def _modules() -> Iterator[ModuleType]:
    return (one for one in _named(ENGINE) if not one.__name__.startswith(f"{ENGINE}.naive"))


def _named(root: str) -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if name == root or name.startswith(f"{root}."):
            yield module
