"""Enrolment: a one-time code that is told by telephone, shown once, good for a day, and the centre's fingerprint."""

from __future__ import annotations

import hmac
import secrets
import ssl
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings

from phithak.base import clock, config
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.engines.thai.digits import to_arabic
from phithak.monitoring.errors import CodeRefusedError, NoAuthorityError, RevokedError
from phithak.monitoring.events import Tag
from phithak.monitoring.models import EnrolmentCode, Sender, Site
from phithak.monitoring.queries import doors
from phithak.monitoring.queries.projection import proposal
from phithak.monitoring.queries.states import Stage
from phithak.monitoring.services.projecting import project
from phithak.monitoring.services.senders import SENDER, give_token

LIFE = timedelta(hours=24)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that sounds or looks like another
_GROUPS, _GROUP = 3, 4
_SENSOR = actors.system("sensor")


@dataclass(frozen=True)
class Enrolled:
    """What a sensor is given: its token, the name that the centre has for it, the sources that it proposes."""

    token: str
    name: str
    sources: dict[str, dict[str, str]]


def make_code(actor: Actor, sender_id: UUID) -> str:
    """Return a new code for a sender, to be told by telephone; codes made before hold no more.

    Raises:
        RevokedError: the sender was revoked.
    """
    row = doors.sender(actor, sender_id, doors.MANAGE)
    if row.revoked_at is not None:
        raise RevokedError
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    now = clock.now()
    with write("monitoring.make_code"):
        EnrolmentCode.objects.filter(sender=row, used_at=None, ended_at=None).update(ended_at=now)
        EnrolmentCode(sender=row, digest=_digest(code), until=now + LIFE).save(force_insert=True)
        contrib.record(
            actor, Tag.CODE_MADE, (SENDER, row.pk), tenant_id=row.tenant_id, facts={"name": row.name}
        )
    return code


def enrol(code: str, *, name: str, system: str, version: str) -> Enrolled:
    """Take a code and give its sender a token; a code works once.

    Args:
        code: as it was typed; blanks, dashes, small letters and Thai digits do not matter.
        name: of the machine.
        system: that it runs.
        version: of the sensor.

    Raises:
        CodeRefusedError: the code is wrong, used, ended or out of date.
    """
    now = clock.now()
    token = secrets.token_urlsafe(32)
    host = f"{name} ({system})"[:200]
    with write("monitoring.enrol"):
        open_codes = EnrolmentCode.objects.filter(
            digest=_digest(code), used_at=None, ended_at=None, until__gt=now
        )
        if not open_codes.update(used_at=now):
            raise CodeRefusedError
        row = Sender.objects.select_related("site").get(
            pk=EnrolmentCode.objects.values_list("sender", flat=True).get(digest=_digest(code))
        )
        if not give_token(row, token, host=host):
            raise CodeRefusedError
        Sender.objects.filter(pk=row.pk).update(version=version[:40])
        Site.objects.filter(pk=row.site_id, state__in=[Stage.PLANNED, Stage.AGREED, Stage.INSTALLING]).update(
            state=Stage.INSTALLED
        )
        contrib.record(
            _SENSOR,
            Tag.ENROLLED,
            (SENDER, row.pk),
            tenant_id=row.tenant_id,
            facts={"name": row.name, "host": host},
        )
    project()
    return Enrolled(token, row.name, proposal(row.pk))


def authority() -> str:
    """Return the certificate that sensors trust, as PEM: the centre's own authority.

    Raises:
        NoAuthorityError: none is set, or the file cannot be read.
    """
    known = config.load().config
    path = known.tls_authority or known.tls_certificate
    try:
        text = path.read_text(encoding="ascii") if path else ""
    except (OSError, ValueError):
        text = ""
    begin, end = text.rfind("-----BEGIN CERTIFICATE-----"), text.rfind("-----END CERTIFICATE-----")
    if begin < 0 or end < begin:
        raise NoAuthorityError
    return text[begin:end] + "-----END CERTIFICATE-----\n"


def fingerprint() -> str:
    """Return the SHA-256 of the centre's authority in groups of four digits, to be read aloud; "" without one."""
    try:
        digits = sha256(ssl.PEM_cert_to_DER_cert(authority())).hexdigest()
    except (NoAuthorityError, ValueError):
        return ""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _digest(code: str) -> str:
    plain = "".join(sign for sign in to_arabic(code).upper() if sign.isalnum())
    key = settings.SECRET_KEY.encode("utf-8", "surrogateescape")
    return hmac.new(key, b"monitoring.code:" + plain.encode("utf-8", "surrogateescape"), "sha256").hexdigest()
