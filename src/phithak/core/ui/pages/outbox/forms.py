"""Forms of the outbox."""

from __future__ import annotations

from typing import Any

from django import forms

from phithak.base.text import Text
from phithak.core.outbox.states import Decision, State
from phithak.core.ui.forms import Form

_HELP = Text("อย่าใส่ชื่อ เบอร์ หรือเลขประจำตัวของผู้ใด", "No names, numbers or ids of anybody")


class ReasonForm(Form):
    """Why all sending is stopped or released."""

    reason = forms.CharField(label=Text("เหตุผล", "Reason"), max_length=300, help_text=_HELP)


class DecisionForm(Form):
    """What a person decides about a message, and why."""

    decision = forms.ChoiceField(label=Text("การตัดสิน", "Decision"))
    reason = forms.CharField(label=Text("เหตุผล", "Reason"), max_length=300, help_text=_HELP)

    def __init__(self, *args: Any, state: State, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in Decision if state is State.UNKNOWN or one is not Decision.DELIVERED]
        self.fields["decision"].choices = [(one.value, one.text) for one in offered]  # type: ignore[attr-defined] # ChoiceField has it
