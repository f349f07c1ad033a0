"""Who may change which organisation."""

from __future__ import annotations

from uuid import UUID

from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.registry.models import Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.organisations import MANAGE, State
from phithak.registry.services.organisations.errors import WrongStateError

_DONE = (State.MERGED, State.CLOSED)


def managed(actor: Actor, organisation_id: UUID, permission: str = MANAGE) -> Organisation:
    """Return an organisation that the actor may change and that lives.

    Raises:
        ForbiddenError: the right is held nowhere.
        NotFoundError: no such organisation, or not the actor's.
        WrongStateError: it was merged or closed.
    """
    permissions.require(actor, permission)
    row = queries.organisation(actor, organisation_id, permission)
    if row.state in _DONE:
        raise wrong_state(row)
    return row


def wrong_state(row: Organisation) -> WrongStateError:
    """Return the refusal that names the state."""
    text = State(row.state).text
    return WrongStateError(state_th=text.th, state_en=text.en)
