"""What can go wrong with keys and sealed data, said so that a person knows what to do."""

from __future__ import annotations

from phithak.base.errors import ConflictError, ForbiddenError, InvalidInputError, PhithakError
from phithak.base.text import Text


class SealBrokenError(PhithakError):
    """A sealed value does not open: altered, moved to another place, or sealed with another key."""

    code = "privacy.seal_broken"
    text = Text(
        "ข้อมูลที่ปิดผนึกเปิดไม่ได้ อาจถูกแก้ไขหรือย้ายที่ โปรดแจ้งผู้ดูแลให้ตรวจข้อมูลสำรอง",
        "A sealed value does not open; it may have been altered or moved. Ask your operator to check the backups.",
    )
    status = 409


class WrongRootKeyError(PhithakError):
    """The keyring was wrapped under another root key."""

    code = "privacy.wrong_root_key"
    text = Text(
        "กุญแจหลักไม่ตรงกับพวงกุญแจ (ต้องการ {wanted} มีอยู่ {present}) นำกุญแจเดิมกลับมาด้วย phithak keys import-words",
        "The root key does not fit the keyring (wanted {wanted}, present {present}). "
        "Bring the former key back with phithak keys import-words.",
    )
    status = 503


class KeyLostError(PhithakError):
    """A data key is not in the keyring, and no tombstone says why."""

    code = "privacy.key_lost"
    text = Text(
        "ไม่พบกุญแจข้อมูล {key_id} ในพวงกุญแจ โปรดกู้พวงกุญแจจากข้อมูลสำรอง",
        "Data key {key_id} is not in the keyring. Restore the keyring from the backup.",
    )
    status = 503


class KeyDestroyedError(PhithakError):
    """The data key was destroyed on purpose; what it sealed is gone for ever."""

    code = "privacy.key_destroyed"
    text = Text(
        "ข้อมูลนี้ถูกทำลายแล้วตามมติของผู้มีสิทธิ์สองคน อ่านไม่ได้อีก",
        "These data were destroyed by decision of two persons and cannot be read any more.",
    )
    status = 410


class PassphraseError(InvalidInputError):
    """The passphrase does not open the locked root key."""

    code = "privacy.passphrase"
    text = Text(
        "วลีผ่านไม่ถูกต้อง ตรวจแป้นพิมพ์แล้วลองใหม่", "The passphrase is wrong. Check the keyboard and try again."
    )


class ShortPassphraseError(InvalidInputError):
    """The passphrase is too short to guard a root key."""

    code = "privacy.passphrase_short"
    text = Text("วลีผ่านต้องยาวอย่างน้อย {least} ตัวอักษร", "A passphrase needs at least {least} characters.")


class WordsError(InvalidInputError):
    """Paper words that do not fit together."""

    code = "privacy.words"
    text = Text("คำบนกระดาษไม่ถูกต้อง: {reason_th}", "The paper words are not right: {reason_en}")


class KeyStateError(ConflictError):
    """The key files are in a state in which this cannot be done."""

    code = "privacy.key_state"
    text = Text("ทำไม่ได้ในสภาพปัจจุบัน: {reason_th}", "This cannot be done now: {reason_en}")


class KeyHeldError(ConflictError):
    """A hold forbids destroying the key."""

    code = "privacy.key_held"
    text = Text("ยังทำลายกุญแจไม่ได้: {reasons_th}", "The key may not be destroyed yet: {reasons_en}")


class SamePersonError(ForbiddenError):
    """The second person must be another one."""

    code = "privacy.same_person"
    text = Text(
        "ผู้ยืนยันต้องเป็นคนละคนกับผู้เสนอ โปรดขอให้ผู้มีสิทธิ์อีกคนยืนยัน",
        "The person who confirms must not be the one who proposed. Ask another person with this right.",
    )


class ReasonNeededError(InvalidInputError):
    """Unmasking needs a reason in words."""

    code = "privacy.reason_needed"
    text = Text(
        "บอกเหตุผลอย่างน้อย {least} ตัวอักษร เหตุผลจะถูกบันทึกไว้",
        "Give a reason of at least {least} characters. It is recorded.",
    )


class TooManyUnmasksError(PhithakError):
    """The actor opened as many items as an hour allows."""

    code = "privacy.too_many_unmasks"
    text = Text(
        "เปิดดูครบ {limit} รายการในชั่วโมงนี้แล้ว โปรดรอ หรือให้ผู้ดูแลปรับค่าตั้ง unmask_per_hour",
        "You opened {limit} items this hour already. Wait, or ask for a higher setting unmask_per_hour.",
    )
    status = 429
