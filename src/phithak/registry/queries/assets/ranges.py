"""Ranges of IP addresses: read what people write, and the numbers by which an address is found.

Both families share one line of 128 bits: IPv4 is mapped to ``::ffff:0:0/96``. A number is kept as 32 hexadecimal
digits, which sort as numbers do in every database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)

from phithak.registry.queries.assets.errors import AssetValueError

Address = IPv4Address | IPv6Address
BITS = 128
_V4_BASE = 0xFFFF << 32
_LEAST_BITS = {4: 8, 6: 16}
_BETWEEN = re.compile(r"\s*(?:-|–|—|ถึง|to)\s*", re.IGNORECASE)
_PRIVATE = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
_NEVER = {
    "127.0.0.0/8": ("วนกลับ (loopback)", "loopback"),
    "0.0.0.0/8": ("ไม่ระบุ (unspecified)", "unspecified"),
    "169.254.0.0/16": ("เฉพาะสายเชื่อม (link-local)", "link-local"),
    "224.0.0.0/3": ("กลุ่มหรือสงวน (multicast)", "multicast or reserved"),
    "::/127": ("วนกลับ (loopback)", "loopback"),
    "fe80::/10": ("เฉพาะสายเชื่อม (link-local)", "link-local"),
    "ff00::/8": ("กลุ่ม (multicast)", "multicast"),
}


@dataclass(frozen=True)
class Range:
    """A checked range.

    Attributes:
        cidr: as it is shown: a block such as ``192.0.2.0/24``, or ``first-last``.
        low: the first address as a number of 128 bits.
        high: the last one.
        private: whether many networks use these addresses at once.
    """

    cidr: str
    low: int
    high: int
    private: bool

    @property
    def first(self) -> str:
        """The first address as 32 hexadecimal digits."""
        return digits(self.low)

    @property
    def last(self) -> str:
        """The last address as 32 hexadecimal digits."""
        return digits(self.high)

    @property
    def block(self) -> str:
        """The smallest block of a power of two that holds the range."""
        bits = BITS - (self.low ^ self.high).bit_length()
        return block(self.low, bits)


def digits(number: int) -> str:
    """Return a number of 128 bits as 32 hexadecimal digits."""
    return f"{number:032x}"


def block(number: int, bits: int) -> str:
    """Return the name of the block of ``bits`` leading bits that holds a number."""
    return f"{digits(number >> (BITS - bits) << (BITS - bits))}/{bits}"


def blocks_of(number: int) -> list[str]:
    """Return the names of the 129 blocks that hold an address."""
    return [block(number, bits) for bits in range(BITS + 1)]


def number_of(address: Address) -> int:
    """Return an address as a number of 128 bits; IPv4 is mapped, and mapped IPv4 is the same address."""
    return int(address) + _V4_BASE if address.version == 4 else int(address)  # noqa: PLR2004 - the family


def read_address(typed: str) -> Address | None:
    """Return the address that was typed, IPv4 out of its mapped form; None when it is none."""
    words = typed.strip().strip("[]").split("%", 1)[0]
    try:
        found = ip_address(words)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def read_range(typed: str, *, field: str = "cidr", private: bool = False) -> Range:
    """Read a range of addresses.

    Args:
        typed: one address, a block (``192.0.2.0/24``; bits behind the length are cut off only when zero), or
            ``first-last``.
        field: name of the input, for the error.
        private: whether the person marked it as a private network.

    Raises:
        AssetValueError: it cannot be read, its ends are of two families or in the wrong order, it is larger than
            a /8 (IPv6: /16), nobody's to own (loopback, multicast …), or private without the mark or the other
            way round.
    """
    words = typed.strip()
    if not words:
        raise _wrong(field, "ใส่ช่วงไอพี เช่น 203.0.113.0/24", "Give a range, such as 203.0.113.0/24.")
    first, last = _ends(words, field)
    if first.version != last.version:
        raise _wrong(
            field,
            "ต้นและปลายช่วงเป็นคนละรุ่น (IPv4, IPv6)",
            "The two ends are of different families (IPv4, IPv6).",
        )
    if int(first) > int(last):
        raise _wrong(
            field, f"ต้นช่วงอยู่หลังปลายช่วง ลองใส่ {last}-{first}", f"The range runs backwards. Try {last}-{first}."
        )
    least = _LEAST_BITS[first.version]
    if int(last) - int(first) >= 1 << (first.max_prefixlen - least):
        raise _wrong(
            field,
            f"ช่วงกว้างเกินไป กว้างสุดคือ /{least}",
            f"The range is too wide; the widest is a /{least}.",
        )
    _refuse_nobodys(first, last, field)
    is_private = _inside_private(first, last, field)
    if is_private and not private:
        raise _wrong(
            field,
            "นี่เป็นไอพีภายใน ถ้าตั้งใจให้ทำเครื่องหมาย “เครือข่ายภายใน”",
            "These are private addresses. If you mean them, tick “private network”.",
        )
    if private and not is_private:
        raise _wrong(
            field,
            "ไอพีนี้ใช้บนอินเทอร์เน็ต เอาเครื่องหมาย “เครือข่ายภายใน” ออก",
            "These addresses are used on the internet. Take the tick off “private network”.",
        )
    return Range(_written(first, last), number_of(first), number_of(last), is_private)


def _ends(words: str, field: str) -> tuple[Address, Address]:
    parts = _BETWEEN.split(words)
    if len(parts) == 2:  # noqa: PLR2004 - a first and a last
        first, last = read_address(parts[0]), read_address(parts[1])
        if first is None or last is None:
            wrong = parts[0] if first is None else parts[1]
            raise _unreadable(field, wrong)
        return first, last
    if "/" not in words:
        found = read_address(words)
        if found is None:
            raise _unreadable(field, words)
        return found, found
    try:
        network: IPv4Network | IPv6Network = ip_network(words)
    except ValueError as error:
        raise _not_a_block(words, field) from error
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None:
        if network.prefixlen < 96:  # noqa: PLR2004 - where mapped IPv4 begins
            raise _unreadable(field, words) from None
        network = IPv4Network((mapped, network.prefixlen - 96))
    return network[0], network[-1]


def _not_a_block(words: str, field: str) -> AssetValueError:
    try:
        meant = ip_network(words, strict=False)
    except ValueError:
        return _unreadable(field, words)
    return _wrong(
        field,
        f"ที่อยู่ไม่ตรงต้นช่วง ถ้าหมายถึงทั้งช่วงให้ใส่ {meant}",
        f"The address is not the first of its block. For the whole block give {meant}.",
    )


def _refuse_nobodys(first: Address, last: Address, field: str) -> None:
    for text, (th, en) in _NEVER.items():
        network = ip_network(text)
        if network.version == first.version and _touch(first, last, network):
            raise _wrong(
                field,
                f"เป็นที่อยู่แบบ{th} ซึ่งไม่มีใครเป็นเจ้าของ",
                f"These addresses are {en}; nobody owns them.",
            )


def _inside_private(first: Address, last: Address, field: str) -> bool:
    for network in _PRIVATE:
        if network.version != first.version or not _touch(first, last, network):
            continue
        if int(network[0]) <= int(first) and int(last) <= int(network[-1]):
            return True
        raise _wrong(
            field,
            f"ช่วงนี้มีทั้งไอพีภายใน ({network}) และไอพีบนอินเทอร์เน็ต แยกเป็นสองรายการ",
            f"The range holds private addresses ({network}) and public ones. Make two entries of it.",
        )
    return False


def _touch(first: Address, last: Address, network: IPv4Network | IPv6Network) -> bool:
    return int(first) <= int(network[-1]) and int(network[0]) <= int(last)


def _written(first: Address, last: Address) -> str:
    found = list(summarize_address_range(first, last))
    return str(found[0]) if len(found) == 1 else f"{first}-{last}"


def _unreadable(field: str, words: str) -> AssetValueError:
    return _wrong(
        field,
        f"อ่าน “{words[:60]}” ไม่ได้ ใส่แบบ 203.0.113.0/24 หรือ 203.0.113.5-203.0.113.9 หรือ 2001:db8::/48",
        f"“{words[:60]}” cannot be read. Write 203.0.113.0/24, 203.0.113.5-203.0.113.9 or 2001:db8::/48.",
    )


def _wrong(field: str, th: str, en: str) -> AssetValueError:
    return AssetValueError(field=field, reason_th=th, reason_en=en)
