"""Sector packs: a sector, its parts, and the words that people search them by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from phithak.base.text import Text
from phithak.registry.packs.reading import Table, read_toml

_CODE = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*){0,3}")
_LONGEST = 60
READY = ("health.toml", "telecom.toml", "e-commerce.toml")


@dataclass(frozen=True)
class SectorFacts:
    """A sector or a part of one.

    Attributes:
        code: ``health``, or ``health.hospital`` for a part.
        name: its name.
        words: other names that people search by.
        cii: whether the law counts the sector among those of critical information infrastructure.
    """

    code: str
    name: Text
    words: tuple[str, ...] = ()
    cii: bool = False

    @property
    def parent(self) -> str:
        """The code of the sector that it is a part of; "" for a whole sector."""
        return self.code.rpartition(".")[0]


@dataclass(frozen=True)
class SectorPack:
    """The sectors of one file, each after the one that it is a part of."""

    name: str
    version: int
    title: Text
    sectors: tuple[SectorFacts, ...]


def read_pack(file: str, content: bytes) -> SectorPack:
    """Return the pack that a file holds.

    Args:
        file: the file's name, for messages.
        content: its bytes: TOML in UTF-8.

    Raises:
        PackFileError: file and field are named.
    """
    outer = read_toml(file, content)
    outer.only("format", "pack", "version", "title", "sector")
    if outer.number("format") != 1:
        raise outer.wrong("format", "รุ่นของรูปแบบต้องเป็น 1", "the format must be 1")
    name = outer.string("pack", most=_LONGEST)
    if not _CODE.fullmatch(name) or "." in name:
        raise outer.wrong("pack", "ใช้ a-z 0-9 และ -", "want a-z, 0-9 and -")
    found: dict[str, SectorFacts] = {}
    for table in outer.tables("sector"):
        one = _sector(table)
        if one.code in found:
            raise table.wrong("code", f"{one.code} ซ้ำ", f"{one.code} stands there twice")
        if one.parent and one.parent not in found:
            raise table.wrong("code", f"{one.parent} ต้องมาก่อน", f"{one.parent} must stand before it")
        found[one.code] = one
    return SectorPack(name, outer.number("version"), outer.pair("title"), tuple(found.values()))


def _sector(table: Table) -> SectorFacts:
    table.only("code", "name", "words", "cii")
    code = table.string("code", most=_LONGEST)
    if not _CODE.fullmatch(code):
        raise table.wrong(
            "code", "ใช้ a-z 0-9 และ - คั่นส่วนย่อยด้วยจุด", "want a-z, 0-9 and -, with dots before its parts"
        )
    return SectorFacts(code, table.pair("name"), table.strings("words"), table.truth("cii"))


@cache
def ready_packs() -> tuple[SectorPack, ...]:
    """Return the packs that ship with the product."""
    folder = files("phithak.registry.packs") / "data"
    return tuple(read_pack(name, (folder / name).read_bytes()) for name in READY)
