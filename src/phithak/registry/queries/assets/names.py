"""Domain names as people write them: read, check, show.

A name is kept in ASCII (IDNA 2008, RFC 5891, with the mapping of UTS #46 for what is typed) in lower case and
without the final dot, and shown as people write it. ``reversed`` holds the labels from the right, so that the
names under one stand together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

import idna

from phithak.engines.thai.text import strip_invisible
from phithak.registry.queries.assets.errors import AssetValueError

MOST = 253
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SERVICE_LABEL = re.compile(r"_[a-z0-9-]{1,62}")
_COUNTRY = re.compile(r"[a-z]{2}")

SECOND_LEVELS = frozenset(
    {"ac", "co", "com", "edu", "go", "gov", "gob", "in", "mi", "mil", "ne", "net", "nom", "or", "org", "sch"}
)
"""Labels under a country's name that registries sell names under, such as ``co.th``."""

THAI_SECOND_LEVELS = frozenset({"ธุรกิจ", "ศึกษา", "องค์กร", "รัฐบาล", "ทหาร", "เน็ต"})
"""The same under ไทย: ธุรกิจ.ไทย, ศึกษา.ไทย, องค์กร.ไทย, รัฐบาล.ไทย, ทหาร.ไทย, เน็ต.ไทย."""

SHARED = frozenset(
    {
        "blogspot.com", "facebook.com", "github.io", "google.com", "gmail.com", "hotmail.com", "line.me",
        "lnwshop.com", "netlify.app", "pages.dev", "vercel.app", "web.app", "weebly.com", "wixsite.com",
        "wordpress.com", "000webhostapp.com",
    }
)  # fmt: skip
"""Names of services that many people use; nobody of a constituency owns one."""


@dataclass(frozen=True)
class DomainName:
    """A checked name: ``name`` in ASCII, ``shown`` as people write it."""

    name: str
    shown: str

    @property
    def reversed(self) -> str:
        """The labels from the right: ``th.example.www``."""
        return backwards(self.name)

    @property
    def parents(self) -> tuple[str, ...]:
        """The name and every name above it down to two labels, nearest first."""
        return tuple(above(self.name))


def backwards(name: str) -> str:
    """Return the labels of an ASCII name from the right."""
    return ".".join(reversed(name.split(".")))


def above(name: str) -> Iterator[str]:
    """Yield an ASCII name and the names above it, nearest first, without the top level."""
    labels = name.split(".")
    for start in range(max(1, len(labels) - 1)):
        yield ".".join(labels[start:])


def read_domain(typed: str, *, field: str = "name") -> DomainName:
    """Read a domain name of an organisation.

    Args:
        typed: in Thai or ASCII, in any case, with or without a final dot.
        field: name of the input, for the error.

    Raises:
        AssetValueError: it is a web address, an e-mail address, an IP address, a wildcard, a bare top level, a
            name under which registries sell names, a shared service, or no name by IDNA 2008. The message says
            what to type instead.
    """
    words = strip_invisible(typed).strip().strip(".").strip()
    if not words:
        raise _wrong(
            field, "ใส่ชื่อโดเมน เช่น hospital.example.th", "Give a domain name, such as hospital.example.th."
        )
    if words != typed.strip().strip(".").strip():
        raise _wrong(
            field,
            "ชื่อมีอักขระที่มองไม่เห็น พิมพ์ใหม่ด้วยมือ",
            "The name holds characters that cannot be seen. Type it anew by hand.",
        )
    _refuse_other_things(words, field)
    name = _ascii(words, field)
    _refuse_suffixes(name, field)
    return DomainName(name, shown(name))


def shown(name: str) -> str:
    """Return an ASCII name as people write it; a label that is no valid IDNA stays as it is."""
    return ".".join(map(_label_shown, name.split(".")))


