"""Forms of domains and IP ranges."""

from __future__ import annotations

from django import forms

from phithak.base.text import Text
from phithak.core.ui.forms import Form
from phithak.registry.forms.assets.base import AssetForm, short, tick
from phithak.registry.services.assets import DomainFacts, RangeFacts, Settlement

_PURPOSE = Text("ใช้ทำอะไร", "What it is for")
_NEVER = Text("ห้ามตรวจหรือสแกนเด็ดขาด", "Never probe or scan it")


class DomainForm(AssetForm):
    """A domain."""

    fixed = ("name",)
    name = short(
        Text("ชื่อโดเมน", "Domain name"),
        253,
        help_text=Text(
            "เช่น hospital.example.th หรือ โรงพยาบาล.ไทย ชื่อย่อยทั้งหมดนับรวมอยู่แล้ว",
            "Such as hospital.example.th. Every name below it counts already.",
        ),
    )
    purpose = short(_PURPOSE, required=False)
    never_probe = tick(_NEVER)

    def facts(self) -> DomainFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return DomainFacts(data.get("name", ""), data["purpose"], data["never_probe"])


class RangeForm(AssetForm):
    """An IP range."""

    fixed = ("cidr", "private")
    cidr = short(
        Text("ช่วงไอพี", "IP range"),
        100,
        help_text=Text(
            "เช่น 203.0.113.0/24 หรือ 203.0.113.5-203.0.113.9 หรือไอพีเดียว",
            "Such as 203.0.113.0/24, 203.0.113.5-203.0.113.9, or one address",
        ),
    )
    private = tick(Text("เครือข่ายภายใน (เช่น 192.168.x.x)", "Private network (such as 192.168.x.x)"))
    purpose = short(_PURPOSE, required=False)
    never_probe = tick(
        _NEVER, help_text=Text("เช่น เครือข่ายเครื่องมือแพทย์", "Such as a network of medical devices")
    )

    def facts(self) -> RangeFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return RangeFacts(
            data.get("cidr", ""), data["purpose"], data.get("private", False), data["never_probe"]
        )


class SettleForm(Form):
    """How a contested claim is settled."""

    settlement = forms.ChoiceField(
        label=Text("ตัดสินว่า", "Decision"),
        choices=[(one.value, one.text) for one in Settlement],
        widget=forms.RadioSelect,
    )
