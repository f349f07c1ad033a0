"""File names from outside: shown, never trusted. A path on our disks is never made of one."""

from __future__ import annotations

import re
import unicodedata

from phithak.engines.thai.text import clusters, normalize

MOST_CHARACTERS = 120
MOST_BYTES = 240
_MOST_SUFFIX = 16
_FORBIDDEN = re.compile(r'[<>:"|?*\t\n\x00-\x1f]')
# names that Windows gives to devices, whatever follows the dot
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def displayed_name(given: str) -> str:
    """Return a name that is safe to show and to offer for a download.

    Path parts, control and invisible characters (direction marks, too) go; reserved names get a "_"; at most
    120 characters and 240 bytes, the suffix kept. Never empty.
    """
    last = re.split(r"[/\\]", given)[-1]
    plain = "".join(char for char in normalize(last) if unicodedata.category(char) != "Cf")
    clean = _FORBIDDEN.sub("_", " ".join(plain.split())).strip(". ")
    if not clean:
        return "file"
    if _DEVICES.fullmatch(clean):
        clean = f"_{clean}"
    stem, dot, suffix = clean.rpartition(".")
    if not stem or len(suffix) > _MOST_SUFFIX:
        stem, dot, suffix = clean, "", ""
    tail = dot + suffix
    kept, count, size = [], len(tail), len(tail.encode())
    for piece in clusters(stem):
        count += len(piece)
        size += len(piece.encode())
        if count > MOST_CHARACTERS or size > MOST_BYTES:
            break
        kept.append(piece)
    return ("".join(kept) or "file") + tail


def displayed_type(given: str) -> str:
    """Return a claimed media type that is safe to show: ``type/subtype`` in lower case, or ""."""
    plain = given.partition(";")[0].strip().lower()
    return plain if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", plain) else ""
