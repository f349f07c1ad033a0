"""Forms of assets: few fields, plain words, so that one person can fill them in on a phone."""

from __future__ import annotations

from phithak.registry.forms.assets.networks import DomainForm, RangeForm, SettleForm
from phithak.registry.forms.assets.running import DeviceForm, PasteForm, SoftwareForm, SystemForm
from phithak.registry.forms.assets.storing import ExposureForm, LinkForm, StoreForm

__all__ = [
    "DeviceForm",
    "DomainForm",
    "ExposureForm",
    "LinkForm",
    "PasteForm",
    "RangeForm",
    "SettleForm",
    "SoftwareForm",
    "StoreForm",
    "SystemForm",
]
