"""Fills the data folder of a browser test's server: ``python -m tests.e2e.seed full|empty``.

Prints JSON: the session cookie of each person that the tests log in as. ``full`` holds every room's demo and the
made-up sector with names of 120 Thai characters; ``empty`` holds people only, so that every list is empty.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from phithak.base import keyfiles

LOGINS = {
    "cert_admin": True,
    "analyst": False,
    "auditor": False,
    "member_admin": False,
    "member_staff": False,
}
"""Who logs in, and whether inside a staff session."""

LONG_NAME = ("โรงพยาบาลส่งเสริมสุขภาพตำบลเขาสูงลมแรงแห่งลุ่มน้ำกว้างใหญ่ " * 4)[:120].strip().ljust(120, "ก")


def main(kind: str) -> None:
    """Make keys, tables and people, then print the cookies."""
    config = Path(settings.CONFIG.config_dir)
    for name in ("instance.key", "root.key"):
        if not (config / name).exists():
            keyfiles.create(config / name)
    settings.SECRET_KEY = keyfiles.derive(keyfiles.read(config / "instance.key"), "django").hex()
    django.setup()

    from django.core.management import call_command  # noqa: PLC0415 - Django is set up only now

    from phithak.core import contrib  # noqa: PLC0415 - same
    from phithak.core.accounts.models import Tenant, User  # noqa: PLC0415 - same
    from tests import people  # noqa: PLC0415 - same

    call_command("migrate", verbosity=0)
    sector = people.build()
    if kind == "full":
        Tenant.objects.filter(pk=sector.tenant_id("hospital")).update(name_th=LONG_NAME, name_en=LONG_NAME)
        for key in ("member_staff", "analyst"):
            User.objects.filter(pk=sector.user(key).pk).update(name_th=LONG_NAME, name_en=LONG_NAME)
        for item in sorted(contrib.demo, key=lambda item: (item.order, item.name)):
            item.build()
    cookies = {}
    for key, staff in LOGINS.items():
        _english_twin(sector, key)
        for login in (key, f"{key}:en"):
            browser = sector.client(login, staff=staff, language="en" if login.endswith(":en") else "th")
            cookies[login] = browser.cookies["sessionid"].value
    print(json.dumps(cookies))  # noqa: T201 - the answer to the test that started this


def _english_twin(sector: Any, key: str) -> None:
    """Add a user with the same roles whose pages are in English: the user's own setting decides."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - Django is set up only now

    from phithak.core.accounts.models import Membership, User  # noqa: PLC0415 - same

    of = sector.user(key)
    twin = User.objects.create(
        email=f"en.{of.email}",
        name_th=of.name_th,
        name_en=of.name_en,
        password=of.password,
        password_changed_at=of.password_changed_at,
        language="en",
    )
    for membership in Membership.objects.filter(user=of):
        Membership.objects.create(user=twin, tenant=membership.tenant, role=membership.role)
    for factor in Authenticator.objects.filter(user=of):
        Authenticator.objects.create(user=twin, type=factor.type, data=factor.data)
    sector.users[f"{key}:en"] = twin


if __name__ == "__main__":
    main(sys.argv[1])
