"""What people and machines meet (pages, API, commands, errors, settings) is declared and documented."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from phithak.base.errors import PhithakError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from tests.house.code_rules import pair_faults
from tools import docs, inventory

PUBLIC = "public"


@pytest.fixture(autouse=True)
def _as_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults as the documents show them, whatever this machine's folders are."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)


def undeclared(pages: Iterable[Any]) -> Iterator[str]:
    """Yield pages without permission or title."""
    known = {one.code for one in permissions.all_permissions()} | {PUBLIC}
    for page in pages:
        if page.permission not in known:
            yield f"/{page.pattern}: permission {page.permission!r} is not registered"
        elif page.title is None:
            yield f"/{page.pattern}: no title"


def unlawful(operations: Iterable[Any]) -> Iterator[str]:
    """Yield operations of the API without permission or texts."""
    known = {one.code for one in permissions.all_permissions()} | {PUBLIC}
    for one in operations:
        if one.permission not in known:
            yield f"{one.method} {one.path}: permission {one.permission!r} is not registered"
        for fault in pair_faults(one.text.th, one.text.en):
            yield f"{one.method} {one.path}: {fault}"


def alike(codes: Iterable[str]) -> list[str]:
    """Return codes that stand more than once."""
    return sorted(code for code, count in Counter(codes).items() if count > 1)


def test_every_page_declares_its_permission() -> None:
    pages = inventory.pages()
    assert len(pages) > 5
    found = list(undeclared(pages))
    assert not found, "\n".join(found)


def test_every_operation_declares_its_permission_and_texts() -> None:
    operations = inventory.operations()
    assert operations
    found = list(unlawful(operations))
    assert not found, "\n".join(found)


def test_undeclared_ones_are_caught() -> None:
    text = Text("หน้า", "Page")
    pages = [
        SimpleNamespace(pattern="a", permission=None, title=text),
        SimpleNamespace(pattern="b", permission="no.such.right", title=text),
        SimpleNamespace(pattern="c", permission=PUBLIC, title=None),
        SimpleNamespace(pattern="d", permission=PUBLIC, title=text),
    ]
    assert [found.split(":")[0] for found in undeclared(pages)] == ["/a", "/b", "/c"]
    operations = [
        SimpleNamespace(method="GET", path="a", permission="", text=text),
        SimpleNamespace(method="GET", path="b", permission=PUBLIC, text=Text("", "")),
        SimpleNamespace(method="GET", path="c", permission=PUBLIC, text=text),
    ]
    assert [found.split(":")[0] for found in unlawful(operations)] == ["GET a", "GET b"]


def test_every_command_exists_and_says_what_it_does() -> None:
    assert inventory.missing_commands() == []
    commands = inventory.commands()
    assert {"up", "migrate", "doctor", "backup", "restore", "unlock"} <= {one.words for one in commands}
    found = [
        f"phithak {one.words} {name}: {fault}"
        for one in commands
        for name, text in (("", one.text), *one.arguments)
        for fault in pair_faults(text.th, text.en)
    ]
    assert not found, "\n".join(found)


def test_every_setting_permission_and_tag_has_both_languages() -> None:
    named = [
        *((one.name, one.text) for one in inventory.settings()),
        *((one.code, one.text) for one in inventory.all_permissions()),
        *((tag.code, tag.text) for tag in inventory.tags()),
    ]
    assert len(named) > 40
    found = [f"{name}: {fault}" for name, text in named for fault in pair_faults(text.th, text.en)]
    assert not found, "\n".join(found)


def test_permissions_and_tags_are_named_by_room_object_and_act() -> None:
    for tag in inventory.tags():
        assert tag.code.count(":") == 2, tag.code
    for one in inventory.all_permissions():
        assert one.code.count(".") >= 1, one.code
        assert one.roles, one.code


def test_every_error_has_a_code_of_its_own_and_both_languages() -> None:
    errors = inventory.errors()
    assert len(errors) > 10
    own = [kind for kind in errors if "code" in vars(kind)]
    assert alike(kind.code for kind in own) == []
    # one that others are made from need not be raised itself; engines hand code and texts in where they raise
    raised = [
        kind
        for kind in errors
        if not kind.__subclasses__() and not {"th", "en"} <= set(inspect.signature(kind).parameters)
    ]
    without = [kind.__qualname__ for kind in raised if "code" not in vars(kind) or "text" not in vars(kind)]
    assert not without, f"these errors have no code or text of their own: {', '.join(without)}"
    found = [f"{kind.code}: {fault}" for kind in errors for fault in pair_faults(kind.text.th, kind.text.en)]
    assert not found, "\n".join(found)
    assert all(400 <= kind.status < 600 for kind in errors)


def test_codes_and_tags_are_unique() -> None:
    assert alike(tag.code for tag in inventory.tags()) == []
    assert alike(page.name for page in inventory.pages()) == []
    assert alike(["a", "b", "a"]) == ["a"]


def test_an_error_of_two_rooms_with_one_code_is_caught() -> None:
    one = type("OneError", (PhithakError,), {"code": "same.code", "__module__": "sample"})
    other = type("OtherError", (PhithakError,), {"code": "same.code", "__module__": "sample"})
    assert alike(kind.code for kind in (one, other)) == ["same.code"]


def test_the_reference_is_what_the_code_says() -> None:
    assert docs.differences() == [], "run: make docs"


@pytest.mark.parametrize("spoil", [
    lambda folder: (folder / "settings.md").write_text("old"),
    lambda folder: (folder / "api.md").unlink(),
    lambda folder: (folder / "gone.md").write_text("a page that is no longer made"),
])  # fmt: skip
def test_a_stale_reference_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    for name, content in docs.render().items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    assert docs.differences() == []
    spoil(tmp_path)
    assert len(docs.differences()) == 1
