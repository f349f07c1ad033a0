"""The file that a hospital's administrator reads and writes: where the centre is, the caps, the sources.

``sensor.ini`` in the folder of the sensor; every name is checked, so that a slip of the pen is told and not guessed.
"""

from __future__ import annotations

import configparser
import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

from phithak.base import profile
from phithak.sensor import lanes
from phithak.sensor.errors import SensorError

Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

KINDS = ("file", "folder", "syslog-udp", "syslog-tcp", "syslog-tls", "relp")
_LISTENING = KINDS[2:]
_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_COMMON = {"kind", "profile", "lane", "alert_if", "low_if", "rate", "note"}
_OF_KIND = {
    "file": {"path", "start"},
    "folder": {"path", "settle"},
    **{kind: {"listen", "allow", "longest", "certificate", "key", "client_ca"} for kind in _LISTENING},
}


@dataclass(frozen=True)
class SourceSettings:
    """One source: its label at the centre, how events come, what is taken out of them, what they are worth."""

    label: str
    kind: str
    profile: str
    path: str = ""
    start: str = "end"
    settle: float = 5.0
    host: str = ""
    port: int = 0
    allow: tuple[Network, ...] = ()
    longest: int = 65_536
    certificate: str = ""
    key: str = ""
    client_ca: str = ""
    lane: int = lanes.NORMAL
    alert_if: bytes | None = None
    low_if: bytes | None = None
    rate: int = 5_000
    note: str = ""

    @property
    def listens(self) -> bool:
        """Whether events come over the network, so that they cannot be read again."""
        return self.kind in _LISTENING

    @property
    def place(self) -> str:
        """Where its events come from, for people."""
        return f"{self.host or '*'}:{self.port}" if self.listens else self.path


@dataclass(frozen=True)
class Caps:
    """What a sensor may take from the machine and the uplink.

    Attributes:
        cpu: percent of one core.
        memory: bytes of events held in memory, all sources together.
        disk: bytes of the spool.
        upload, upload_night: bytes a second.
        night: hours from and to, by the machine's clock; then what piled up is sent with ``upload_night``.
        delay: seconds that events are gathered before they are sealed; alerts one second, low lanes twice as long.
    """

    cpu: float = 10.0
    memory: int = 8 << 20
    disk: int = 10 << 30
    upload: int = 256 << 10
    upload_night: int = 4 << 20
    night: tuple[int, int] = (20, 6)
    delay: int = 5


@dataclass(frozen=True)
class Settings:
    """A sensor's whole settings; ``page`` is the port of the local page, 0 for none."""

    folder: Path
    address: str = ""
    caps: Caps = field(default_factory=Caps)
    sources: tuple[SourceSettings, ...] = ()
    page: int = 8514


def read(folder: Path) -> Settings:
    """Read ``sensor.ini`` in ``folder``; a missing file gives a sensor without sources.

    Raises:
        SensorError: ``sensor.settings``, with the section and name that is wrong.
    """
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    path = folder / "sensor.ini"
    try:
        if path.exists():
            parser.read_string(path.read_text(encoding="utf-8-sig"), source=path.name)
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise _wrong(str(path), str(error).replace("\n", " ")) from error
    for section in parser.sections():
        if section not in {"centre", "caps", "page"} and not section.startswith("source "):
            raise _wrong(section, "no such section; there are centre, caps, page, source NAME")
    _known(parser, "centre", {"address"})
    _known(parser, "page", {"port"})
    address = parser.get("centre", "address", fallback="").rstrip("/")
    if address and not re.fullmatch(r"https://[A-Za-z0-9.\-\[\]:]+", address):
        raise _wrong("centre/address", "has to read https://name:port")
    sources = tuple(_source(parser, name) for name in parser.sections() if name.startswith("source "))
    labels = [one.label for one in sources]
    if len(set(labels)) < len(labels):
        raise _wrong("source", "two sources of one name")
    return Settings(
        folder, address, _caps(parser), sources, _number(parser, "page", "port", 8514, (0, 65_535))
    )


