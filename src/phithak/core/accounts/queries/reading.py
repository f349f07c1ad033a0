"""Lists and details for pages, the API and other rooms, each through what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import roles, scope
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.models import (
    ApiToken,
    LoginLink,
    Membership,
    Oversight,
    StaffSession,
    Tenant,
    User,
)
from phithak.core.accounts.queries.asking import token_digest
from phithak.core.accounts.roles import PRIVILEGED, Role

VIEW = "accounts.user.view"
MANAGE = "accounts.user.manage"
OVER_MEMBERS = frozenset({scope.Reason.CONSTITUENCY})


@dataclass(frozen=True)
class MembershipView:
    """A role within a tenant, as pages and the API show it."""

    id: UUID
    user_id: UUID
    tenant_id: UUID
    tenant: Text
    role: Role
    since: datetime
    until: datetime | None
    ended_at: datetime | None

    @property
    def state(self) -> str:
        """``running``, ``expired`` or ``ended``, now."""
        if self.ended_at is not None:
            return "ended"
        return "expired" if self.until is not None and self.until <= clock.now() else "running"


@dataclass(frozen=True)
class UserView:
    """A user, with those roles that the actor may see."""

    id: UUID
    email: str
    name_th: str
    name_en: str
    language: str
    theme: str
    last_login: datetime | None
    left_at: datetime | None
    second_factor: bool
    memberships: tuple[MembershipView, ...]


@dataclass(frozen=True)
class OversightView:
    """One tenant over another."""

    id: UUID
    over: Text
    under: Text
    reason: str
    until: datetime | None


def visible_to(actor: Actor) -> QuerySet[User]:
    """Return the users whom the actor may see: oneself, and whoever has or had a role in a tenant that one sees."""
    rows = User.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return rows
    # asked for each row by index: a list reads one page without gathering all memberships first
    seen = memberships_visible_to(actor).filter(user=OuterRef("pk"))
    return rows.filter(Exists(seen) | Q(pk=actor.user_id))


def memberships_visible_to(actor: Actor) -> QuerySet[Membership]:
    """Return the memberships in tenants whose users the actor may see; one's own always."""
    return scope.rows_visible_to(
        Membership.objects.all(), actor, permission=VIEW, through=OVER_MEMBERS
    ) | Membership.objects.filter(user=actor.user_id)


def tenants_visible_to(actor: Actor) -> QuerySet[Tenant]:
    """Return the tenants whose users the actor may see."""
    return scope.rows_visible_to(
        Tenant.objects.all(), actor, permission=VIEW, through=OVER_MEMBERS, tenant_field="pk"
    )


def has_tenant_of_kind(tenant_ids: Iterable[UUID], kind: str) -> bool:
    """Tell whether one of the tenants is of that kind, such as ``cert``."""
    return Tenant.objects.filter(pk__in=tenant_ids, kind=kind).exists()


def tenants_managed_by(actor: Actor) -> QuerySet[Tenant]:
    """Return the open tenants in which the actor may give roles now (a staff session is needed)."""
    rows = Tenant.objects.filter(state="active")
    return scope.rows_visible_to(rows, actor, permission=MANAGE, through=OVER_MEMBERS, tenant_field="pk")


def oversight_visible_to(actor: Actor) -> QuerySet[Oversight]:
    """Return the running oversight over tenants that the actor sees."""
    rows = scope.rows_visible_to(
        Oversight.objects.all(), actor, permission=VIEW, through=OVER_MEMBERS, tenant_field="under"
    )
    return rows.filter(ended_at__isnull=True).exclude(until__lte=clock.now()).select_related("over", "under")


def staff_sessions_visible_to(actor: Actor) -> QuerySet[StaffSession]:
    """Return one's own staff sessions; those of everybody for whoever may see the settings."""
    rows = StaffSession.objects.select_related("user")
    if actor.kind is ActorKind.SYSTEM:
        return rows
    return rows.filter(Q(user=actor.user_id) | Q(user__in=visible_to(actor).values("pk")))


def staff_session(actor: Actor) -> StaffSession | None:
    """Return the actor's running staff session."""
    return StaffSession.objects.filter(pk=actor.staff_session_id).first() if actor.staff_session_id else None


