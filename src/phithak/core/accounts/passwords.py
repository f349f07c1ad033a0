"""The rules for passwords: length first, then not common in any disguise, then not like the person.

No rule asks for capitals, digits or signs: length does more, and a phrase is easier to remember.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from phithak.base.text import Text

LONGEST = 128

TOO_SHORT = Text(
    "รหัสผ่านสั้นเกินไป ต้องยาวอย่างน้อย {least} ตัวอักษร ลองใช้ประโยคสั้น ๆ ที่จำง่าย",
    "The password is too short: at least {least} characters. Try a short sentence that is easy to remember.",
)
TOO_LONG = Text(
    "รหัสผ่านยาวเกิน {most} ตัวอักษร โปรดใช้ให้สั้นลง",
    "The password is longer than {most} characters. Use a shorter one.",
)
TOO_COMMON = Text(
    "รหัสผ่านนี้อยู่ในรายการรหัสที่ใช้กันบ่อย หรือดัดแปลงเพียงเล็กน้อย ผู้โจมตีจะลองรหัสเหล่านี้ก่อน ลองใช้ประโยคสั้น ๆ ที่มีเพียงคุณนึกถึง",
    "This password is on the list of common ones, or only slightly changed. Attackers try these first. "
    "Try a short sentence that only you would think of.",
)
TOO_ALIKE = Text(
    "รหัสผ่านคล้ายชื่อหรืออีเมลของคุณเกินไป โปรดเลือกคำอื่น",
    "The password is too much like your name or e-mail address. Choose other words.",
)

# what each key of a Thai Kedmanee keyboard gives, in the order of the keys of a US keyboard: whoever types
# an English word with the keyboard in Thai has not made it any harder to guess
_US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"
_KEDMANEE = '_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
_FROM_THAI = str.maketrans({thai: us for thai, us in zip(_KEDMANEE, _US, strict=True) if not thai.isascii()})
_FROM_LEET = str.maketrans("@4301!5$7+8", "aaeoiissttb")
_EDGES = "0123456789๐๑๒๓๔๕๖๗๘๙ !@#$%^&*()_-+=.,?~"
_LEAST_CORE = 4


class LengthValidator:
    """Refuses what is shorter than the setting ``password_min_length`` or longer than 128 characters."""

    def validate(self, password: str, user: object | None = None) -> None:  # noqa: ARG002 - Django's signature
        """Raise ``ValidationError`` for a wrong length."""
        least = settings.CONFIG.password_min_length
        if len(password) < least:
            raise ValidationError(str(TOO_SHORT.format(least=least)), code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(str(TOO_LONG.format(most=LONGEST)), code="password_too_long")

    def get_help_text(self) -> str:
        """Say the rule."""
        least = settings.CONFIG.password_min_length
        rule = Text(
            "ยาว {least} ถึง {most} ตัวอักษร ไม่บังคับตัวใหญ่ ตัวเลข หรือเครื่องหมาย",
            "{least} to {most} characters; no capitals, digits or signs are required",
        )
        return str(rule.format(least=least, most=LONGEST))


@cache
def _common() -> frozenset[str]:
    # Django ships the list; reading it takes 20 ms, once
    return frozenset(password_validation.CommonPasswordValidator().passwords)


def is_common(password: str) -> bool:
    """Tell whether a password is on the common list, plainly or in a usual disguise.

    Disguises: capitals, digits and signs before or after, letters written as digits (p@ssw0rd), a word
    typed on the Thai Kedmanee keyboard, a word or pattern repeated, one common word after another.
    """
    common = _common()
    return any(_is_listed(form, common) for form in _disguises(password))


def _disguises(password: str) -> set[str]:
    plain = password.strip().casefold()
    typed = password.strip().translate(_FROM_THAI).casefold()
    forms = {plain, typed}
    forms |= {form.translate(_FROM_LEET) for form in forms}
    # p@ssw0rd1!: take the tail off first, or "1!" would be read as letters
    cores = {form.strip(_EDGES) for form in (plain, typed)}
    forms |= {core.translate(_FROM_LEET) for core in cores} | cores
    return {form for form in forms if len(form) >= _LEAST_CORE}


def _is_listed(form: str, common: frozenset[str]) -> bool:
    if form in common:
        return True
    for size in range(1, len(form) // 2 + 1):
        if len(form) % size == 0 and form == form[:size] * (len(form) // size):
            unit = form[:size]
            return size < _LEAST_CORE or unit in common
    half_ways = range(_LEAST_CORE, len(form) - _LEAST_CORE + 1)
    return any(form[:cut] in common and form[cut:] in common for cut in half_ways)


class CommonValidator(password_validation.CommonPasswordValidator):
    """Refuses a password that :func:`is_common`."""

    def __init__(self) -> None:
        self.passwords = set(_common())

    def validate(self, password: str, user: object | None = None) -> None:  # noqa: ARG002 - Django's signature
        """Raise ``ValidationError`` for a common password."""
        if is_common(password):
            raise ValidationError(str(TOO_COMMON), code="password_too_common")

    def get_help_text(self) -> str:
        """Say the rule."""
        return str(Text("ไม่ใช่รหัสที่ใช้กันบ่อย แม้ดัดแปลงเล็กน้อย", "not a common password, not even slightly changed"))


class SimilarityValidator(password_validation.UserAttributeSimilarityValidator):
    """Refuses a password that is like the user's names or address."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("email", "name_th", "name_en"), max_similarity=0.7)

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ``ValidationError`` for a password like the person."""
        try:
            super().validate(password, user)  # type: ignore[arg-type] # Django takes any user; its stubs narrow it
        except ValidationError as error:
            raise ValidationError(str(TOO_ALIKE), code="password_too_similar") from error

    def get_help_text(self) -> str:
        """Say the rule."""
        return str(Text("ไม่คล้ายชื่อหรืออีเมลของคุณ", "not like your name or e-mail address"))
