"""The one error of this package and its closed list of reasons, in Thai and English.

Texts never repeat what was typed: identity and telephone numbers must not travel through logs by way of
an error message. Only days, months and years are named, because a wrong date cannot be mended unseen.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Code(StrEnum):
    """Every reason for which this package refuses a text."""

    EMPTY = "thai.empty"
    TOO_LONG = "thai.too_long"
    NUMBER_FORM = "thai.number.form"
    NUMBER_UNCLEAR = "thai.number.unclear"
    NUMBER_NOT_WHOLE = "thai.number.not_whole"
    NUMBER_RANGE = "thai.number.range"
    DATE_FORM = "thai.date.form"
    DATE_MONTH = "thai.date.month"
    DATE_DAY = "thai.date.day"
    DATE_YEAR_UNCLEAR = "thai.date.year_unclear"
    DATE_YEAR_RANGE = "thai.date.year_range"
    DATE_ORDER = "thai.date.order"
    DATE_NAIVE = "thai.date.naive"
    TIME_FORM = "thai.time.form"
    TIME_RANGE = "thai.time.range"
    PHONE_FORM = "thai.phone.form"
    PHONE_LENGTH = "thai.phone.length"
    PHONE_PREFIX = "thai.phone.prefix"
    PHONE_NO_ZERO = "thai.phone.no_zero"
    ID_LENGTH = "thai.id.length"
    ID_CHECK = "thai.id.check"
    ID_FIRST = "thai.id.first_digit"
    ID_NOT_PERSON = "thai.id.not_person"
    ID_NOT_JURISTIC = "thai.id.not_juristic"
    NAME_FORM = "thai.name.form"
    NAME_MISSING = "thai.name.missing"
    PROVINCE_UNKNOWN = "thai.province.unknown"


_TEXTS: Mapping[Code, tuple[str, str]] = {
    Code.EMPTY: ("ไม่มีข้อความ กรุณากรอกข้อมูล", "Nothing was entered; please fill it in."),
    Code.TOO_LONG: (
        "ข้อความยาวเกิน {limit} ตัวอักษร กรุณาตัดให้สั้นลง",
        "The text is longer than {limit} characters; please shorten it.",
    ),
    Code.NUMBER_FORM: (
        "อ่านเป็นจำนวนไม่ได้ เขียนเช่น 13,000,000 หรือ 13 ล้าน",
        "Not a number; write for example 13,000,000 or 13 ล้าน.",
    ),
    Code.NUMBER_UNCLEAR: (
        "จำนวนนี้อ่านได้สองแบบ (เช่น “สองล้านห้า” คือ 2,500,000 หรือ 2,000,005) กรุณาเขียนเป็นตัวเลข",
        "This can be read in two ways (สองล้านห้า is 2,500,000 or 2,000,005); please write figures.",
    ),
    Code.NUMBER_NOT_WHOLE: (
        "ต้องเป็นจำนวนเต็ม กรุณาเขียนโดยไม่มีทศนิยม",
        "A whole number is needed; please write it without decimals.",
    ),
    Code.NUMBER_RANGE: (
        "จำนวนนี้มากเกินกว่าที่ระบบรับได้ กรุณาตรวจจำนวนหลัก",
        "The number is too large; please check how many digits it has.",
    ),
    Code.DATE_FORM: (
        "อ่านเป็นวันที่ไม่ได้ เขียนเช่น 30 กรกฎาคม 2564 หรือ 2021-07-30",
        "Not a date; write for example 30 กรกฎาคม 2564 or 2021-07-30.",
    ),
    Code.DATE_MONTH: (
        "ไม่มีเดือนที่ {month} เขียนวันก่อนเดือน เช่น 30/7/2564",
        "There is no month {month}; write the day before the month, for example 30/7/2564.",
    ),
    Code.DATE_DAY: (
        "ไม่มีวันที่ {day}: {month_th} {year_be} มี {days} วัน กรุณาตรวจวันที่",
        "There is no day {day}: {month_en} {year_ce} has {days} days; please check the date.",
    ),
    Code.DATE_YEAR_UNCLEAR: (
        "ปีไม่ชัดเจน กรุณาเขียนปีสี่หลัก เช่น 2561 หรือ 2018",
        "The year is unclear; please write four digits, for example 2561 or 2018.",
    ),
    Code.DATE_YEAR_RANGE: (
        "ปีอยู่นอกช่วงที่รับได้ (พ.ศ. 2243-2942) กรุณาตรวจว่าเป็น พ.ศ. หรือ ค.ศ.",
        "The year is outside of 1700-2399 CE; please check whether it is BE or CE.",
    ),
    Code.DATE_ORDER: (
        "วันสิ้นสุดอยู่ก่อนวันเริ่มต้น กรุณาสลับหรือแก้วันที่",
        "The end lies before the start; please swap or correct the dates.",
    ),
    Code.DATE_NAIVE: (
        "เวลานี้ไม่ระบุเขตเวลา กรุณาระบุเขตเวลา",
        "This time has no time zone; please give one.",
    ),
    Code.TIME_FORM: (
        "อ่านเป็นเวลาไม่ได้ เขียนเช่น 18:15 น. หรือ 4 ทุ่ม",
        "Not a time; write for example 18:15 or 4 ทุ่ม.",
    ),
    Code.TIME_RANGE: (
        "ไม่มีเวลานี้ ชั่วโมงต้องเป็น 0-24 และนาทีเป็น 0-59 กรุณาแก้เวลา",
        "There is no such time: hours go from 0 to 24, minutes from 0 to 59; please correct it.",
    ),
    Code.PHONE_FORM: (
        "อ่านเป็นหมายเลขโทรศัพท์ไม่ได้ เขียนเช่น 081-234-5678 หรือ 1212",
        "Not a telephone number; write for example 081-234-5678 or 1212.",
    ),
    Code.PHONE_LENGTH: (
        "จำนวนหลักไม่ถูกต้อง มือถือมี 10 หลัก โทรศัพท์บ้าน 9 หลัก สายด่วน 3-4 หลัก กรุณาตรวจหมายเลข",
        "Wrong number of digits: mobile 10, land line 9, short number 3 or 4; please check it.",
    ),
    Code.PHONE_PREFIX: (
        "ไม่มีหมายเลขที่ขึ้นต้นเช่นนี้ในประเทศไทย กรุณาตรวจหมายเลข",
        "No Thai number begins like this; please check it.",
    ),
    Code.PHONE_NO_ZERO: (
        "ดูเหมือนเลข 0 ตัวแรกหายไป กรุณาเติม 0 ข้างหน้า",
        "The leading 0 seems to be lost; please put it in front.",
    ),
    Code.ID_LENGTH: (
        "เลขประจำตัวต้องมี 13 หลัก กรุณาตรวจและกรอกใหม่",
        "An identity number has 13 digits; please check and enter it again.",
    ),
    Code.ID_CHECK: (
        "เลขประจำตัวไม่ถูกต้อง (หลักตรวจสอบไม่ตรง) กรุณาตรวจทีละหลัก",
        "The identity number is wrong (its check digit differs); please check digit by digit.",
    ),
    Code.ID_FIRST: (
        "ไม่มีเลขประจำตัวที่ขึ้นต้นด้วย 9 กรุณาตรวจหลักแรก",
        "No identity number begins with 9; please check the first digit.",
    ),
    Code.ID_NOT_PERSON: (
        "เลขนี้เป็นเลขนิติบุคคล กรุณากรอกเลขประจำตัวประชาชน",
        "This is the number of a juristic person; please enter a person's number.",
    ),
    Code.ID_NOT_JURISTIC: (
        "เลขนี้เป็นเลขบุคคลธรรมดา กรุณากรอกเลขนิติบุคคล (ขึ้นต้นด้วย 0)",
        "This is the number of a natural person; please enter a juristic number (it begins with 0).",
    ),
    Code.NAME_FORM: (
        "อ่านเป็นชื่อบุคคลไม่ได้ เขียนคำนำหน้า ชื่อ และนามสกุล โดยไม่มีตัวเลข",
        "Not a person's name; write title, first name and last name without figures.",
    ),
    Code.NAME_MISSING: (
        "มีแต่คำนำหน้า กรุณาเติมชื่อ",
        "There is a title only; please add the name.",
    ),
    Code.PROVINCE_UNKNOWN: (
        "ไม่รู้จักจังหวัดนี้ เขียนชื่อเต็ม เช่น นครราชสีมา หรือรหัส TH-30",
        "Unknown province; write its full name, for example Nakhon Ratchasima, or the code TH-30.",
    ),
}


class ThaiFormatError(ValueError):
    """A text that cannot be read, with a reason for people.

    Attributes:
        code: a member of ``Code``, stable for programs.
        th: what is wrong and what to do, in Thai.
        en: the same in English.
    """

    def __init__(self, code: Code, facts: Mapping[str, object] | None = None) -> None:
        # both go to ``args`` so that the error survives the way home from a process pool
        super().__init__(code, facts)
        self.code = code
        th, en = _TEXTS[code]
        values = facts or {}
        self.th = th.format(**values)
        self.en = en.format(**values)

    def __str__(self) -> str:
        return f"{self.th} / {self.en}"
