"""Thai dates over the API."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.ui.api import PUBLIC, Query, Request, Router, Schema, invalid, operation
from phithak.core.ui.pages.tools.reading import Reading, read
from phithak.engines.thai.errors import ThaiFormatError

router = Router()


class Caution(Schema):
    """Something to look at again in a date that was read."""

    code: str
    message_th: str
    message_en: str


class DateOut(Schema):
    """A date that was read."""

    iso: str
    precision: str
    text_th: str
    text_en: str
    weekday_th: str
    weekday_en: str
    warnings: list[Caution]

    @classmethod
    def of(cls, reading: Reading) -> DateOut:
        """Return the answer for a reading."""
        return cls(
            iso=reading.iso,
            precision=reading.precision,
            text_th=reading.written.th,
            text_en=reading.written.en,
            weekday_th=reading.weekday.th,
            weekday_en=reading.weekday.en,
            warnings=[
                Caution(code=code, message_th=text.th, message_en=text.en) for code, text in reading.warnings
            ],
        )


class DateIn(Schema):
    """A date as people write it."""

    text: str


@operation(
    router.get,
    "/date",
    permission=PUBLIC,
    response=DateOut,
    th="อ่านวันที่ที่เขียนแบบไทยหรืออังกฤษ คืนค่า ISO 8601 คำเตือน และรูปแบบที่เขียนกลับ",
    en="Read a date written in Thai or English: ISO 8601, warnings, and the date written back",
)
def date(request: Request, asked: Query[DateIn]) -> DateOut:  # noqa: ARG001 - an operation takes the request
    """Read ``text``."""
    try:
        return DateOut.of(read(asked.text))
    except ThaiFormatError as error:
        raise invalid("query.text", Text(error.th, error.en)) from error
