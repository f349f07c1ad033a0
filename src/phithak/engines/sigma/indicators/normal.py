"""One written form for each value, and the key under which it is kept.

A key is a letter for the kind and the value as bytes. Domains are punycode in small letters without a last dot;
URLs lose scheme (http and https are one), user, default port and fragment, and are compared without regard to
case, as everything in Sigma; IPv4 mapped into IPv6 is IPv4; an address is a network of full length.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import idna

HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
_LETTERS = {"md5": b"m", "sha1": b"s", "sha256": b"h"}
_LABEL = rb"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rb"(?:%b\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?" % _LABEL)
_HEX = re.compile(rb"[0-9a-f]+")
_IPV4 = re.compile(rb"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")
_IPV6 = re.compile(rb"[0-9a-f:.]{2,45}")
_URL = re.compile(rb"(https?|ftps?)://([^/?#]*)([^#]*)(?:#.*)?")
_DISARMED = re.compile(r"^h(?:xx|\*\*|tt)p(s?)(?=:)", re.IGNORECASE)
_OTHER_LETTER = re.compile(rb"[\x80-\xff]")
_LOCAL = re.compile(rb"[^\s@]{1,64}")
_DEFAULT_PORTS = {b"http": b"80", b"https": b"443", b"ftp": b"21", b"ftps": b"990"}
_LONGEST_DOMAIN = 253
_TRAILING = b".,;:!)"
_V4_IN_V6 = b"\0" * 10 + b"\xff\xff"


class UnfitError(ValueError):
    """A value is no indicator that can be looked for; the text is a short stable word."""


@cache
def _broad() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("data", "broad.toml").read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=65_536)
def punycode(host: bytes) -> bytes:
    """Return a domain with other letters than ASCII in punycode; b"" if it is none."""
    try:
        return idna.encode(host.decode("utf-8"), uts46=True)
    except (idna.IDNAError, UnicodeError):
        return b""


def domain_of(host: bytes) -> bytes:
    """Return the domain that ``host`` (in small letters) writes, or b""."""
    host = host.rstrip(b".")
    if not host.isascii():
        host = punycode(host)
    return host if len(host) <= _LONGEST_DOMAIN and _DOMAIN.fullmatch(host) else b""


def address_of(text: bytes) -> bytes:
    """Return the 4 or 16 bytes of an address in small letters, or b""."""
    if _IPV4.fullmatch(text):
        parts = text.split(b".")
        if any(len(part) > 1 and part[:1] == b"0" for part in parts):
            return b""
        numbers = [int(part) for part in parts]
        return bytes(numbers) if max(numbers) < 256 else b""  # noqa: PLR2004 an octet
    if text.count(b":") < 2 or not _IPV6.fullmatch(text):  # noqa: PLR2004 every IPv6 address has two
        return b""
    try:
        packed = ipaddress.IPv6Address(text.decode("ascii")).packed
    except ValueError:
        return b""
    return packed[12:] if packed.startswith(_V4_IN_V6) else packed


def network_key(packed: bytes, length: int) -> bytes:
    """Return the key of the network of ``length`` bits that holds an address of 4 or 16 bytes."""
    bits = len(packed) * 8
    number = int.from_bytes(packed, "big") >> (bits - length) << (bits - length)
    return (b"4" if bits == 32 else b"6") + bytes([length]) + number.to_bytes(len(packed), "big")  # noqa: PLR2004 bits of IPv4


def hash_key(digits: bytes) -> bytes:
    """Return the key of a hash in small letters, or b"" for another length or letter."""
    kind = HASHES.get(len(digits))
    return _LETTERS[kind] + bytes.fromhex(digits.decode()) if kind and _HEX.fullmatch(digits) else b""


def split_url(url: bytes) -> tuple[bytes, bytes] | None:
    """Return the key of a URL (in small letters) and its host, or None where it is none."""
    found = _URL.fullmatch(url.rstrip(_TRAILING))
    if found is None:
        return None
    scheme, authority, rest = found.groups()
    host, port = _host_port(authority.rpartition(b"@")[2])
    if not host:
        return None
    shown = host if port in (b"", _DEFAULT_PORTS[scheme]) else host + b":" + port
    rest = rest if rest[:1] == b"/" else b"/" + rest
    head = b"" if scheme.startswith(b"http") else scheme + b"://"
    if not rest.isascii():
        rest = _OTHER_LETTER.sub(lambda found: b"%%%02x" % ord(found[0]), rest)
    return b"u" + head + shown + rest, host


def _host_port(authority: bytes) -> tuple[bytes, bytes]:
    if authority[:1] == b"[":
        host, _, port = authority[1:].partition(b"]")
        return (host if address_of(host) else b""), port.lstrip(b":")
    host, _, port = authority.partition(b":")
    if port and not port.isdigit():
        return b"", b""
    return (host if address_of(host) else domain_of(host)), port


def email_key(local: bytes, host: bytes) -> tuple[bytes, bytes]:
    """Return the key of an address of e-mail (in small letters) and its domain; b"" twice where it is none."""
    domain = domain_of(host)
    return (b"e" + local + b"@" + domain, domain) if domain and _LOCAL.fullmatch(local) else (b"", b"")


def key_of(kind: str, value: str) -> bytes:
    """Return the key of an indicator.

    Args:
        kind: one of ``KINDS``.
        value: as a list writes it, disarmed (``hxxp``, ``[.]``) or not.

    Raises:
        UnfitError: ``value``: not of this kind; ``broad``: it would meet nearly everything (a top-level domain,
            a network of millions); ``empty``: the hash of an empty file.
    """
    data = armed(value).lower().encode("utf-8", "replace")
    if kind == "ip":
        return _network_key(data)
    if kind == "domain":
        return _domain_key(data)
    if kind in _LETTERS:
        if HASHES.get(len(data)) != kind or not (key := hash_key(data)):
            raise UnfitError("value")
        if data.decode() in _broad()["hashes"]:
            raise UnfitError("empty")
        return key
    if kind == "url":
        split = split_url(data if b"://" in data else b"http://" + data)
        key = split[0] if split and not re.search(rb"[\s\"'`<>|\\^{}\x00-\x20]", split[0]) else b""
    else:
        local, _, host = data.partition(b"@")
        key = email_key(local, host)[0]
    if not key:
        raise UnfitError("value")
    return key


def _domain_key(data: bytes) -> bytes:
    domain = domain_of(data.removeprefix(b"*.").strip(b"."))
    if not domain:
        broad = re.fullmatch(rb"\.?[a-z0-9-]+\.?", data) is not None and not data.isdigit()
        raise UnfitError("broad" if broad else "value")
    if domain.decode() in _broad()["domains"]:
        raise UnfitError("broad")
    return b"d" + domain


def _network_key(data: bytes) -> bytes:
    written, slash, length = data.partition(b"/")
    packed = address_of(written.strip(b"[]"))
    mapped = len(packed) == 4 and b":" in written  # noqa: PLR2004 bytes of IPv4
    if not packed:
        raise UnfitError("value")
    bits = len(packed) * 8
    if not slash:
        return network_key(packed, bits)
    if not (length.isdigit() and len(length) <= 3):  # noqa: PLR2004 digits of 128
        raise UnfitError("value")
    number = int(length) - (96 if mapped else 0)
    if not 0 <= number <= bits:
        raise UnfitError("value")
    if number < _broad()["shortest"]["ipv4" if bits == 32 else "ipv6"]:  # noqa: PLR2004 bits of IPv4
        raise UnfitError("broad")
    return network_key(packed, number)


def armed(value: str) -> str:
    """Return a value as it was before somebody disarmed it: ``hxxp``, ``[.]``, ``(dot)``, ``[at]``, ``[:]``."""
    text = value.strip()
    if "[" in text or "(" in text or "{" in text:
        text = re.sub(r"[\[({](?:\.|dot)[\])}]", ".", text, flags=re.IGNORECASE)
        text = re.sub(r"[\[({](?:@|at)[\])}]", "@", text, flags=re.IGNORECASE)
        text = re.sub(r"[\[({](:|://|/)[\])}]", r"\1", text)
    return _DISARMED.sub(r"http\1", text) if text[:1] in "hH" else text


def kind_of(value: str) -> str:
    """Return the kind that the shape of a value tells, or ""."""
    data = armed(value).lower().encode("utf-8", "replace")
    if b"://" in data:
        return "url"
    if len(data) in HASHES and _HEX.fullmatch(data):
        return HASHES[len(data)]
    if address_of(data.partition(b"/")[0].strip(b"[]")):
        return "ip"
    if b"@" in data:
        return "email"
    if b"/" in data:
        return "url"
    return "domain" if b"." in data else ""


def value_of(key: bytes) -> tuple[str, str]:
    """Return kind and value that a key stands for, in the form in which people read them."""
    letter, rest = key[:1], key[1:]
    if letter in (b"4", b"6"):
        length, packed = rest[0], rest[1:]
        shown = str(ipaddress.ip_address(packed))
        return "ip", shown if length == len(packed) * 8 else f"{shown}/{length}"
    if letter in (b"m", b"s", b"h"):
        return HASHES[len(rest) * 2], rest.hex()
    kind = {b"d": "domain", b"u": "url", b"e": "email"}[letter]
    return kind, rest.decode("utf-8", "replace")
