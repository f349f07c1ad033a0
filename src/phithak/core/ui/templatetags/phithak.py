"""``{% load phithak %}``: texts in two languages, Thai dates and numbers, forms, states, icons, progress."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.safestring import SafeString

from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.ui import icons
from phithak.core.ui.states import State

register = template.Library()


@register.simple_tag
def t(th: str, en: str, **slots: object) -> str:
    """``{% t "ไทย {n}" "English {n}" n=count %}``: the form of the page's language, escaped by the template."""
    return str(Text(th, en).format(**slots) if slots else Text(th, en))


@register.filter
def thai_date(value: date | datetime | None) -> str:
    """``{{ x|thai_date }}``: 30 ก.ค. 2564, or 30 Jul 2021 on an English page."""
    return show.day(value)


@register.filter
def thai_datetime(value: datetime | None) -> str:
    """``{{ x|thai_datetime }}``: 30 ก.ค. 2564 18:15 น., or 30 Jul 2021, 18:15 on an English page."""
    return show.moment(value)


@register.filter
def thai_span(begins: datetime, ends: datetime) -> str:
    """``{{ x|thai_span:y }}``: 30 ก.ค. 2564 08:15–20:15 น.; two days when they differ."""
    return show.span(begins, ends)


@register.filter
def number(value: float | None) -> str:
    """``{{ n|number }}``: 13,000,000."""
    return show.number(value)


@register.inclusion_tag("ui/_form.html")
def form(form: BaseForm, submit_th: str = "บันทึก", submit_en: str = "Save") -> dict[str, Any]:
    """``{% form form "บันทึก" "Save" %}``: error summary, fields and button; inside ``<form>`` with its CSRF token."""
    return {"form": form, "submit": Text(submit_th, submit_en)}


@register.inclusion_tag("ui/_fields.html")
def fields(form: BaseForm) -> dict[str, Any]:
    """``{% fields form %}``: error summary and fields without a button."""
    return {"form": form}


@register.inclusion_tag("ui/_state.html")
def state(value: State | str) -> dict[str, Any]:
    """``{% state x %}``: a badge with text and icon, never colour alone."""
    return {"state": value if isinstance(value, State) else State(str(value), Text(str(value), str(value)))}


@register.inclusion_tag("ui/_progress.html")
def progress(done: int, total: int | None, url: str = "", *, running: bool = True) -> dict[str, Any]:
    """``{% progress done total url running=… %}``: bar and words; asks ``url`` for itself every 2 s while running."""
    return {"done": done, "total": total, "url": url, "running": running}


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "home" %}``: a line icon, hidden from screen readers; "" when there is none of that name."""
    return icons.svg(name)
