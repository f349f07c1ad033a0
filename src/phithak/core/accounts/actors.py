"""The actor: who is asking, as a frozen value that every service and query takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from phithak.core.accounts.roles import Role


class ActorKind(StrEnum):
    """How the actor came in."""

    USER = "user"
    TOKEN = "token"  # noqa: S105 - the kind of an actor, not a secret
    SYSTEM = "system"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that holds now, within one tenant."""

    tenant_id: UUID
    role: Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking.

    Attributes:
        kind: how the actor came in.
        name: shown in the journal: a user's display name, a token's name, or the process ("system:sequencer").
        user_id: the user behind a page or a token; None for system and public.
        grants: roles that hold now.
        staff_session_id: the running staff session, which opens elevated permissions; None outside one.
        scopes: permissions that a token is limited to; None = no limit beyond the roles.
    """

    kind: ActorKind
    name: str
    user_id: UUID | None = None
    grants: tuple[Grant, ...] = ()
    staff_session_id: UUID | None = None
    scopes: frozenset[str] | None = None

    @property
    def roles(self) -> frozenset[Role]:
        """All roles that hold in any tenant."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def tenant_ids(self) -> tuple[UUID, ...]:
        """The tenants that the actor is a member of, in order of the grants, each once."""
        return tuple(dict.fromkeys(grant.tenant_id for grant in self.grants))


PUBLIC = Actor(ActorKind.PUBLIC, "public")


def system(name: str) -> Actor:
    """Return the actor of one of our own processes or jobs; it holds every permission and sees every tenant."""
    return Actor(ActorKind.SYSTEM, f"system:{name}")
