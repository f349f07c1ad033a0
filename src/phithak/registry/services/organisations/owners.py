"""The citizen id of the natural person who stands behind an organisation: sealed before anything is stored."""

from __future__ import annotations

from uuid import UUID

from phithak.base.errors import NotFoundError
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.privacy import masks
from phithak.core.privacy import services as privacy
from phithak.registry.queries.facts import OrganisationFacts
from phithak.registry.queries.joining import imports
from phithak.registry.queries.organisations import MANAGE
from phithak.registry.services.organisations.access import managed
from phithak.registry.services.organisations.cleaning import bad, clean


def seal_owner(
    actor: Actor, number: str, facts: OrganisationFacts, *, organisation_id: UUID | None = None
) -> UUID:
    """Seal an owner's citizen id and return the handle for ``OrganisationFacts.owner_id``.

    Args:
        actor: needs ``registry.manage``, over the organisation when it is there already.
        number: 13 digits, checked by the form.
        facts: what is about to be stored; checked first, so that nothing is sealed for what is refused.
        organisation_id: whose owner; None for one that is about to be added, then the centre keeps it.

    Raises:
        BadFactError: another field cannot be used, or the organisation is a juristic person.
        NotFoundError: not the actor's, or the instance has no centre.
        LockedError, KeyDestroyedError: the vault cannot be opened.
    """
    permissions.require(actor, MANAGE)
    clean(facts)
    if facts.is_juristic:
        raise bad("owner_id", "ใช้กับบุคคลธรรมดาเท่านั้น", "for natural persons alone")
    tenant_id = managed(actor, organisation_id).pk if organisation_id else imports.centre()
    if tenant_id is None:
        raise NotFoundError
    return privacy.seal(actor, masks.Kind.NATIONAL_ID, number, tenant_id=tenant_id)
