"""Rules over Python source: each takes a file and returns what is wrong, as ``path:line what``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.tree import Source

MAX_LINES = 600
THAI = re.compile(r"[ก-๛]")
LATIN = re.compile(r"[A-Za-z]")
SLOT = re.compile(r"(?<!\{)\{(\w+)")
SLOT_AND_BRACES = re.compile(r"\{[^{}]*\}")
# names that Thai readers use as they are; anything else needs Thai words
SAME_IN_BOTH = {
    "Phithak",
    "API",
    "CSV",
    "JSON",
    "PDF",
    "SMS",
    "TLP",
    "TOTP",
    "OpenAPI",
    "OIDC",
    "ID",
    "IP",
    "URL",
}

MANAGERS = {"objects", "_default_manager", "_base_manager"}
BULK = {
    "bulk_create", "bulk_update", "get_or_create", "update_or_create", "abulk_create", "abulk_update",
    "asave", "adelete", "acreate", "aupdate",
}  # fmt: skip
QUERYSET = {
    "filter", "exclude", "all", "visible_to", "order_by", "select_related", "select_for_update", "annotate",
    "rows_visible_to", "using", "distinct",
}  # fmt: skip
DOORS = {"services", "queries", "migrations"}
# the database floor, and the one filter that every visible_to is built from
BELOW_THE_DOORS = ("src/phithak/core/db/", "src/phithak/core/accounts/scope.py")
# abstract bases of the core that rooms build their own tables on
ABSTRACT = {"phithak.core.accounts.models.TenantOwned"}


def _where(source: Source, node: ast.AST, what: str) -> str:
    return f"{source.path}:{getattr(node, 'lineno', 0)} {what}"


def _segments(source: Source) -> set[str]:
    return {part.removesuffix(".py") for part in source.path.split("/")}


def rows_behind_doors(source: Source) -> Iterator[str]:
    """Rows are read in queries and written in services; nowhere else is a manager or a row's method used."""
    if _segments(source) & DOORS or source.path.startswith(BELOW_THE_DOORS):
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in MANAGERS:
            yield _where(source, node, f".{node.attr} outside of services and queries")
        elif node.attr in BULK:
            yield _where(source, node, f".{node.attr}() outside of services and queries")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, owner = node.func.attr, node.func.value
            on_rows = bool(_names(owner) & QUERYSET)
            if name in {"save", "delete"} and not _is_storage(owner):
                yield _where(source, node, f".{name}() outside of services")
            elif name in {"update", "create"} and on_rows:
                yield _where(source, node, f".{name}() of rows outside of services")


def _names(node: ast.AST) -> set[str]:
    return {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)} | {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name)
    }


def _is_storage(owner: ast.AST) -> bool:
    """Tell whether ``owner`` is a session, cache, cookie jar or store of files: no row of a table."""
    last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return last in {"session", "cache", "cookies", "store", "storage", "backend", "client"} or last == "super"


def transactions_have_names(source: Source) -> Iterator[str]:
    """Only ``core/db`` opens transactions; all others use ``write(name)``, which measures the hold."""
    if source.path.startswith("src/phithak/core/db/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"atomic", "set_autocommit"}:
            yield _where(source, node, f".{node.attr} instead of core.db.transactions.write")


def models_stay_in_their_room(source: Source) -> Iterator[str]:
    """A room's models are its own; other rooms use its queries and services."""
    own = _room(source.path)
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ImportFrom) or not node.module or _under_type_checking(source, node):
            continue
        for name in {f"{node.module}.{alias.name}" for alias in node.names} - ABSTRACT:
            parts = name.split(".")
            if parts[0] == "phithak" and "models" in parts:
                other = "/".join(parts[1 : parts.index("models")])
                if other not in {own, "core/db"}:
                    yield _where(source, node, f"imports the models of {other}")


