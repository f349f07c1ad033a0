"""``phithak config explain``: every setting, its value, where it came from and what it does."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from phithak.base import config
from phithak.base.text import Text


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``config``."""
    parser = commands.add_parser("config", help=str(Text("อธิบายค่าตั้ง", "explain the settings")))
    inner = parser.add_subparsers(dest="what", required=True)
    explain = inner.add_parser("explain", help=str(Text("แสดงทุกค่าและที่มา", "show every value and its origin")))
    explain.add_argument("name", nargs="?", help=str(Text("เฉพาะค่านี้", "only this setting")))
    explain.add_argument("--json", action="store_true", help=str(Text("ผลเป็น JSON", "answer as JSON")))
    explain.set_defaults(handler=_explain)


def rows(loaded: config.Loaded) -> list[dict[str, Any]]:
    """Return one row per setting: name, variable, value (secrets hidden), origin, th, en."""
    result = []
    for field in dataclasses.fields(loaded.config):
        value = getattr(loaded.config, field.name)
        hidden = field.metadata["secret"] and bool(value) and value != "null:"
        text: Text = field.metadata["text"]
        result.append(
            {
                "name": field.name,
                "variable": config.PREFIX + field.name.upper(),
                "value": "********" if hidden else _shown(value),
                "origin": loaded.origins[field.name],
                "th": text.th,
                "en": text.en,
            }
        )
    return result


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _explain(arguments: argparse.Namespace) -> int:
    found = [row for row in rows(config.load()) if arguments.name in {None, row["name"]}]
    if not found:
        raise config.ConfigError(
            name=arguments.name, origin="command line", reason_th="ไม่มีค่าตั้งชื่อนี้", reason_en="no such setting"
        )
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for row in found:
        print(f"{row['name']} = {row['value']!r}   [{row['origin']}]  {row['variable']}")
        print(f"    {Text(row['th'], row['en'])}")
    return 0
