"""Form fields that read what people in Thailand write: dates in every form, telephones, ids, numbers.

A date that can be read but looks odd (its weekday differs, its year is short) is not taken silently: the field
shows how it was read and asks for a tick. The tick holds only for that very text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.boundfield import BoundField

from phithak.base.text import Text, active_language
from phithak.core.i18n import show
from phithak.engines.thai.counting import parse_count
from phithak.engines.thai.dates import ParsedDate, Precision, parse_date
from phithak.engines.thai.errors import ThaiFormatError
from phithak.engines.thai.ids import parse_national_id
from phithak.engines.thai.phones import PhoneKind, parse_phone

CONFIRM = "confirm"
"""Code of the error that a tick can lift."""
_MOST_CHARACTERS = 200

_READ_AS = Text("อ่านเป็น {reading} {warning}", "Read as {reading}. {warning}")
_DAY_MISSING = Text("กรุณาระบุวันที่ให้ครบทั้งวัน เดือน ปี", "Please give day, month and year.")
_TIME_MISSING = Text("กรุณาระบุเวลาด้วย เช่น 18:15 น.", "Please give the time too, such as 18:15.")
_NO_MOBILE = Text(
    "กรุณากรอกหมายเลขมือถือ 10 หลัก ขึ้นต้นด้วย 06 08 หรือ 09",
    "Please enter a mobile number: 10 digits, beginning with 06, 08 or 09.",
)


@dataclass(frozen=True)
class Typed:
    """What was typed, and whether its tick was set."""

    text: str
    confirmed: bool


class _TypedInput(forms.TextInput):
    """A text box with a tick that stands for exactly the text beside it."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        text = super().value_from_datadict(data, files, name) or ""
        return Typed(text, bool(text) and data.get(f"{name}_{CONFIRM}") == text)


class WhenBound(BoundField):
    """A bound date field; its template asks for the tick."""

    @property
    def confirm(self) -> dict[str, str] | None:
        """Name and value of the tick when it is the only thing that is missing, else None."""
        errors = self.form.errors.as_data().get(self.name, [])
        if not errors or any(error.code != CONFIRM for error in errors):
            return None
        return {"name": f"{self.html_name}_{CONFIRM}", "value": self.data.text}


class ReadDateField(forms.Field):
    """Any date or moment; cleans to a :class:`ParsedDate`, never asks for a tick."""

    widget = _TypedInput
    bound_field_class = WhenBound
    asks = False

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Keep very long input out, and switch the browser's own suggestions off."""
        return {**super().widget_attrs(widget), "maxlength": _MOST_CHARACTERS, "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """Return what stands in the box: what was typed, or the initial date in the page's language."""
        if isinstance(value, Typed):
            return value.text
        return show.long(value, active_language()) if isinstance(value, date) else value

    def clean(self, value: Any) -> Any:
        """Read the text.

        Raises:
            ValidationError: it is no date, or (code :data:`CONFIRM`) it looks odd and was not ticked.
        """
        typed = value if isinstance(value, Typed) else Typed(str(value or ""), confirmed=False)
        if not typed.text.strip():
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            parsed = parse_date(typed.text[:_MOST_CHARACTERS])
        except ThaiFormatError as error:
            raise ValidationError(str(Text(error.th, error.en)), code=error.code.value) from error
        found = self.take(parsed)
        if self.asks and parsed.warnings and not typed.confirmed:
            raise ValidationError(
                [ValidationError(_read_as(parsed, warning), code=CONFIRM) for warning in parsed.warnings]
            )
        return found

    def take(self, parsed: ParsedDate) -> Any:
        """Return what the field gives for a date that was read."""
        return parsed

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as text, as the box shows it."""
        return str(self.prepare_value(initial) or "") != str(self.prepare_value(data) or "")


class ThaiDateField(ReadDateField):
    """A calendar day; cleans to a ``date``."""

    asks = True

    def take(self, parsed: ParsedDate) -> date:
        """Return the day.

        Raises:
            ValidationError: only a month or a year was given.
        """
        if parsed.precision in {Precision.YEAR, Precision.MONTH}:
            raise ValidationError(str(_DAY_MISSING), code="day")
        return parsed.day


class ThaiDateTimeField(ReadDateField):
    """A moment; cleans to an aware ``datetime``, Bangkok time unless the text names an offset."""

    asks = True

    def take(self, parsed: ParsedDate) -> datetime:
        """Return the moment.

        Raises:
            ValidationError: the day or the time is missing.
        """
        if parsed.precision in {Precision.YEAR, Precision.MONTH}:
            raise ValidationError(str(_DAY_MISSING), code="day")
        if not isinstance(parsed.value, datetime):
            raise ValidationError(str(_TIME_MISSING), code="time")
        return parsed.value


def _read_as(parsed: ParsedDate, warning: Any) -> str:
    language = active_language()
    reading = show.long(parsed.value, language, weekday=True)
    return str(_READ_AS.format(reading=reading, warning=warning.th if language == "th" else warning.en))


class PhoneField(forms.CharField):
    """A telephone number; cleans to E.164, or to a short number as it is dialled (1212)."""

    def __init__(self, *, mobile: bool = False, **options: Any) -> None:
        self.mobile = mobile
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
        super().__init__(max_length=_MOST_CHARACTERS, **options)

    def clean(self, value: Any) -> str:
        """Read the number; ``mobile=True`` takes only numbers that can get an SMS."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            phone = parse_phone(text)
        except ThaiFormatError as error:
            raise ValidationError(str(Text(error.th, error.en)), code=error.code.value) from error
        if self.mobile and phone.kind is not PhoneKind.MOBILE:
            raise ValidationError(str(_NO_MOBILE), code="mobile")
        return phone.number


class NationalIdField(forms.CharField):
    """A 13-digit identity number of a person, in Thai or Arabic digits; cleans to 13 digits."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(max_length=_MOST_CHARACTERS, **options)

    def clean(self, value: Any) -> str:
        """Check length and check digit; the error never repeats the number."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_national_id(text).number
        except ThaiFormatError as error:
            raise ValidationError(str(Text(error.th, error.en)), code=error.code.value) from error


class ThaiIntegerField(forms.Field):
    """A whole number in Thai or Arabic digits, with commas or words ("13 ล้านราย"); cleans to ``int``."""

    def __init__(self, *, min_value: int | None = None, max_value: int | None = None, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**options)
        if min_value is not None:
            self.validators.append(MinValueValidator(min_value))
        if max_value is not None:
            self.validators.append(MaxValueValidator(max_value))

    def to_python(self, value: Any) -> int | None:
        """Read the number."""
        if value in self.empty_values:
            return None
        if isinstance(value, (int, Decimal)):
            return int(value)
        try:
            return int(parse_count(str(value)[:_MOST_CHARACTERS]).value)
        except ThaiFormatError as error:
            raise ValidationError(str(Text(error.th, error.en)), code=error.code.value) from error
