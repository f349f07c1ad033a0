"""Data of the registry that ships with the product and can be replaced: sector packs, rules of size.

``data/*.toml`` hold the data, ``sectors`` and ``size_rules`` read and check them. A file of one's own has the same
form; what is wrong in it is named by file and field. Nothing here reads a table.
"""

from phithak.registry.packs.reading import PackFileError
from phithak.registry.packs.sectors import SectorFacts, SectorPack, read_pack, ready_packs
from phithak.registry.packs.size_rules import (
    Condition,
    Decision,
    Figures,
    Size,
    SizeRule,
    decide,
    read_rules,
    ready_rules,
)

__all__ = [
    "Condition",
    "Decision",
    "Figures",
    "PackFileError",
    "SectorFacts",
    "SectorPack",
    "Size",
    "SizeRule",
    "decide",
    "read_pack",
    "read_rules",
    "ready_packs",
    "ready_rules",
]
