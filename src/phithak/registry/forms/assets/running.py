"""Forms of systems, software and devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from phithak.base.text import Text
from phithak.core.i18n.fields import ThaiIntegerField
from phithak.core.ui.forms import Form
from phithak.registry.forms.assets.base import AssetForm, choice, offer, short, tick
from phithak.registry.services.assets import DeviceFacts, SoftwareFacts

Choices = Sequence[tuple[UUID, Text]]
_ON_SYSTEM = Text("อยู่ในระบบ", "Part of the system")
_PARTY = Text(
    "พิมพ์ชื่อหน่วยงานหรือบริษัท ถ้าตรงกับชื่อในทะเบียนจะเชื่อมให้เอง",
    "Type the name of the organisation or company. A name of the registry is linked by itself.",
)


class SystemForm(AssetForm):
    """A system; its owner is the organisation whose page one came from."""

    name_th = short(
        Text("ชื่อระบบ (ไทย)", "Name (Thai)"), help_text=Text("เช่น ระบบนัดหมายผู้ป่วย", "Such as Appointments")
    )
    name_en = short(Text("ชื่ออังกฤษ", "Name (English)"), required=False)
    purpose = short(Text("ใช้ทำอะไร", "What it is for"), 500, required=False)
    builder = short(Text("ผู้พัฒนา", "Built by"), required=False, help_text=_PARTY)
    operator = short(Text("ผู้ดูแลให้ทำงาน", "Operated by"), required=False)
    controller = short(
        Text("ผู้ควบคุมข้อมูลส่วนบุคคล", "Data controller"),
        required=False,
        help_text=Text("ผู้ตัดสินใจว่าใช้ข้อมูลเพื่ออะไร", "Who decides what the data is used for"),
    )
    internet_facing = tick(Text("เข้าถึงได้จากอินเทอร์เน็ต", "Reachable from the internet"))
    care_critical = tick(Text("การรักษาผู้ป่วยต้องพึ่งระบบนี้", "Care of patients depends on it"))
    url = short(Text("ที่อยู่เว็บ", "Web address"), 300, required=False)


class SoftwareForm(AssetForm):
    """A product and version."""

    product = short(Text("ชื่อซอฟต์แวร์", "Product"), 120, help_text=Text("เช่น nginx หรือ HOSxP", "Such as nginx"))
    release = short(Text("รุ่น", "Version"), 80, required=False, help_text=Text("เช่น 1.24.0", "Such as 1.24.0"))
    vendor = short(Text("ผู้ผลิต", "Vendor"), 120, required=False)
    system_id = choice(_ON_SYSTEM, required=False)
    cpe = short(Text("รหัส CPE (ถ้าทราบ)", "CPE name (if known)"), 300, required=False)
    purl = short(Text("รหัส purl (ถ้าทราบ)", "Package URL (if known)"), 300, required=False)

    def __init__(self, *args: Any, systems: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "system_id", systems)

    def facts(self) -> SoftwareFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return SoftwareFacts(
            data["product"], data["release"], data["vendor"], data["cpe"], data["purl"], data.get("system_id")
        )


class PasteForm(Form):
    """A pasted list of software."""

    lines = forms.CharField(
        label=Text("รายการซอฟต์แวร์", "List of software"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=Text(
            "บรรทัดละหนึ่งรายการ เช่น nginx 1.24.0 หรือ ผู้ผลิต, ชื่อ, รุ่น วางจากตารางได้ ไม่เกิน 500 บรรทัด",
            "One on each line, such as nginx 1.24.0 or vendor, product, version. A copied table works. At most 500.",
        ),
    )
    system_id = choice(_ON_SYSTEM, required=False)

    def __init__(self, *args: Any, systems: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "system_id", systems)


class DeviceForm(AssetForm):
    """A device, or several that are alike."""

    kind = short(
        Text("เครื่องอะไร", "What it is"),
        60,
        help_text=Text("เช่น เครื่องเอกซเรย์ เครื่องช่วยหายใจ", "Such as CT scanner"),
    )
    maker = short(Text("ยี่ห้อ", "Maker"), 120, required=False)
    model = short(Text("รุ่นเครื่อง", "Model"), 120, required=False)
    firmware = short(Text("รุ่นเฟิร์มแวร์", "Firmware"), 80, required=False)
    count = ThaiIntegerField(label=Text("จำนวน", "How many"), min_value=1, initial=1)
    place = short(Text("ตั้งอยู่ที่", "Where it stands"), required=False)
    range_id = choice(
        Text("อยู่ในเครือข่าย", "In the network"),
        required=False,
        help_text=Text("เลือกแล้ว เครือข่ายนั้นจะไม่ถูกสแกนไปด้วย", "When chosen, that network is not scanned either"),
    )
    system_id = choice(_ON_SYSTEM, required=False)
    never_probe = tick(Text("ห้ามตรวจหรือสแกนเด็ดขาด", "Never probe or scan it"), initial=True)

    def __init__(self, *args: Any, systems: Choices, ranges: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "system_id", systems)
        offer(self, "range_id", ranges)

    def facts(self) -> DeviceFacts:
        """Return what was typed."""
        data = self.cleaned_data
        return DeviceFacts(
            data["kind"],
            data["maker"],
            data["model"],
            data["firmware"],
            data["count"],
            data["place"],
            data.get("system_id"),
            data.get("range_id"),
            data["never_probe"],
        )
