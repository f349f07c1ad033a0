"""Forms: labels in both languages, an error summary linked to the fields, values kept.

::

    class Rename(Form):
        name = forms.CharField(label=Text("ชื่อ", "Name"), max_length=120)

    def rename(request: Request, thing_id: UUID) -> HttpResponse:
        form = Rename(request.POST or None)
        if form.submit(lambda data: services.rename(request.actor, thing_id, **data)):
            return redirect(…)
        return show_form(request, form, "room/rename.html", {"thing": thing})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phithak.base.errors import BusyError, InvalidInputError, LockedError, PhithakError
from phithak.base.text import Text

LabelText = Text
_FILL_IN = Text("ต้องกรอกช่องนี้", "Please fill this in.")
_CHOOSE = Text("โปรดเลือก", "Please choose.")
_TICK = Text("ต้องทำเครื่องหมายในช่องนี้", "Please tick this.")
_FILE = Text("โปรดเลือกไฟล์", "Please choose a file.")
_EMAIL = Text(
    "อีเมลไม่ถูกต้อง เขียนเช่น somsri@example.th", "Not an e-mail address. Write for example somsri@example.th"
)


class Form(forms.Form):
    """A Django form whose labels and help texts may be :class:`Text` pairs.

    Attributes:
        reason_alone: codes of errors of which a field shows the reason alone: that the input is wrong is plain there.
    """

    use_required_attribute = False  # our own messages, in the page's language, are clearer than the browser's
    reason_alone = frozenset({InvalidInputError.code})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            _speak_plainly(field)

    def submit(self, act: Callable[[dict[str, Any]], object]) -> bool:
        """Check the form and call ``act(cleaned_data)``.

        Returns:
            True when it was sent, valid, and ``act`` succeeded. A :class:`PhithakError` of ``act`` becomes an
            error of its field (or of the form); busy and locked go on, their page keeps the input.
        """
        if not self.is_bound or not self.is_valid():
            return False
        try:
            act(dict(self.cleaned_data))
        except (BusyError, LockedError):
            raise
        except PhithakError as error:
            self.take(error)
            return False
        return True

    def take(self, error: PhithakError) -> None:
        """Put a service's error on the field that it names, else on the form."""
        name = error.field if error.field in self.fields else None
        told = error.message
        if name and error.code in self.reason_alone:
            told = Text("{reason_th}", "{reason_en}").format(**error.slots)
        self.add_error(name, forms.ValidationError(str(told), code=error.code))

    @property
    def status(self) -> int:
        """422 when the form was sent and is wrong, else 200."""
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.is_bound and self.errors else HTTPStatus.OK


def _speak_plainly(field: forms.Field) -> None:
    """Say what is missing in our words, where a field says nothing of its own."""
    words: dict[str, Any] = field.error_messages
    if words.get("required") is forms.Field.default_error_messages["required"]:
        words["required"] = str(_missing(field))
    if isinstance(field, forms.EmailField):
        words.setdefault("invalid", str(_EMAIL))


def _missing(field: forms.Field) -> Text:
    if isinstance(field, forms.FileField):
        return _FILE
    if isinstance(field, forms.BooleanField):
        return _TICK
    return _CHOOSE if isinstance(field, forms.ChoiceField) else _FILL_IN


def show_form(
    request: HttpRequest,
    form: Form,
    template: str = "ui/form_page.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render a page that holds ``form`` (as ``form`` in the context), with 422 when it has errors."""
    return render(request, template, {"form": form, **(context or {})}, status=form.status)
