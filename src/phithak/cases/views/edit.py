"""Changing the facts of a case: whoever saves second decides on each field that the first one changed."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.errors import CaseChangedError
from phithak.cases.forms.core import TYPED, ChangeForm, as_typed, facts_now, facts_of
from phithak.cases.services import changing
from phithak.cases.services.opening import CaseFacts
from phithak.cases.views.acts import SAVED, title_of
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.views.clash import NO, NOTHING, PREFIX, TAKE, YES, Clash

_EDIT = Text("แก้ข้อเท็จจริง", "Change the facts")


@page(queries.WORK, title=_EDIT, methods=("GET", "POST"))
def edit(request: Request, case_id: UUID) -> HttpResponseBase:
    """Change the facts; a conflict is shown field by field, and nothing that was typed is lost."""
    row = queries.case(request.actor, case_id, queries.WORK)
    now = facts_now(row)
    typed = _decided(request.POST, now) if request.method == "POST" else None
    told = {name: getattr(now, name) for name in TYPED}
    form = ChangeForm(typed, initial={**told, "version": row.version, "seen": json.dumps(as_typed(now))})
    clashes: list[Clash] = []

    def store(data: dict[str, Any]) -> None:
        sent = facts_of(data)
        try:
            changing.change(request.actor, case_id, sent, version=data["version"])
        except CaseChangedError:
            fresh = queries.case(request.actor, case_id, queries.WORK)
            clashes.extend(_clashes(form, facts_now(fresh), sent))
            form.begin_anew(facts_now(fresh), fresh.version)
            raise

    if form.submit(store):
        messages.success(request, str(SAVED))
        return redirect("cases:case", case_id)
    status = form.status
    if clashes:
        # the questions themselves say what is wrong
        form.errors.pop(NON_FIELD_ERRORS, None)
        form.hide([clash.name for clash in clashes])
    shown = {
        "title": title_of(row, _EDIT),
        "case": row,
        "clashes": clashes,
        "form": form,
        "back": reverse("cases:case", args=[row.pk]),
    }
    return render(request, "cases/edit.html", shown, status=status)


def _decided(typed: QueryDict, now: CaseFacts) -> QueryDict:
    """Return what was typed, with the case's own value in each field in which the other's is taken."""
    data, stands = typed.copy(), as_typed(now)
    for name in TYPED:
        if typed.get(PREFIX + name) == TAKE:
            if stands[name]:
                data[name] = stands[name]
            else:
                data.pop(name, None)
    return data


def _clashes(form: ChangeForm, now: CaseFacts, sent: CaseFacts) -> list[Clash]:
    """Return the fields that changed since the writer began, as far as they differ from what was typed."""
    theirs, mine, seen = as_typed(now), as_typed(sent), form.began_from()
    before = seen or mine
    return [
        Clash(
            name,
            form.fields[name].label,  # type: ignore[arg-type] # our forms label in both languages
            _shown(form, name, before[name]),
            _shown(form, name, theirs[name]),
            _shown(form, name, mine[name]),
            keeps=seen is None or mine[name] != before[name],
        )
        for name in TYPED
        if theirs[name] not in (before[name], mine[name])
    ]


def _shown(form: ChangeForm, name: str, value: str) -> str:
    """Return a field's value as people read it."""
    if name == "patient_safety":
        return str(YES if value else NO)
    choices = {str(key): text for key, text in getattr(form.fields[name], "choices", ())}
    return str(choices.get(value, value)) if value else str(NOTHING)
