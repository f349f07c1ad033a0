"""Thai forms: read, write, compare. Plain functions on text; no state, no clock, no network.

Where to find what:

* ``digits``, ``counting``: ๐-๙ and 0-9; "13 ล้านราย", 13,000,000
* ``months``, ``times``, ``dates``, ``ranges``, ``dateformat``: BE and CE dates, spoken times, spans, fiscal year
* ``phones``, ``ids``: telephone numbers, 13-digit numbers; check, show, mask
* ``title_table``, ``names``, ``letters``: titles and ranks (data), parts of a name, salutations, signatures
* ``province_table``, ``provinces``: the 77 provinces (data) and their many names
* ``text``, ``fold_table``, ``fold``, ``collation``: clean text, search keys, known misprints (data), sorting
* ``sms``: parts of a short message
* ``cli``: ``phithak thai …``

Whatever text is given, a reader answers or raises ``ThaiFormatError`` (code, Thai, English), nothing else.
"""

from phithak.engines.thai.collation import collation_key
from phithak.engines.thai.counting import Count, format_number, format_short, parse_count, parse_number
from phithak.engines.thai.dateformat import (
    DateStyle,
    TimeStyle,
    english_date,
    iso_date,
    thai_date,
    thai_month,
)
from phithak.engines.thai.dates import BANGKOK, DateWarning, ParsedDate, Precision, parse_date
from phithak.engines.thai.digits import to_arabic, to_thai
from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.fold import Match, expand_query, fold, loose_fold, match, synonyms
from phithak.engines.thai.ids import (
    IdKind,
    ThaiId,
    check_digit,
    mask_id,
    parse_id,
    parse_juristic_id,
    parse_national_id,
    show_id,
)
from phithak.engines.thai.letters import (
    Acting,
    Reader,
    addressee,
    closing,
    email_greeting,
    english_opening,
    letter_opening,
    signature,
)
from phithak.engines.thai.months import fiscal_year, fiscal_year_span, to_be, to_ce
from phithak.engines.thai.names import (
    HeldTitle,
    PersonName,
    bare_name,
    full_name,
    mask_name,
    mask_word,
    name_sort_key,
    short_name,
    split_name,
)
from phithak.engines.thai.phones import Phone, PhoneKind, mask_phone, parse_phone, phone_uri, show_phone
from phithak.engines.thai.province_table import PROVINCES, Province, Region
from phithak.engines.thai.provinces import find_province
from phithak.engines.thai.ranges import DateRange, parse_date_range
from phithak.engines.thai.sms import SmsEncoding, SmsSize, sms_size
from phithak.engines.thai.text import (
    clusters,
    normalize,
    strip_controls,
    strip_invisible,
    truncate,
)
from phithak.engines.thai.times import ParsedTime, TimeWarning, parse_time
from phithak.engines.thai.title_table import TITLES, Title, TitleKind

__all__ = [
    "BANGKOK",
    "PROVINCES",
    "TITLES",
    "Acting",
    "Code",
    "Count",
    "DateRange",
    "DateStyle",
    "DateWarning",
    "HeldTitle",
    "IdKind",
    "Match",
    "ParsedDate",
    "ParsedTime",
    "PersonName",
    "Phone",
    "PhoneKind",
    "Precision",
    "Province",
    "Reader",
    "Region",
    "SmsEncoding",
    "SmsSize",
    "ThaiFormatError",
    "ThaiId",
    "TimeStyle",
    "TimeWarning",
    "Title",
    "TitleKind",
    "addressee",
    "bare_name",
    "check_digit",
    "closing",
    "clusters",
    "collation_key",
    "email_greeting",
    "english_date",
    "english_opening",
    "expand_query",
    "find_province",
    "fiscal_year",
    "fiscal_year_span",
    "fold",
    "format_number",
    "format_short",
    "full_name",
    "iso_date",
    "letter_opening",
    "loose_fold",
    "mask_id",
    "mask_name",
    "mask_phone",
    "mask_word",
    "match",
    "name_sort_key",
    "normalize",
    "parse_count",
    "parse_date",
    "parse_date_range",
    "parse_id",
    "parse_juristic_id",
    "parse_national_id",
    "parse_number",
    "parse_phone",
    "parse_time",
    "phone_uri",
    "short_name",
    "show_id",
    "show_phone",
    "signature",
    "sms_size",
    "split_name",
    "strip_controls",
    "strip_invisible",
    "synonyms",
    "thai_date",
    "thai_month",
    "to_arabic",
    "to_be",
    "to_ce",
    "to_thai",
    "truncate",
]
