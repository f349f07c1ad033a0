"""Find a province by any name in use, or by its code (domain D3; ISO 3166-2:TH)."""

from __future__ import annotations

import re
from functools import cache

from phithak.engines.thai.errors import Code, ThaiFormatError
from phithak.engines.thai.fold import fold
from phithak.engines.thai.province_table import PROVINCES, Province
from phithak.engines.thai.text import one_field

_LEAD = re.compile(r"^(?:จังหวัด|จ\s?\.|changwat\s|province of\s)\s*")
_TAIL = re.compile(r"\s(?:province|changwat)$")
_NOISE = re.compile(r"[\s.\-ฯ]")


def _key(name: str) -> str:
    return _NOISE.sub("", fold(name))


@cache
def _index() -> dict[str, Province]:
    return {
        _key(name): province
        for province in PROVINCES
        for name in (province.code, province.code[3:], province.th, province.en, *province.aliases)
    }


def find_province(text: str) -> Province:
    """Return the province that the text names.

    Args:
        text: "นครราชสีมา", "จ.นครราชสีมา", "จังหวัดโคราช", "Korat", "chonburi", "TH-30", "30"; spaces, case
            and dots do not matter.

    Raises:
        ThaiFormatError: PROVINCE_UNKNOWN, EMPTY, TOO_LONG.
    """
    field = fold(one_field(text))
    plain = _TAIL.sub("", _LEAD.sub("", field))
    found = _index().get(_key(plain)) or _index().get(_key(field))
    if found is None:
        raise ThaiFormatError(Code.PROVINCE_UNKNOWN)
    return found
