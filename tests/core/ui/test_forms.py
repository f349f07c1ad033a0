"""What forms say when something is missing or refused: plain words, in the page's language."""

from __future__ import annotations

import pytest
from django import forms

from phithak.base.errors import ConflictError, InvalidInputError
from phithak.base.text import Text, using_language
from phithak.core.ui.forms import Form


class Sample(Form):
    name = forms.CharField(label=Text("ชื่อ", "Name"))
    kind = forms.ChoiceField(label=Text("ประเภท", "Kind"), choices=[("a", "A")])
    sure = forms.BooleanField(label=Text("แน่ใจ", "Sure"))
    file = forms.FileField(label=Text("ไฟล์", "File"))
    email = forms.EmailField(label=Text("อีเมล", "E-mail"), required=False)
    own = forms.CharField(error_messages={"required": "our own words"})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("th", ["ต้องกรอกช่องนี้", "โปรดเลือก", "ต้องทำเครื่องหมายในช่องนี้", "โปรดเลือกไฟล์"]),
        ("en", ["Please fill this in.", "Please choose.", "Please tick this.", "Please choose a file."]),
    ],
)
def test_what_is_missing_is_said_plainly(language: str, words: list[str]) -> None:
    with using_language(language):
        form = Sample({"email": "a at b"})
        assert [form.errors[name][0] for name in ("name", "kind", "sure", "file")] == words
        assert "somsri@example.th" in form.errors["email"][0]
        assert form.errors["own"][0] == "our own words"


def test_a_field_shows_the_reason_alone_and_the_form_the_whole_sentence() -> None:
    with using_language("en"):
        form = Form({})
        form.fields["day"] = forms.CharField(required=False)
        assert form.is_valid()
        form.take(InvalidInputError(field="day", reason_th="เร็วไป", reason_en="too early"))
        form.take(InvalidInputError(field="other", reason_th="เร็วไป", reason_en="too early"))
        form.take(ConflictError())
    assert form.errors["day"] == ["too early"]
    assert form.non_field_errors()[0] == "The input is not valid: too early"
    assert "Somebody else" in form.non_field_errors()[1]
