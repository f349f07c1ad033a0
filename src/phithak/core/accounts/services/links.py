"""One-time login links: the first administrator, invited users, and users whom an administrator helps."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.core import contrib, signals
from phithak.core.accounts import actors, queries
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.errors import AdminExistsError, LinkUsedError, UserUnknownError
from phithak.core.accounts.events import Tag
from phithak.core.accounts.models import LoginLink, Membership, Tenant, User
from phithak.core.accounts.roles import Role
from phithak.core.accounts.services.checks import managed_user
from phithak.core.accounts.services.rows import add_user, write_link
from phithak.core.db.transactions import write
from phithak.core.signals import Signal


def create_first_admin_link() -> str:
    """Return the address through which the first administrator comes in.

    Works only while no administrator has logged in; the link works once within 24 hours and ends the one
    made before. Whoever opens it says who they are, and becomes administrator of the centre.

    Raises:
        AdminExistsError: an administrator has logged in already.
    """
    with write("accounts.create_first_admin_link"):
        if not queries.first_admin_needed():
            raise AdminExistsError
        LoginLink.objects.filter(purpose="first_admin", used_at__isnull=True).update(used_at=clock.now())
        return write_link(actors.system("first-start"), user=None, purpose="first_admin", tenant_id=None)


def create_login_link(actor: Actor, user_id: UUID) -> str:
    """Return a new one-time link for a user who cannot come in; the next thing it asks is a new password.

    The second factor, where there is one, is still asked.

    Raises:
        NotFoundError, ForbiddenError: not the actor's to manage altogether.
    """
    user = managed_user(actor, user_id)
    with write("accounts.create_login_link"):
        LoginLink.objects.filter(user=user, used_at__isnull=True).update(used_at=clock.now())
        return write_link(actor, user=user, purpose="help", tenant_id=None)


def link_for_address(actor: Actor, email: str) -> str:
    """Return a new link for the user with that address; for commands on the machine itself.

    While no administrator has logged in, an unknown address becomes administrator of the centre.

    Raises:
        UserUnknownError: no such user, and the first start is over.
    """
    address = email.strip().lower()
    with write("accounts.link_for_address"):
        user = queries.user_by_email(address)
        if user is None:
            if not queries.first_admin_needed():
                raise UserUnknownError(email=address)
            user = _add_admin(actor, email=address, name_th=address.partition("@")[0], name_en="")
        elif user.left_at is not None:
            raise UserUnknownError(email=address)
        LoginLink.objects.filter(user=user, used_at__isnull=True).update(used_at=clock.now())
        return write_link(actor, user=user, purpose="help", tenant_id=None)


def consume_link(secret: str, *, email: str = "", name_th: str = "") -> User:
    """Use up a link and return the user who may now be logged in; a new password is asked next.

    Args:
        secret: what follows the last slash in the address.
        email: who the first administrator is; other links know their user.
        name_th: the first administrator's name.

    Raises:
        LinkUsedError: used, run out, unknown, or its user left.
        InvalidInputError: the first administrator's address or name is missing.
    """
    now = clock.now()
    with write("accounts.consume_link"):
        row = LoginLink.objects.select_related("user").filter(digest=queries.token_digest(secret)).first()
        # the conditional update is the lock: of two who send it at once only one gets in
        used = row and LoginLink.objects.filter(pk=row.pk, used_at__isnull=True, until__gt=now).update(
            used_at=now
        )
        if row is None or not used:
            raise LinkUsedError
        user = row.user
        if row.purpose == "first_admin":
            user = _first_admin(email=email, name_th=name_th)
        if user is None or not user.is_active:
            raise LinkUsedError
        User.objects.filter(pk=user.pk).update(must_change_password=True)
        user.must_change_password = True
        contrib.record(
            _as_actor(user), Tag.LINK_USED, ("accounts.user", user.pk), facts={"purpose": row.purpose}
        )
    return user


def _first_admin(*, email: str, name_th: str) -> User:
    if not queries.first_admin_needed():
        raise LinkUsedError
    if "@" not in email:
        raise InvalidInputError(
            field="email", reason_th="ต้องมีที่อยู่อีเมล", reason_en="an e-mail address is needed"
        )
    if not name_th.strip():
        raise InvalidInputError(field="name_th", reason_th="ต้องมีชื่อ", reason_en="a name is needed")
    user = queries.user_by_email(email)
    if (
        user is not None
        and Membership.objects.filter(user=user, role=Role.CERT_ADMIN, ended_at=None).exists()
    ):
        return user
    return _add_admin(actors.system("first-start"), email=email.strip().lower(), name_th=name_th, name_en="")


def _add_admin(actor: Actor, *, email: str, name_th: str, name_en: str) -> User:
    tenant = Tenant.objects.filter(kind="cert", state="active").order_by("pk").first()
    if tenant is None:
        config = settings.CONFIG
        tenant = Tenant.objects.create(kind="cert", name_th=config.name_th, name_en=config.name_en)
        contrib.record(
            actor,
            Tag.TENANT_CREATED,
            ("accounts.tenant", tenant.pk),
            tenant_id=tenant.pk,
            facts={"name": tenant.name_th, "kind": "cert"},
        )
        signals.send(Signal.TENANT_CHANGED, tenant.pk)
    user = add_user(actor, email=email, name_th=name_th, name_en=name_en, tenant_id=tenant.pk)
    row = Membership.objects.create(user=user, tenant=tenant, role=Role.CERT_ADMIN)
    contrib.record(
        actor,
        Tag.ROLE_GIVEN,
        ("accounts.user", user.pk),
        tenant_id=tenant.pk,
        facts={"role": str(Role.CERT_ADMIN), "until": "-", "membership": str(row.pk)},
    )
    signals.send(Signal.MEMBERSHIP_CHANGED, user.pk)
    return user


def _as_actor(user: User) -> Actor:
    return queries.actor_for_user(user, {})
