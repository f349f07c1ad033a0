"""What the small pages of a case share: one form, one act, back to the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.cases.models import Case
from phithak.core.ui.forms import Form
from phithak.core.ui.pages_kit import Request

SAVED = Text("บันทึกแล้ว", "Saved")


def title_of(row: Case, what: Text) -> Text:
    """Return the heading of a page about a case."""
    return Text(f"{what.th}: {row.number}", f"{what.en}: {row.number}")


def act(
    request: Request,
    row: Case,
    form: Form,
    do: Callable[[dict[str, Any]], object],
    *,
    title: Text,
    template: str = "cases/act.html",
    shown: Mapping[str, Any] | None = None,
    multipart: bool = False,
) -> HttpResponseBase:
    """Answer a page with one form about a case: show it, or do what it asks and go back to the case."""
    if form.submit(do):
        messages.success(request, str(SAVED))
        return redirect("cases:case", row.pk)
    context = {
        "form": form,
        "case": row,
        "title": title_of(row, title),
        "back": reverse("cases:case", args=[row.pk]),
        "multipart": multipart,
        **(shown or {}),
    }
    return render(request, template, context, status=form.status)


def posted(request: Request) -> Any:
    """Return what was sent; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def question(request: Request) -> str:
    """Return the words by which an organisation is looked for."""
    return request.GET.get("q", "").strip()[:100]
