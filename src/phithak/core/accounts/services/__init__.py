"""All writes of the accounts room; each is journalled in its own transaction."""

from phithak.core.accounts.services.links import (
    consume_link,
    create_first_admin_link,
    create_login_link,
    link_for_address,
)
from phithak.core.accounts.services.logins import (
    end_all_sessions,
    note_factor,
    note_locked,
    note_login,
    note_logout,
    reset_second_factors,
    set_password,
    unlock,
)
from phithak.core.accounts.services.many import (
    end_oversight_many,
    set_oversight_many,
    set_tenant_kind,
)
from phithak.core.accounts.services.roles import end_role, give_role
from phithak.core.accounts.services.staff import end_staff_session, start_staff_session
from phithak.core.accounts.services.tenants import (
    close_tenant,
    create_tenant,
    end_oversight,
    rename_tenant,
    set_oversight,
)
from phithak.core.accounts.services.tenants_many import NewTenant, create_tenants
from phithak.core.accounts.services.tokens import create_token, note_token_use, revoke_token
from phithak.core.accounts.services.users import (
    Invited,
    create_user,
    invite_user,
    leave,
    set_names,
    set_preferences,
)

__all__ = [
    "Invited",
    "NewTenant",
    "close_tenant",
    "consume_link",
    "create_first_admin_link",
    "create_login_link",
    "create_tenant",
    "create_tenants",
    "create_token",
    "create_user",
    "end_all_sessions",
    "end_oversight",
    "end_oversight_many",
    "end_role",
    "end_staff_session",
    "give_role",
    "invite_user",
    "leave",
    "link_for_address",
    "note_factor",
    "note_locked",
    "note_login",
    "note_logout",
    "note_token_use",
    "rename_tenant",
    "reset_second_factors",
    "revoke_token",
    "set_names",
    "set_oversight",
    "set_oversight_many",
    "set_password",
    "set_preferences",
    "set_tenant_kind",
    "start_staff_session",
    "unlock",
]
