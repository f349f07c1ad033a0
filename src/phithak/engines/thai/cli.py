"""``phithak thai``: read one Thai text, print what was understood as JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from phithak.engines.thai.collation import collation_key
from phithak.engines.thai.counting import format_number, format_short, parse_count, parse_number
from phithak.engines.thai.dateformat import DateStyle, TimeStyle, english_date, iso_date, thai_date
from phithak.engines.thai.dates import parse_date
from phithak.engines.thai.errors import ThaiFormatError
from phithak.engines.thai.fold import expand_query, fold, loose_fold
from phithak.engines.thai.ids import mask_id, parse_id, show_id
from phithak.engines.thai.letters import Reader, email_greeting, letter_opening
from phithak.engines.thai.months import fiscal_year
from phithak.engines.thai.names import full_name, mask_name, short_name, split_name
from phithak.engines.thai.phones import mask_phone, parse_phone, phone_uri, show_phone
from phithak.engines.thai.provinces import find_province
from phithak.engines.thai.sms import sms_size
from phithak.engines.thai.text import normalize

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

_EXIT_REFUSED = 2


def _date(text: str) -> dict[str, Any]:
    found = parse_date(text)
    return {
        "value": iso_date(found.value),
        "precision": found.precision,
        "warnings": [{"code": warning, "th": warning.th, "en": warning.en} for warning in found.warnings],
        "rendered": {
            "long": thai_date(found.value),
            "weekday": thai_date(found.value, weekday=True),
            "letter": thai_date(found.value, time=TimeStyle.LETTER, thai_digits=True),
            "short": thai_date(found.value, DateStyle.SHORT),
            "thai_digits": thai_date(found.value, thai_digits=True),
            "english": english_date(found.value),
        },
        "fiscal_year": fiscal_year(found.day),
    }


def _phone(text: str) -> dict[str, Any]:
    found = parse_phone(text)
    return {
        "value": found.number,
        "kind": found.kind,
        "extension": found.extension,
        "shown": show_phone(found),
        "uri": phone_uri(found),
        "masked": mask_phone(found),
    }


def _id(text: str) -> dict[str, Any]:
    found = parse_id(text)
    return {
        "value": found.number,
        "kind": found.kind,
        "kind_th": found.kind.th,
        "kind_en": found.kind.en,
        "shown": show_id(found),
        "masked": mask_id(found),
    }


def _name(text: str) -> dict[str, Any]:
    found = split_name(text)
    return {
        "titles": [
            {"kind": held.title.kind, "th": held.thai(full=True), "en": held.english(full=True)}
            for held in found.titles
        ],
        "first": found.first,
        "last": found.last,
        "full": full_name(found),
        "short": short_name(found),
        "masked": mask_name(found),
        "may_also_be": list(found.also),
        "letter": letter_opening(found),
        "letter_citizen": letter_opening(found, reader=Reader.CITIZEN),
        "email": email_greeting(found),
    }


def _province(text: str) -> dict[str, Any]:
    found = find_province(text)
    return {
        "code": found.code,
        "th": found.th,
        "en": found.en,
        "region": found.region,
        "aliases": list(found.aliases),
    }


def _number(text: str) -> dict[str, Any]:
    try:
        count = parse_count(text)
    except ThaiFormatError:
        value = parse_number(text)
        return {
            "value": f"{value:f}",
            "shown": format_number(value),
            "thai": format_number(value, thai_digits=True),
        }
    return {
        "value": count.value,
        "approximate": count.approximate,
        "counter": count.counter,
        "shown": format_number(count.value),
        "short": format_short(count.value),
        "thai": format_number(count.value, thai_digits=True),
    }


def _fold(text: str) -> dict[str, Any]:
    return {
        "normal": normalize(text),
        "exact": fold(text),
        "loose": loose_fold(text),
        "sort_key": collation_key(text).split("\x01")[0],
        "queries": list(expand_query(text)),
    }


def _sms(text: str) -> dict[str, Any]:
    size = sms_size(text)
    return {"encoding": size.encoding, "length": size.length, "parts": size.parts, "left": size.left}


_READERS: dict[str, tuple[Callable[[str], dict[str, Any]], str]] = {
    "date": (_date, "วันที่และเวลา / a date, with or without time"),
    "phone": (_phone, "หมายเลขโทรศัพท์ / a telephone number"),
    "id": (_id, "เลขประจำตัว 13 หลัก / a 13-digit number"),
    "name": (_name, "ชื่อบุคคลพร้อมคำนำหน้า / a person's name with titles"),
    "province": (_province, "จังหวัด / a province"),
    "number": (_number, "จำนวน / a number in words or digits"),
    "fold": (_fold, "กุญแจค้นหาและเรียงลำดับ / keys for search and sorting"),
    "sms": (_sms, "ความยาวข้อความสั้น / length and parts of an SMS"),
}


def _handle(args: argparse.Namespace) -> int:
    """Run one reader; 0 and JSON on stdout, or 2 and the reason in both languages on stderr."""
    reader, _ = _READERS[args.reader]
    try:
        answer = reader(args.text)
    except ThaiFormatError as error:
        print(error.th, file=sys.stderr)
        print(f"{error.en} [{error.code}]", file=sys.stderr)
        return _EXIT_REFUSED
    print(json.dumps(answer, ensure_ascii=False, indent=2))
    return 0


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``thai`` with its readers to the command line; each sets ``handler`` (args -> exit status)."""
    thai = commands.add_parser("thai", help="อ่านและจัดรูปข้อความไทย / read and write Thai forms")
    readers = thai.add_subparsers(dest="reader", required=True, metavar="KIND")
    for name, (_, help_text) in _READERS.items():
        parser = readers.add_parser(name, help=help_text, description=help_text)
        parser.add_argument("text", metavar="TEXT", help="ข้อความที่จะอ่าน · the text to read")
        parser.set_defaults(handler=_handle)
