"""Names of software: CPE 2.3 (NISTIR 7695), package URLs (the purl specification), and pasted lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phithak.engines.thai import normalize
from phithak.registry.queries.assets.errors import AssetValueError

MOST_LINES = 500
_CPE_PARTS = 13
_ESCAPED = re.compile(r"(?<!\\):")
_COMPONENT = re.compile(r"(?:[a-z0-9._\-~%]|\\[!-/:-@\[-`{-~]|(?<=^)[?*]+|[?*]+(?=$))+")
_LANGUAGE = re.compile(r"\*|-|[a-z]{2,3}(-[a-z]{2}|-[0-9]{3})?")
_PURL = re.compile(
    r"pkg:/*(?P<type>[a-z][a-z0-9.+-]*)/(?P<path>[^@?#]+?)(?:@(?P<version>[^?#]+))?"
    r"(?:\?(?P<qualifiers>[^#]+))?(?:\#(?P<subpath>.+))?",
    re.IGNORECASE,
)
_PURL_TEXT = re.compile(r"[A-Za-z0-9.\-_~:/!$&'()*+,;=+ ]|%[0-9A-Fa-f]{2}")
_VERSION = re.compile(r"[vV]?\d[\w.+:~()\-]*")
_COLUMNS = re.compile(r"\s*[\t;,|]\s*")
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,3}[.)](?=\s))\s+")


@dataclass(frozen=True)
class Product:
    """What is told of one product."""

    product: str
    release: str = ""
    vendor: str = ""
    cpe: str = ""
    purl: str = ""


@dataclass(frozen=True)
class LineFault:
    """A pasted line that cannot be read; ``number`` counts from 1."""

    number: int
    words: str


def read_cpe(typed: str, *, field: str = "cpe") -> str:
    """Return a CPE name in its formatted string of version 2.3; a URI of 2.2 is rewritten.

    Raises:
        AssetValueError: it is no CPE name.
    """
    words = typed.strip().lower()
    if not words:
        return ""
    if words.startswith("cpe:/"):
        words = _from_uri(words)
    parts = _ESCAPED.split(words)
    right = (
        len(parts) == _CPE_PARTS
        and parts[:2] == ["cpe", "2.3"]
        and parts[2] in {"a", "o", "h"}
        and all(_COMPONENT.fullmatch(part) for part in parts[3:])
        and _LANGUAGE.fullmatch(parts[8]) is not None
        and parts[3] not in {"*", "-"}
        and parts[4] not in {"*", "-"}
    )
    if not right:
        raise AssetValueError(
            field=field,
            reason_th="CPE ไม่ถูกแบบ ใส่แบบ cpe:2.3:a:nginx:nginx:1.24.0:*:*:*:*:*:*:* หรือเว้นว่าง",
            reason_en="This is no CPE name. Write cpe:2.3:a:nginx:nginx:1.24.0:*:*:*:*:*:*:* or leave it empty.",
        )
    return words


def _from_uri(words: str) -> str:
    parts = [part or "*" for part in words.removeprefix("cpe:/").split(":")]
    return ":".join(["cpe", "2.3", *parts, *["*"] * (11 - len(parts))])


def read_purl(typed: str, *, field: str = "purl") -> str:
    """Return a package URL, its type in lower case.

    Raises:
        AssetValueError: it is no package URL.
    """
    words = typed.strip()
    if not words:
        return ""
    found = _PURL.fullmatch(words)
    right = found is not None and not _PURL_TEXT.sub("", found["path"] + (found["version"] or ""))
    if found is None or not right or found["path"].strip("/") == "":
        raise AssetValueError(
            field=field,
            reason_th="purl ไม่ถูกแบบ ใส่แบบ pkg:npm/lodash@4.17.21 หรือเว้นว่าง",
            reason_en="This is no package URL. Write pkg:npm/lodash@4.17.21 or leave it empty.",
        )
    return f"pkg:{found['type'].lower()}/" + words[found.start("path") :]


def read_lines(pasted: str) -> tuple[list[Product], list[LineFault]]:
    """Read a pasted list: on each line ``product version``, ``vendor, product, version``, a CPE name or a purl.

    Args:
        pasted: lines; empty ones, those that begin with ``#``, bullets and numbers in front do not count.

    Returns:
        The products, each once, and the lines that could not be read.

    Raises:
        AssetValueError: there are more than 500 lines.
    """
    lines = normalize(pasted).split("\n")
    if len(lines) > MOST_LINES:
        raise AssetValueError(
            field="lines",
            reason_th=f"วางได้ครั้งละไม่เกิน {MOST_LINES} บรรทัด แบ่งเป็นหลายครั้ง",
            reason_en=f"Paste at most {MOST_LINES} lines at a time; do it in several turns.",
        )
    found: dict[tuple[str, str, str], Product] = {}
    faults = []
    for number, line in enumerate(lines, start=1):
        words = _BULLET.sub("", line).strip()
        if not words or words.startswith("#"):
            continue
        product = read_line(words)
        if product is None:
            faults.append(LineFault(number, words[:80]))
        else:
            key = (product.vendor.lower(), product.product.lower(), product.release.lower())
            found.setdefault(key, product)
    return list(found.values()), faults


def read_line(words: str) -> Product | None:
    """Read one line; None when it names no product."""
    if words.lower().startswith("cpe:"):
        return _of_cpe(words)
    if words.lower().startswith("pkg:"):
        return _of_purl(words)
    columns = [part.strip("\"' ") for part in _COLUMNS.split(words)]
    if len(columns) == 1:
        return _plain(words)
    if len(columns) == 2:  # noqa: PLR2004 - a product and its version
        return _checked(Product(columns[0], columns[1].removeprefix("v")))
    if len(columns) == 3:  # noqa: PLR2004 - vendor, product, version
        return _checked(Product(columns[1], columns[2], columns[0]))
    return None


def _plain(words: str) -> Product | None:
    name, _, last = words.rpartition(" ")
    if name and _VERSION.fullmatch(last):
        name = re.sub(r"\s+(version|ver\.?|รุ่น|เวอร์ชัน)$", "", name.strip(), flags=re.IGNORECASE)
        return _checked(Product(name, last.removeprefix("v").removeprefix("V")))
    return _checked(Product(words))


def _checked(product: Product) -> Product | None:
    fits = 1 <= len(product.product) <= 120 and len(product.release) <= 80 and len(product.vendor) <= 120  # noqa: PLR2004 - widths of the columns
    return product if fits and re.search(r"[^\W\d_]", product.product) else None


def _of_cpe(words: str) -> Product | None:
    try:
        cpe = read_cpe(words)
    except AssetValueError:
        return None
    parts = [re.sub(r"\\(.)", r"\1", part) for part in _ESCAPED.split(cpe)]
    release = "" if parts[5] in {"*", "-"} else parts[5]
    return _checked(Product(parts[4].replace("_", " "), release, parts[3].replace("_", " "), cpe=cpe))


def _of_purl(words: str) -> Product | None:
    try:
        purl = read_purl(words)
    except AssetValueError:
        return None
    found = _PURL.fullmatch(purl)
    if found is None:
        return None
    vendor, _, name = found["path"].strip("/").rpartition("/")
    return _checked(Product(name, found["version"] or "", vendor, purl=purl))
