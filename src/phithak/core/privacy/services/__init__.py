"""All writes of the privacy room: ``vault`` (sealed values), ``persons`` (sealed lists), ``keys``, ``rotation``."""

from phithak.core.privacy.services.keys import (
    align_with_keyring,
    confirm_destruction,
    finish_destructions,
    make_key,
    propose_destruction,
    standing_key,
    withdraw_destruction,
)
from phithak.core.privacy.services.persons import create_persons, take_over_persons
from phithak.core.privacy.services.rotation import Rotation, rotate_root_key
from phithak.core.privacy.services.vault import (
    REASON_MOST,
    VALUE_MOST,
    Sealed,
    add_item,
    prepare_items,
    put_items,
    reveal_for_document,
    reveal_for_sending,
    seal,
    seal_many,
    unmask,
)

__all__ = [
    "REASON_MOST",
    "VALUE_MOST",
    "Rotation",
    "Sealed",
    "add_item",
    "align_with_keyring",
    "confirm_destruction",
    "create_persons",
    "finish_destructions",
    "make_key",
    "prepare_items",
    "propose_destruction",
    "put_items",
    "reveal_for_document",
    "reveal_for_sending",
    "rotate_root_key",
    "seal",
    "seal_many",
    "standing_key",
    "take_over_persons",
    "unmask",
    "withdraw_destruction",
]
