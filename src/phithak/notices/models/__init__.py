"""Tables of the notices room; no decisions here."""

from phithak.notices.models.campaigns import Campaign, Dispatch, Recipient
from phithak.notices.models.lists import AddressList, AddressListEntry, DoNotSend
from phithak.notices.models.wording import Hotline, RegisteredUrl, Template, TemplateVersion

__all__ = [
    "AddressList",
    "AddressListEntry",
    "Campaign",
    "Dispatch",
    "DoNotSend",
    "Hotline",
    "Recipient",
    "RegisteredUrl",
    "Template",
    "TemplateVersion",
]