def _source(parser: configparser.ConfigParser, section: str) -> SourceSettings:
    label = section[len("source ") :].strip()
    if not _LABEL.fullmatch(label):
        raise _wrong(section, "a name has small letters, digits, dots and dashes")
    values = parser[section]
    kind = values.get("kind", "")
    if kind not in KINDS:
        raise _wrong(f"{section}/kind", f"has to be one of {', '.join(KINDS)}")
    _known(parser, section, _COMMON | _OF_KIND[kind])
    try:
        profile.named(values.get("profile", ""))
    except profile.ProfileError as error:
        raise _wrong(f"{section}/profile", str(error)) from error
    lane = values.get("lane", "normal")
    if lane not in lanes.NAMES:
        raise _wrong(f"{section}/lane", f"has to be one of {', '.join(lanes.NAMES)}")
    start = values.get("start", "end")
    if start not in {"end", "beginning"}:
        raise _wrong(f"{section}/start", "has to be end or beginning")
    path = values.get("path", "")
    if kind in {"file", "folder"} and not path:
        raise _wrong(f"{section}/path", "is missing")
    host, port = _listen(values, section) if kind in _LISTENING else ("", 0)
    if kind == "syslog-tls" and not (values.get("certificate") and values.get("key")):
        raise _wrong(f"{section}/certificate", "certificate and key are needed")
    return SourceSettings(
        label=label, kind=kind, profile=values["profile"], path=path, start=start,
        settle=_number(parser, section, "settle", 5, (0, 3600)), host=host, port=port,
        allow=_networks(values, section), longest=_number(parser, section, "longest", 65_536, (480, 1 << 20)),
        certificate=values.get("certificate", ""), key=values.get("key", ""),
        client_ca=values.get("client_ca", ""), lane=lanes.NAMES.index(lane),
        alert_if=_pattern(values, section, "alert_if"), low_if=_pattern(values, section, "low_if"),
        rate=_number(parser, section, "rate", 5_000, (1, 1_000_000)), note=values.get("note", ""),
    )  # fmt: skip


def _caps(parser: configparser.ConfigParser) -> Caps:
    _known(
        parser,
        "caps",
        {"cpu_percent", "memory_mb", "disk_mb", "upload_kbytes", "upload_night_kbytes", "night", "delay"},
    )
    usual = Caps()
    night = parser.get("caps", "night", fallback="20-6")
    hours = re.fullmatch(r"([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-3])", night.strip())
    if not hours:
        raise _wrong("caps/night", "has to read 20-6")
    return Caps(
        cpu=_number(parser, "caps", "cpu_percent", int(usual.cpu), (1, 100)),
        memory=_number(parser, "caps", "memory_mb", usual.memory >> 20, (1, 1024)) << 20,
        disk=_number(parser, "caps", "disk_mb", usual.disk >> 20, (1, 1 << 30)) << 20,
        upload=_number(parser, "caps", "upload_kbytes", usual.upload >> 10, (1, 1 << 20)) << 10,
        upload_night=_number(parser, "caps", "upload_night_kbytes", usual.upload_night >> 10, (1, 1 << 20))
        << 10,
        night=(int(hours[1]), int(hours[2])),
        delay=_number(parser, "caps", "delay", usual.delay, (1, 60)),
    )


def _known(parser: configparser.ConfigParser, section: str, names: set[str]) -> None:
    if parser.has_section(section):
        for name in parser[section]:
            if name not in names:
                raise _wrong(f"{section}/{name}", f"no such name; there are {', '.join(sorted(names))}")


def _number(
    parser: configparser.ConfigParser, section: str, name: str, usual: int, bounds: tuple[int, int]
) -> int:
    lowest, highest = bounds
    raw = parser.get(section, name, fallback=str(usual)).strip()
    if not raw.isdigit() or not lowest <= int(raw) <= highest:
        raise _wrong(f"{section}/{name}", f"has to be a number from {lowest} to {highest}")
    return int(raw)


def _listen(values: configparser.SectionProxy, section: str) -> tuple[str, int]:
    host, colon, port = values.get("listen", "").rpartition(":")
    if not colon or not port.isdigit() or not int(port) < 1 << 16:
        raise _wrong(f"{section}/listen", "has to read address:port, such as 0.0.0.0:514")
    return host.strip("[]"), int(port)


def _networks(values: configparser.SectionProxy, section: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(one) for one in values.get("allow", "").replace(",", " ").split())
    except ValueError as error:
        raise _wrong(f"{section}/allow", str(error)) from error


def _pattern(values: configparser.SectionProxy, section: str, name: str) -> bytes | None:
    raw = values.get(name)
    if raw is None:
        return None
    try:
        re.compile(raw.encode())
    except re.error as error:
        raise _wrong(f"{section}/{name}", f"is no regular expression: {error}") from error
    return raw.encode()


def _wrong(where: str, why: str) -> SensorError:
    return SensorError(
        "sensor.settings",
        f"ค่าตั้งใน sensor.ini ไม่ถูกต้องที่ {where}: {why}",
        f"sensor.ini is wrong at {where}: {why}",
    )
