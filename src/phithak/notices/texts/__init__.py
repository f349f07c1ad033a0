"""The ready texts M1 to M24, the closed list of slots, and the ready hotlines: data files and their readers."""

from phithak.notices.texts.ready import ReadyHotline, ReadyText, ready_hotlines, ready_texts
from phithak.notices.texts.shape import Channel, TextClass, Wording, text_hash
from phithak.notices.texts.slots import Slot, SlotKind, ValueType, slots, slots_in

__all__ = [
    "Channel",
    "ReadyHotline",
    "ReadyText",
    "Slot",
    "SlotKind",
    "TextClass",
    "ValueType",
    "Wording",
    "ready_hotlines",
    "ready_texts",
    "slots",
    "slots_in",
    "text_hash",
]
