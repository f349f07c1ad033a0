"""What every form of an asset has: the version that its writer began from, and fields made short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from phithak.base.text import Text
from phithak.core.ui.forms import Form

NOT_SAID = Text("ไม่ระบุ", "Not said")


class AssetForm(Form):
    """A form of an asset; ``fixed`` fields are asked only when it is new."""

    fixed: tuple[str, ...] = ()
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in () if new else self.fixed:
            del self.fields[name]
        if new:
            del self.fields["version"]


def short(label: Text, most: int = 200, **options: Any) -> forms.CharField:
    """Return a field of one line."""
    return forms.CharField(label=label, max_length=most, **options)


def tick(label: Text, **options: Any) -> forms.BooleanField:
    """Return a field to tick."""
    return forms.BooleanField(label=label, required=False, **options)


def choice(label: Text, **options: Any) -> forms.TypedChoiceField:
    """Return a choice of rows by id; :func:`offer` fills it."""
    return forms.TypedChoiceField(label=label, coerce=UUID, empty_value=None, choices=[], **options)


def offer(form: Form, name: str, rows: Sequence[tuple[UUID, Text]]) -> None:
    """Fill a choice, or take it away when there is nothing to choose."""
    if not rows:
        del form.fields[name]
        return
    field = form.fields[name]
    blank = [] if field.required else [("", NOT_SAID)]
    field.choices = [*blank, *((str(key), text) for key, text in rows)]  # type: ignore[attr-defined] # a choice field