def tokens_visible_to(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tokens that the actor may see: one's own, and those of users whom one may see."""
    rows = ApiToken.objects.select_related("user")
    return rows.filter(Q(user=actor.user_id) | Q(user__in=visible_to(actor).values("pk")))


def token_by_id(actor: Actor, token_id: UUID) -> ApiToken:
    """Return a token.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    found = tokens_visible_to(actor).filter(pk=token_id).first()
    if found is None:
        raise NotFoundError
    return found


def memberships_of(actor: Actor, user_ids: Iterable[UUID]) -> dict[UUID, tuple[MembershipView, ...]]:
    """Return the roles of users, oldest first, as far as the actor may see them."""
    found: dict[UUID, list[MembershipView]] = {user_id: [] for user_id in user_ids}
    rows = memberships_visible_to(actor).filter(user__in=found).select_related("tenant").order_by("pk")
    for row in rows.distinct():
        found[row.user_id].append(
            MembershipView(
                id=row.pk,
                user_id=row.user_id,
                tenant_id=row.tenant_id,
                tenant=_name(row.tenant),
                role=Role(row.role),
                since=row.created_at,
                until=row.until,
                ended_at=row.ended_at,
            )
        )
    return {user_id: tuple(views) for user_id, views in found.items()}


def user_view(actor: Actor, user_id: UUID) -> UserView:
    """Return one user.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    user = visible_to(actor).filter(pk=user_id).first()
    if user is None:
        raise NotFoundError
    return UserView(
        id=user.pk,
        email=user.email,
        name_th=user.name_th,
        name_en=user.name_en,
        language=user.language,
        theme=user.theme,
        last_login=user.last_login,
        left_at=user.left_at,
        second_factor=_with_factor().filter(user=user).exists(),
        memberships=memberships_of(actor, [user.pk])[user.pk],
    )


def tenant_names(tenant_ids: Iterable[UUID]) -> dict[UUID, Text]:
    """Return the names of tenants, for rooms that show rows that the actor may see already."""
    return {tenant.pk: _name(tenant) for tenant in Tenant.objects.filter(pk__in=tenant_ids)}


def roles_given_by(actor: Actor, tenant: Tenant) -> frozenset[Role]:
    """Return the roles that the actor may give in a tenant, apart from the staff session."""
    possible = roles.of_kind(tenant.kind)
    if actor.kind is ActorKind.SYSTEM or Role.CERT_ADMIN in actor.roles:
        return possible
    return possible & roles.GIVEN_BY_MEMBER_ADMIN


def user_by_email(email: str) -> User | None:
    """Return the user with that address, without regard to case; only for logins and commands."""
    return User.objects.filter(email__iexact=email.strip()).first()


def login_of(email: str) -> tuple[UUID, str] | None:
    """Return id and hash of the password of an address (kept in lower case), or None; only for logins."""
    return User.objects.filter(email=email.strip().lower()).values_list("pk", "password").first()


def admins() -> list[User]:
    """Return those who hold the administrator's role of the centre now, oldest first."""
    return list(User.objects.filter(pk__in=_running_admins().values("user")).order_by("pk"))


def without_second_factor(actor: Actor) -> int:
    """Return how many users with a privileged role, among those whom the actor sees, have no second factor."""
    # whoever holds a role in a tenant that the actor sees is a user whom the actor sees
    held = _running_visible(actor).filter(role__in=PRIVILEGED, user__is_active=True)
    lacking = held.filter(~Exists(_with_factor().filter(user=OuterRef("user"))))
    return lacking.order_by().values("user").distinct().count()


def running_roles(actor: Actor, user_ids: Iterable[UUID]) -> dict[UUID, list[Role]]:
    """Return the running roles of these users, by user, as far as the actor may see them."""
    found: dict[UUID, list[Role]] = {}
    rows = _running_visible(actor).filter(user__in=list(user_ids))
    for user_id, role in rows.order_by("pk").values_list("user_id", "role"):
        held = found.setdefault(user_id, [])
        if Role(role) not in held:
            held.append(Role(role))
    return found


def with_role(actor: Actor, rows: QuerySet[User], role: str) -> QuerySet[User]:
    """Narrow users to those of whom the actor sees that they hold a role now."""
    return rows.filter(pk__in=_running_visible(actor).filter(role=role).values("user"))


def with_factor(rows: QuerySet[User]) -> QuerySet[Any]:
    """Add ``has_factor`` to users."""
    annotated: QuerySet[Any] = rows.annotate(has_factor=Exists(_with_factor().filter(user=OuterRef("pk"))))
    return annotated


def lacking_factor(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow users of :func:`with_factor` to those who need a second factor and have none."""
    privileged = _running_visible(actor).filter(role__in=PRIVILEGED).values("user")
    return rows.filter(has_factor=False, is_active=True, pk__in=privileged)


def first_admin_needed() -> bool:
    """Tell whether no administrator of the centre has ever logged in."""
    return not User.objects.filter(
        pk__in=Membership.objects.filter(role=Role.CERT_ADMIN).values("user"), last_login__isnull=False
    ).exists()


def link_purpose(secret: str) -> str | None:
    """Return the purpose of a one-time link that still works, else None; changes nothing."""
    purpose = (
        LoginLink.objects.filter(digest=token_digest(secret), used_at__isnull=True, until__gt=clock.now())
        .values_list("purpose", flat=True)
        .first()
    )
    return None if purpose == "first_admin" and not first_admin_needed() else purpose


def _running_visible(actor: Actor) -> QuerySet[Membership]:
    rows = memberships_visible_to(actor).filter(ended_at__isnull=True, tenant__state="active")
    return rows.exclude(until__lte=clock.now())


def _running_admins() -> QuerySet[Membership]:
    return Membership.objects.filter(
        role=Role.CERT_ADMIN, ended_at__isnull=True, tenant__state="active", user__is_active=True
    ).exclude(until__lte=clock.now())


def _with_factor() -> QuerySet[Any]:
    rows: QuerySet[Any] = Authenticator.objects.filter(
        type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    )
    return rows


def _name(tenant: Tenant) -> Text:
    return Text(tenant.name_th, tenant.name_en or tenant.name_th)
