"""Organisations: all writes of the part.

``editing``: create, change, approve, close, names, the restricted standing. ``relations`` and ``scopes``: how they
stand to each other. ``merging`` decides on duplicates, ``renewal`` keeps the yearly date, ``loading`` reads sectors
and makes sure that every tenant has its organisation. ``oversight`` alone writes what opens rows to an overseer.
"""

from phithak.registry.queries.facts import AliasFacts, AliasKind, Cii, LegalRole, OrganisationFacts
from phithak.registry.services.organisations.editing import (
    add_alias,
    approve,
    change,
    close,
    create,
    reindex,
    remove_alias,
    set_cii,
)
from phithak.registry.services.organisations.errors import (
    AliasTakenError,
    BadFactError,
    ChangedMeanwhileError,
    CycleError,
    DecidedError,
    Difference,
    JuristicTakenError,
    KindFixedError,
    NotAnAuthorityError,
    SectorTakenError,
    WrongStateError,
)
from phithak.registry.services.organisations.loading import (
    LoadedPack,
    ask_to_resize,
    find_tenants,
    follow_tenant,
    load_file,
    load_pack,
    load_ready,
    resize_chunk,
)
from phithak.registry.services.organisations.merging import different, merge, merge_pair
from phithak.registry.services.organisations.oversight import end_expired
from phithak.registry.services.organisations.relations import add_relation, end_relation
from phithak.registry.services.organisations.renewal import NotDueError, lapse, next_renewal, renew
from phithak.registry.services.organisations.rows import index_many, propose, refresh
from phithak.registry.services.organisations.scopes import end_scope, follow_chunk, set_scope

__all__ = [
    "AliasFacts",
    "AliasKind",
    "AliasTakenError",
    "BadFactError",
    "ChangedMeanwhileError",
    "Cii",
    "CycleError",
    "DecidedError",
    "Difference",
    "JuristicTakenError",
    "KindFixedError",
    "LegalRole",
    "LoadedPack",
    "NotAnAuthorityError",
    "NotDueError",
    "OrganisationFacts",
    "SectorTakenError",
    "WrongStateError",
    "add_alias",
    "add_relation",
    "approve",
    "ask_to_resize",
    "change",
    "close",
    "create",
    "different",
    "end_expired",
    "end_relation",
    "end_scope",
    "find_tenants",
    "follow_chunk",
    "follow_tenant",
    "index_many",
    "lapse",
    "load_file",
    "load_pack",
    "load_ready",
    "merge",
    "merge_pair",
    "next_renewal",
    "propose",
    "refresh",
    "reindex",
    "remove_alias",
    "renew",
    "resize_chunk",
    "set_cii",
    "set_scope",
]
