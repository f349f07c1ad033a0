"""All writes of the notices room; those of campaigns lie in ``campaigns``, those of address lists in ``lists``."""

from phithak.notices.services import campaigns, lists
from phithak.notices.services.directory import (
    HotlineFacts,
    add_hotline,
    change_hotline,
    number_slots,
    register_url,
    retire_hotline,
    retire_url,
)
from phithak.notices.services.loading import Loaded, load_ready_texts
from phithak.notices.services.wording import (
    approve,
    create_template,
    retire,
    save_draft,
    send_back,
    submit,
)

__all__ = [
    "HotlineFacts",
    "Loaded",
    "add_hotline",
    "approve",
    "campaigns",
    "change_hotline",
    "create_template",
    "lists",
    "load_ready_texts",
    "number_slots",
    "register_url",
    "retire",
    "retire_hotline",
    "retire_url",
    "save_draft",
    "send_back",
    "submit",
]
