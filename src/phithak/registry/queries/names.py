"""Names as rooms above use them: short where there is little room, such as in an SMS."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Length, NullIf

from phithak.base.text import Text
from phithak.registry.models import Organisation
from phithak.registry.queries.organisations import State

GONE = (State.CLOSED, State.MERGED)


def longest_short_names(only: UUID | None = None) -> Text:
    """Return the longest names, in each language, by which organisations sign a short message.

    That is the short name, and the full one where there is no short one. For checks before a template is
    approved; no actor is asked, because only a length leaves this function's callers.

    Args:
        only: this organisation alone; None = all that are not closed or merged.

    Returns:
        Both names; empty where there is no such organisation.
    """
    rows = Organisation.objects.exclude(state__in=GONE)
    if only is not None:
        rows = rows.filter(pk=only)
    return Text(_longest(rows, "short_th", "name_th"), _longest(rows, "short_en", "name_en", "name_th"))


def _longest(rows: QuerySet[Organisation], *fields: str) -> str:
    names = [NullIf(F(field), Value("")) for field in fields]
    # "" comes last: the names that are empty become null, and the last one never is
    found = rows.annotate(signs=Coalesce(*names, Value(""))).order_by(Length("signs").desc())
    return found.values_list("signs", flat=True).first() or ""