def _room(path: str) -> str:
    """Return ``notices`` or ``core/journal``: the room that a file lies in (pages of a core app: the app)."""
    parts = path.removeprefix("src/phithak/").split("/")
    if parts[0] != "core":
        return parts[0]
    if parts[1:3] == ["ui", "pages"] and len(parts) > 4:
        return f"core/{parts[3]}"
    return "/".join(parts[:2])


def _under_type_checking(source: Source, node: ast.AST) -> bool:
    for parent in ast.walk(source.tree):
        if isinstance(parent, ast.If) and "TYPE_CHECKING" in ast.unparse(parent.test):
            return any(node is inner for inner in ast.walk(parent))
    return False


def only_commands_print(source: Source) -> Iterator[str]:
    """``print`` is for the command line."""
    if "cli" in _segments(source) or "commands" in _segments(source):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield _where(source, node, "print() outside of a command")


def one_clock(source: Source) -> Iterator[str]:
    """``base.clock.now()`` is the only clock."""
    if source.path == "src/phithak/base/clock.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            call = ast.unparse(node.func)
            if call.split(".")[-2:] in (
                ["datetime", "now"], ["datetime", "utcnow"], ["datetime", "today"], ["date", "today"],
                ["timezone", "now"],
            ):  # fmt: skip
                yield _where(source, node, f"{call}() instead of base.clock")


def texts_have_both_languages(source: Source) -> Iterator[str]:
    """``Text("…", "…")``: Thai letters in the first, words in the second, the same slots in both."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Text"):
            continue
        parts = [_literal(argument) for argument in node.args]
        if len(parts) == 2 and parts[0] is not None and parts[1] is not None:
            for what in pair_faults(parts[0], parts[1]):
                yield _where(source, node, what)


def _literal(node: ast.expr) -> str | None:
    """Return a string as written; what an f-string fills in counts as words of no language."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def pair_faults(thai: str, english: str) -> Iterator[str]:
    """Yield what is wrong with one pair of texts; ``{why_th}`` and ``{why_en}`` count as one slot."""
    words = [SLOT_AND_BRACES.sub("", text) for text in (thai, english)]
    if not thai.strip() or not english.strip():
        yield f"a language is empty: {thai!r}, {english!r}"
    elif not THAI.search(words[0]) and LATIN.search(words[0]) and thai not in SAME_IN_BOTH:
        yield f"no Thai letter: {thai!r}"
    elif THAI.search(words[0]) and not LATIN.search(words[1]):
        yield f"no English word: {english!r}"
    slots = [{slot.removesuffix(ending) for slot in SLOT.findall(text)} for text, ending in
             ((thai, "_th"), (english, "_en"))]  # fmt: skip
    if slots[0] != slots[1]:
        yield f"different slots: {thai!r}, {english!r}"


def short_enough(source: Source) -> Iterator[str]:
    """A file holds one idea."""
    lines = source.text.count("\n")
    if lines > MAX_LINES:
        yield f"{source.path} has {lines} lines, more than {MAX_LINES}"


def every_test_asserts(source: Source) -> Iterator[str]:
    """A test that cannot fail is a defect: each calls assert, ``raises``, ``fail`` or a checking helper."""
    helpers = _checking_helpers(source.tree)
    for node in ast.walk(source.tree):
        is_test = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        if is_test and not _checks(node, helpers):
            yield _where(source, node, f"{node.name} asserts nothing")


def _checking_helpers(tree: ast.Module) -> set[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found: set[str] = set()
    while True:
        more = {node.name for node in functions if node.name not in found and _checks(node, found)}
        if not more:
            return found
        found |= more


def _checks(function: ast.AST, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1].split("(")[0]
            # a helper of another test module says in its name that it checks
            if name in {"raises", "fail", "warns", "expect"} | helpers or name.startswith(
                ("assert_", "check_", "expect_")
            ):
                return True
    return False


OF_PRODUCT = (
    rows_behind_doors, transactions_have_names, models_stay_in_their_room, only_commands_print, one_clock,
    texts_have_both_languages, short_enough,
)  # fmt: skip
OF_TESTS = (every_test_asserts, short_enough)
