"""Lines that strict JSON refuses, read all the same: one odd value must not hide an event from the rules.

Agents and attackers write numbers that no machine holds, NaN, halves of letters and bytes of other encodings. The
number stands then as the text that was written, and what is no letter as U+FFFD.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

_HALVES = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 300


def rescued(line: bytes) -> Any:
    """Return the record of a line of JSON that a strict reader refused.

    Raises:
        ValueError: it is no JSON even so.
        RecursionError: it is nested too deeply.
    """
    value = _read(line.decode("utf-8", "replace").lstrip("\ufeff"))
    whole = json.dumps(value, ensure_ascii=False)
    return _read(_HALVES.sub("\ufffd", whole)) if _HALVES.search(whole) else value


def _read(text: str) -> Any:
    return json.loads(text, strict=False, parse_float=_float, parse_int=_int, parse_constant=str)


def _float(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def _int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits
