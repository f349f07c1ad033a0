"""What a sensor asks before it has a token: the centre's certificate, and a token for its one-time code."""

from __future__ import annotations

from phithak.base import config
from phithak.core.ui.api import PUBLIC, Request, Router, operation
from phithak.monitoring.api.shapes import AuthorityOut, EnrolIn, EnrolOut
from phithak.monitoring.services import enrolment

router = Router()


@operation(
    router.get,
    "/authority",
    permission=PUBLIC,
    response=AuthorityOut,
    th="ใบรับรองของศูนย์",
    en="The centre's certificate",
)
def authority(request: Request) -> AuthorityOut:  # noqa: ARG001 - an operation takes the request
    """Show the certificate; it counts only where its fingerprint is the one told by telephone."""
    return AuthorityOut(authority=enrolment.authority())


@operation(
    router.post,
    "/enrol",
    permission=PUBLIC,
    response=EnrolOut,
    th="ลงทะเบียนเซนเซอร์ด้วยรหัสครั้งเดียว",
    en="Enrol a sensor by its one-time code",
)
def enrol(request: Request, sent: EnrolIn) -> EnrolOut:  # noqa: ARG001 - an operation takes the request
    """Take a code, once, and give the sensor its token."""
    given = enrolment.enrol(sent.code, name=sent.name, system=sent.system, version=sent.version)
    return EnrolOut(
        token=given.token,
        sender=given.name,
        address=config.load().config.intake_url,
        sources=given.sources,
    )