def _label_shown(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


def host_of(target: str) -> str:
    """Return the host of a web address, of an e-mail address, or what was given; lower case, without a port."""
    words = target.strip().lower()
    words = re.sub(r"^[a-z][a-z0-9+.-]*://", "", words)
    words = re.split(r"[/?#]", words, maxsplit=1)[0].rsplit("@", 1)[-1]
    if words.startswith("["):
        return words[1:].split("]", 1)[0]
    return words.rsplit(":", 1)[0] if words.count(":") == 1 else words


def _refuse_other_things(words: str, field: str) -> None:
    host = host_of(words)
    if "://" in words or "/" in words or "?" in words:
        raise _wrong(
            field,
            f"นี่เป็นที่อยู่เว็บ ใส่เฉพาะชื่อโดเมน: {host}",
            f"This is a web address. Give the domain name only: {host}",
        )
    if "@" in words:
        raise _wrong(
            field,
            f"นี่เป็นอีเมล ใส่เฉพาะชื่อโดเมน: {host}",
            f"This is an e-mail address. Give the domain name only: {host}",
        )
    if "*" in words:
        plain = words.replace("*.", "").strip("*.")
        raise _wrong(
            field,
            f"ไม่ต้องใส่ดอกจัน ชื่อย่อยทั้งหมดนับรวมอยู่แล้ว ใส่: {plain}",
            f"Leave the asterisk out: every name below counts already. Give: {plain}",
        )
    if _is_address(host):
        raise _wrong(
            field,
            "นี่เป็นหมายเลขไอพี เพิ่มที่หน้าช่วงไอพีแทน",
            "This is an IP address. Add it on the page of IP ranges instead.",
        )
    if re.search(r"[\s,;:]", words):
        raise _wrong(
            field,
            "ใส่ทีละหนึ่งชื่อ ไม่มีช่องว่าง เลขพอร์ต หรือจุลภาค",
            "Give one name at a time, without blanks, ports or commas.",
        )


def _is_address(words: str) -> bool:
    try:
        ip_address(words)
    except ValueError:
        return False
    return True


def _ascii(words: str, field: str) -> str:
    labels = []
    for label in words.replace("。", ".").lower().split("."):
        # names of services such as _dmarc are no host names, but an organisation's all the same
        if _SERVICE_LABEL.fullmatch(label):
            labels.append(label)
            continue
        try:
            labels.append(idna.encode(label, uts46=True, std3_rules=True).decode())
        except (idna.IDNAError, UnicodeError) as error:
            raise _wrong(
                field,
                f"ส่วน “{label[:63]}” ใช้เป็นชื่อโดเมนไม่ได้ ใช้ตัวอักษร ตัวเลข และขีดกลาง",
                f"The part “{label[:63]}” cannot stand in a domain name. Use letters, digits and hyphens.",
            ) from error
    name = ".".join(labels)
    if len(name) > MOST:
        raise _wrong(field, f"ชื่อยาวเกิน {MOST} ตัวอักษร", f"The name is longer than {MOST} characters.")
    wrong = next(
        (one for one in labels if not (_LABEL.fullmatch(one) or _SERVICE_LABEL.fullmatch(one))), None
    )
    if wrong is not None:
        raise _wrong(
            field,
            f"ส่วน “{wrong[:63]}” ใช้เป็นชื่อโดเมนไม่ได้ ใช้ตัวอักษร ตัวเลข และขีดกลาง",
            f"The part “{wrong[:63]}” cannot stand in a domain name. Use letters, digits and hyphens.",
        )
    return name


def _refuse_suffixes(name: str, field: str) -> None:
    labels = name.split(".")
    top = labels[-1]
    if len(labels) == 1 or top.isdigit():
        raise _wrong(
            field,
            f"“{name}” ยังไม่ใช่ชื่อเต็ม ใส่ชื่อเต็ม เช่น hospital.example.th",
            f"“{name}” is no full name. Give the whole name, such as hospital.example.th.",
        )
    if len(labels) == 2 and _sold_under(labels[0], top):  # noqa: PLR2004 - a name and its top level
        raise _wrong(
            field,
            f"“{shown(name)}” เป็นของนายทะเบียน ใส่ชื่อของหน่วยงาน เช่น hospital.{shown(name)}",
            f"“{shown(name)}” belongs to the registry. Give your own name, such as hospital.{shown(name)}.",
        )
    if name in SHARED:
        raise _wrong(
            field,
            f"“{name}” เป็นบริการที่ใช้ร่วมกัน ใส่ชื่อย่อยของหน่วยงาน เช่น yourname.{name}",
            f"“{name}” is a service that many share. Give your own name below it, such as yourname.{name}.",
        )


def _sold_under(label: str, top: str) -> bool:
    if shown(top) == "ไทย":
        return shown(label) in THAI_SECOND_LEVELS
    return bool(_COUNTRY.fullmatch(top)) and label in SECOND_LEVELS


def _wrong(field: str, th: str, en: str) -> AssetValueError:
    return AssetValueError(field=field, reason_th=th, reason_en=en)
