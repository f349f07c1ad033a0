"""Writes ``docs/reference``: every setting, command, page, API operation, permission, journal tag and error.

``make docs`` writes; ``python tools/docs.py --check`` exits 1 when a committed page differs from the code.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- Made by `make docs` from the code; edit the code, not this page. -->"


def render() -> dict[str, str]:
    """Return file name → content of every page of the reference. Django must be set up."""
    pages: dict[str, Callable[[], list[str]]] = {
        "settings.md": _settings,
        "commands.md": _commands,
        "pages.md": _pages,
        "api.md": _api,
        "permissions.md": _permissions,
        "journal.md": _journal,
        "errors.md": _errors,
    }
    return {name: "\n".join([NOTE, "", *make(), ""]) for name, make in pages.items()}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return lines + ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _settings() -> list[str]:
    from tools import inventory  # noqa: PLC0415 - needs Django, which main() sets up

    rows = [
        (
            _code(one.name),
            "(secret)" if one.secret and one.default else _code(one.default),
            one.text.th,
            one.text.en,
        )
        for one in inventory.settings()
    ]
    return [
        "# ค่าตั้ง · Settings",
        "",
        "ค่าปกติ < ไฟล์ `phithak.toml` ในโฟลเดอร์ค่าตั้ง < ตัวแปร `PHITHAK_<NAME>` < `PHITHAK_<NAME>_FILE`",
        "",
        "Default < `phithak.toml` in the configuration folder < variable `PHITHAK_<NAME>` (name in capitals) <",
        "`PHITHAK_<NAME>_FILE` (a file that holds the value, for secrets). `phithak config explain` shows what",
        "holds and where it came from. A wrong value stops the start and says what would be right.",
        "",
        *_table(("name", "default", "ไทย", "English"), rows),
    ]


def _commands() -> list[str]:
    from tools import inventory  # noqa: PLC0415 - same

    lines = [
        "# คำสั่ง · Commands",
        "",
        "ทุกคำสั่งตอบ 0 เมื่อสำเร็จ, 1 เมื่อพบปัญหา, 2 เมื่อข้อมูลที่ให้ไม่ถูกต้อง",
        "",
        "Every command answers 0 done, 1 found wanting, 2 wrong input. `--language th|en` chooses the language.",
    ]
    for command in inventory.commands():
        lines += ["", f"## phithak {command.words}", "", f"{command.text.th} · {command.text.en}".strip(" ·")]
        if command.arguments:
            lines.append("")
            rows = [(_code(name), text.th, text.en) for name, text in command.arguments]
            lines += _table(("argument", "ไทย", "English"), rows)
    return lines


def _pages() -> list[str]:
    from tools import inventory  # noqa: PLC0415 - same

    rows = [
        (
            _code("/" + page.pattern),
            _code(page.name),
            _code(page.permission or ""),
            page.title.th if page.title else "",
            page.title.en if page.title else "",
        )
        for page in inventory.pages()
    ]
    return [
        "# หน้าเว็บ · Pages",
        "",
        "สิทธิ์ `public` คือหน้าที่ไม่ต้องเข้าสู่ระบบ",
        "",
        "A page with the permission `public` needs no login; every other names the right that it needs.",
        "",
        *_table(("address", "name", "permission", "ไทย", "English"), rows),
    ]


def _api() -> list[str]:
    from tools import inventory  # noqa: PLC0415 - same

    rows = [
        (_code(f"{one.method} {one.path}"), _code(one.permission), one.text.th, one.text.en)
        for one in inventory.operations()
    ]
    return [
        "# REST API",
        "",
        "ส่ง `Authorization: Bearer <token>`; รายละเอียดของทุกช่องอยู่ที่หน้า `/api/docs/`",
        "",
        "Send `Authorization: Bearer <token>`. Fields and answers of each operation are on the page `/api/docs/`",
        "and in `/api/v1/openapi.json` (OpenAPI 3.1). Lists take `limit` and `after`.",
        "",
        *_table(("operation", "permission", "ไทย", "English"), rows),
    ]


def _permissions() -> list[str]:
    from tools import inventory  # noqa: PLC0415 - same

    rows = [
        (
            _code(one.code),
            one.text.th,
            one.text.en,
            ", ".join(sorted(role.value for role in one.roles)),
            "✓" if one.elevated else "",
        )
        for one in inventory.all_permissions()
    ]
    return [
        "# สิทธิ์ · Permissions",
        "",
        "สิทธิ์พิเศษ (staff session) ต้องเปิดช่วงสิทธิ์พร้อมเหตุผลก่อน",
        "",
        "A permission marked in the last column also needs a running staff session, opened with a reason.",
        "",
        *_table(("permission", "ไทย", "English", "roles", "staff session"), rows),
    ]


def _journal() -> list[str]:
    from tools import inventory  # noqa: PLC0415 - same

    rows = [(_code(tag.code), tag.text.th, tag.text.en) for tag in inventory.tags()]
    return [
        "# บันทึกเหตุการณ์ · Journal tags",
        "",
        "ชื่อเหตุการณ์ทั้งหมดที่ระบบบันทึกได้",
        "",
        "Everything that the journal can hold. Words in braces are facts of the entry.",
        "",
        *_table(("tag", "ไทย", "English"), rows),
    ]


def _errors() -> list[str]:
    from tools import inventory  # noqa: PLC0415 - same

    rows = [(_code(kind.code), str(kind.status), kind.text.th, kind.text.en) for kind in inventory.errors()]
    return [
        "# ข้อผิดพลาด · Errors",
        "",
        "รหัสคงที่สำหรับเครื่อง และข้อความที่บอกว่าต้องทำอะไร",
        "",
        "A stable code for machines (pages, API and commands give the same), and what to do.",
        "",
        *_table(("code", "HTTP", "ไทย", "English"), rows),
    ]


def differences() -> list[str]:
    """Return the names of pages that are missing, differ from the code, or are no longer made."""
    pages = render()
    found = [
        name
        for name, content in pages.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != content
    ]
    return found + [path.name for path in FOLDER.glob("*.md") if path.name not in pages]


def set_up(folder: str) -> None:
    """Load Django with default settings in a throw-away folder."""
    for name in [key for key in os.environ if key.startswith(("PHITHAK_", "XDG_"))]:
        del os.environ[name]
    os.environ |= {
        "PHITHAK_CONFIG_DIR": f"{folder}/config",
        "PHITHAK_DATA_DIR": f"{folder}/data",
        "DJANGO_SETTINGS_MODULE": "phithak.web.settings",
    }
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    from phithak.base import keyfiles  # noqa: PLC0415 - the path is set above

    keyfiles.create(Path(folder, "config", "instance.key"))
    import django  # noqa: PLC0415 - same

    django.setup()


def main() -> int:
    """Write the pages, or check them."""
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        if "--check" in sys.argv[1:]:
            stale = differences()
            print("\n".join(f"docs/reference/{name} differs from the code: make docs" for name in stale))
            return 1 if stale else 0
        FOLDER.mkdir(parents=True, exist_ok=True)
        pages = render()
        for path in FOLDER.glob("*.md"):
            if path.name not in pages:
                path.unlink()
        for name, content in pages.items():
            (FOLDER / name).write_text(content, encoding="utf-8")
        print(f"wrote {len(pages)} pages to docs/reference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
