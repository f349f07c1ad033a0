"""Tables of the accounts room; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from phithak.base import clock, ids
from phithak.core.accounts.roles import Role
from phithak.core.db.models import Row


class Tenant(Row):
    """A party that owns rows; the registry's organisation has the same id. Never deleted, only closed."""

    kind = models.CharField(max_length=40)
    name_th = models.CharField(max_length=250)
    name_en = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=20, default="active")  # active | closed

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "kind"])]


class TenantOwned(Row):
    """Base of every table whose rows belong to one tenant."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class UserManager(BaseUserManager["User"]):
    """Finds a user by e-mail address without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user with that address."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person of the staff or of a member; logs in by e-mail address."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name_th = models.CharField(max_length=250, blank=True)
    name_en = models.CharField(max_length=250, blank=True)
    language = models.CharField(max_length=2, default="th")
    theme = models.CharField(max_length=10, default="auto")  # auto | light | dark
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    session_generation = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        # raising the generation ends every session of the user at once, without touching the password
        value = f"{self.password}:{self.session_generation}"
        return salted_hmac("phithak.session", value, secret=secret, algorithm="sha256").hexdigest()


class Membership(Row):
    """A role of a user within a tenant, until a moment or until ended."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "tenant", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="accounts_one_running_membership",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "role"])]


class Oversight(Row):
    """One tenant sees rows of another, for a reason, until a moment or until ended."""

    over = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    under = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20)  # scope.Reason
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["over", "under", "reason"],
                condition=models.Q(ended_at__isnull=True),
                name="accounts_one_running_oversight",
            ),
            models.CheckConstraint(
                condition=~models.Q(over=models.F("under")), name="accounts_oversight_of_another"
            ),
        ]


class StaffSession(Row):
    """A timed window in which an administrator holds elevated rights, with a reason."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class LoginLink(Row):
    """A one-time way in: the first administrator, an invited user, or one whom an administrator helps.

    Only the SHA-256 of its 256 random bits is kept. ``user`` is empty for the very first administrator, who
    says who they are when the link is used.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True)
    purpose = models.CharField(max_length=20)  # first_admin | invite | help
    digest = models.BinaryField(max_length=32, unique=True)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class ApiToken(Row):
    """A bearer token of a user, limited to scopes; only its SHA-256 is kept (256 random bits)."""

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
