"""Forms of the files pages."""

from __future__ import annotations

from django import forms

from phithak.base.text import Text
from phithak.core.ui.forms import Form
from phithak.core.ui.pages.privacy.forms import TenantForm


class UploadForm(TenantForm):
    """Bring a file."""

    file = forms.FileField(
        label=Text("ไฟล์", "File"),
        help_text=Text(
            "ไฟล์ถูกปิดผนึกระหว่างอัปโหลด ไม่มีสำเนาที่ไม่เข้ารหัสบนดิสก์",
            "The file is sealed while it arrives; no plain copy ever lies on a disk.",
        ),
        allow_empty_file=True,
        max_length=1000,
    )


class StateForm(Form):
    """Why a file is quarantined or released."""

    reason = forms.CharField(
        label=Text("เหตุผล", "Reason"),
        help_text=Text("อย่างน้อย 10 ตัวอักษร", "At least 10 characters"),
        max_length=300,
    )
