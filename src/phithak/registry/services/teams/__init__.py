"""All writes of teams: ``units`` (teams, members, the chain of calls) and ``shifts``."""

from phithak.registry.services.teams.errors import OverlapError, ShiftOverError, TeamEndedError
from phithak.registry.services.teams.shifts import cancel, give, plan, swap
from phithak.registry.services.teams.units import (
    Step,
    add_member,
    create,
    end,
    remove_member,
    rename,
    set_chain,
)

__all__ = [
    "OverlapError",
    "ShiftOverError",
    "Step",
    "TeamEndedError",
    "add_member",
    "cancel",
    "create",
    "end",
    "give",
    "plan",
    "remove_member",
    "rename",
    "set_chain",
    "swap",
]
