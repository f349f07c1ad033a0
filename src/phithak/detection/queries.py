"""All reads of the detection room."""

from __future__ import annotations

from django.db.models import QuerySet

from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to
from phithak.detection.models import Alert

VIEW = "detection.view"
_THROUGH = frozenset({Reason.CONSTITUENCY})


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Alert]:
    """Return the alerts that the actor may see; the centre sees those of its members."""
    return rows_visible_to(Alert.objects.all(), actor, permission=permission, through=_THROUGH)
