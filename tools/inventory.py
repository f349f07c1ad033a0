"""What the code says of itself: settings, commands, pages, API, permissions, journal tags, errors.

``tools/docs.py`` writes it down, ``tests/house`` checks it. Django must be set up before.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

import phithak
from phithak.base.config import PREFIX, Config
from phithak.base.errors import PhithakError
from phithak.base.text import Text, using_language
from phithak.core.accounts import permissions
from phithak.core.accounts.permissions import Permission
from phithak.core.contrib import EventTag


@dataclass(frozen=True)
class Setting:
    """One setting: its name, variable, default as the documents show it, help, and whether it is secret."""

    name: str
    variable: str
    kind: str
    default: str
    text: Text
    secret: bool


def settings() -> list[Setting]:
    """Return every setting in the order of the code (by topic)."""
    found = []
    for field in dataclasses.fields(Config):
        factory = field.default_factory
        made = field.default if factory is dataclasses.MISSING else factory()
        found.append(
            Setting(
                field.name,
                PREFIX + field.name.upper(),
                str(field.type),
                show(made),
                field.metadata["text"],
                bool(field.metadata["secret"]),
            )
        )
    return found


def show(value: Any) -> str:
    """Return a default as an operator would write it; the home folder as ``~``."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path):
        return str(value).replace(str(Path.home()), "~", 1)
    return str(value)


@dataclass(frozen=True)
class Command:
    """One command of ``phithak``: its words, its help, and its arguments with help."""

    words: str
    text: Text
    arguments: tuple[tuple[str, Text], ...]


def commands() -> list[Command]:
    """Return every command that can be typed, with its arguments, by name."""
    in_thai, in_english = dict(_commands("th")), dict(_commands("en"))
    found = []
    for words, (text, arguments) in in_thai.items():
        english, english_arguments = in_english[words]
        pairs = zip(arguments, english_arguments, strict=True)
        both = tuple((name, pair(thai, other)) for (name, thai), (_, other) in pairs)
        found.append(Command(words, pair(text, english), both))
    return sorted(found, key=lambda command: command.words)


def pair(thai: str, english: str) -> Text:
    """Return both forms of a help text; some commands print ``ไทย · English`` whatever the language is."""
    if thai == english and " · " in thai:
        thai, english = thai.split(" · ", 1)
    return Text(thai, english)


def missing_commands() -> list[str]:
    """Return the first words of the command line whose module does not exist."""
    from phithak.web.cli import COMMANDS  # noqa: PLC0415 - the command line is built only when asked for

    return [name for name, command in COMMANDS.items() if find_spec(command.module) is None]


Described = tuple[str, list[tuple[str, str]]]


def _commands(language: str) -> Iterator[tuple[str, Described]]:
    from phithak.web import cli  # noqa: PLC0415 - same

    with using_language(language):
        names = [name for name in cli.COMMANDS if name not in missing_commands()]
        parser = cli.build_parser(names)
        for words, child, helped in _subcommands(parser, ""):
            top = cli.COMMANDS[words.split()[0]]
            told = helped or (str(top.text) if " " not in words else "")
            yield words, (told, [_argument(action) for action in _arguments(child)])


def _subcommands(
    parser: argparse.ArgumentParser, before: str
) -> Iterator[tuple[str, argparse.ArgumentParser, str]]:
    for action in parser._actions:  # noqa: SLF001 - argparse offers no other way to list its arguments
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - same
            helped = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001 - same
            for name, child in action.choices.items():
                words = f"{before} {name}".strip()
                yield words, child, helped.get(name) or child.description or ""
                yield from _subcommands(child, words)


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:  # noqa: SLF001 - same
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction):  # noqa: SLF001 - same
            yield action


def _argument(action: argparse.Action) -> tuple[str, str]:
    name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    if action.option_strings and action.nargs != 0:
        choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
        name += f" {action.metavar or choices}"
    return name, action.help or ""


@dataclass(frozen=True)
class Page:
    """One address of a page: its pattern, name and view."""

    pattern: str
    name: str
    view: Callable[..., Any]

    @property
    def permission(self) -> str | None:
        """The permission that the view declares."""
        return getattr(self.view, "permission", None)

    @property
    def title(self) -> Text | None:
        """The title that the view declares."""
        return getattr(self.view, "title", None)


def pages() -> list[Page]:
    """Return every address that is not an operation of the API, by pattern."""
    found = _pages(get_resolver().url_patterns, "", "")
    return sorted((page for page in found if not page.name.startswith("api:")), key=lambda page: page.pattern)


def _pages(patterns: Iterable[URLPattern | URLResolver], before: str, space: str) -> Iterator[Page]:
    for entry in patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _pages(entry.url_patterns, pattern, inner)
        else:
            yield Page(pattern, space + (entry.name or ""), entry.callback)


@dataclass(frozen=True)
class Operation:
    """One operation of the REST API."""

    method: str
    path: str
    permission: str
    text: Text


def operations() -> list[Operation]:
    """Return every operation of the API, by path; permission and texts are "" where none is declared."""
    from phithak.web.api import api  # noqa: PLC0415 - built only when asked for

    found = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, described in methods.items():
            text = Text(described.get("x-text-th", ""), described.get("x-text-en", ""))
            found.append(Operation(method.upper(), path, described.get("x-permission", ""), text))
    return sorted(found, key=lambda operation: (operation.path, operation.method))


def all_permissions() -> list[Permission]:
    """Return every permission, by code."""
    return permissions.all_permissions()


def tags() -> list[EventTag]:
    """Return every journal tag of every room, by code."""
    for app in apps.get_app_configs():
        if app.name.startswith("phithak.") and find_spec(f"{app.name}.events"):
            importlib.import_module(f"{app.name}.events")
    # tests declare tags of their own; only the product's belong in its reference
    rooms = [room for room in _descendants(EventTag) if room.__module__.startswith("phithak.")]
    return sorted((tag for room in rooms for tag in room), key=lambda tag: tag.code)


def errors() -> list[type[PhithakError]]:
    """Return every error that a person may see, by code."""
    for module in pkgutil.walk_packages(phithak.__path__, "phithak."):
        # an application object is made at import; migrations are not ours to load
        if "migrations" not in module.name and not module.name.endswith((".wsgi", ".__main__")):
            importlib.import_module(module.name)
    return sorted({PhithakError, *_descendants(PhithakError)}, key=lambda kind: (kind.code, kind.__name__))


def _descendants(kind: type[Any]) -> Iterator[type[Any]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
