"""One table of everything that an address can name: how to make one, and who may see it.

``KINDS`` is keyed by the name of the URL's argument. A new address whose argument is in none of the tables
below fails :mod:`tests.tenancy.test_tenancy`, so no new page or call can be left out of the sweep.

Every object is made for the second hospital, which two traps point at: oversight by the authority that ran
out, and oversight by the first hospital that was ended.
"""

from __future__ import annotations

from tests.tenancy import campaigns, cases, makers, monitoring, registry
from tests.tenancy.kind import Kind

_CENTRE_USERS = ("cert_admin", "cert_admin_2", "auditor")
_CENTRE_JOBS = ("cert_admin", "cert_admin_2", "analyst", "auditor")
_KEYS = ("data_owner_b", "cert_admin", "cert_admin_2")
_DESK_B = ("member_admin_b", "member_staff_b", "data_owner_b")

KINDS: dict[str, Kind] = {
    "user_id": Kind(
        makers.user,
        ("member_admin_b", *_CENTRE_USERS),
        (
            "/accounts/users/",
            "/accounts/users/?q=ทองแท้",
            "/accounts/users/?format=csv",
            "/api/v1/accounts/users",
        ),
    ),
    "membership_id": Kind(makers.membership, ("member_admin_b", *_CENTRE_USERS)),
    "token_id": Kind(
        makers.token,
        ("member_staff_b", "member_admin_b", *_CENTRE_USERS),
        ("/accounts/tokens/", "/accounts/tokens/?format=json", "/api/v1/accounts/tokens"),
    ),
    "pk": Kind(makers.passkey, ("member_staff_b",), ("/accounts/mfa/keys/",)),
    "entry_id": Kind(
        makers.entry,
        ("member_admin_b", *_CENTRE_USERS),
        ("/journal/", "/journal/?format=csv", "/api/v1/journal/entries"),
    ),
    "job_id": Kind(makers.job, _CENTRE_JOBS, ("/jobs/", "/api/v1/jobs")),
    "schedule_id": Kind(makers.schedule, _CENTRE_JOBS, ("/schedule/", "/api/v1/schedule")),
    "item_id": Kind(makers.vault_item, _DESK_B, ("/privacy/", "/api/v1/privacy/items")),
    "key_id": Kind(makers.data_key, _KEYS, ("/privacy/keys/",)),
    "proposal_id": Kind(makers.proposal, _KEYS),
    "file_id": Kind(makers.file, _DESK_B, ("/files/",)),
    "message_id": Kind(makers.message, ("member_admin_b", "data_owner_b", *_CENTRE_JOBS), ("/outbox/",)),
    "clock_id": Kind(
        makers.running_clock,
        ("member_admin_b", "member_staff_b", "executive", *_CENTRE_JOBS, "no_factor"),
        ("/clocks/",),
    ),
    "template_id": Kind(makers.template, _DESK_B, ("/notices/", "/api/v1/notices/templates")),
    "version_id": Kind(makers.version, _DESK_B),
    "hotline_id": Kind(makers.hotline, _DESK_B, ("/notices/hotlines/",)),
    "url_id": Kind(makers.registered_url, _DESK_B, ("/notices/addresses/",)),
    **registry.KINDS,
    **cases.KINDS,
    **monitoring.KINDS,
    **campaigns.KINDS,
}

NEUTRAL: dict[str, tuple[str, str]] = {
    "secret": ("nobody-knows-this-secret", "the secret of a one-time link is the right itself"),
    "provider_id": ("oidc", "the login provider of the instance"),
    "token": ("nobody-knows-this-token", "the token of a one-time link is the right itself"),
    "channel": ("sms", "a channel of the instance; its receipts carry their own signature"),
    "code": ("first_call", "a policy term of the instance"),
    "number": ("1", "a version within its case"),
    "epoch": ("1", "checkpoints are public: they hold sizes and hashes alone"),
    "size": ("1", "the same"),
}
"""Arguments that name nothing of any tenant, with a value to try and the reason."""
