"""What makes this sensor this sensor: its token, its centre's authority, its own key. All stay in its folder, 0600."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from phithak.sensor.errors import SensorError

_KEY_BYTES = 32
_MOST_CERTIFICATES = 4
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


class Identity:
    """The files of an enrolled sensor in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.authority = folder / "centre-ca.pem"

    @property
    def enrolled(self) -> bool:
        """Whether the sensor has a token and knows its centre's authority."""
        return self.authority.exists() and (self._folder / "token").exists()

    def token(self) -> str:
        """Return the token.

        Raises:
            SensorError: ``sensor.not_enrolled``.
        """
        try:
            return (self._folder / "token").read_text(encoding="ascii").strip()
        except OSError as error:
            raise SensorError(
                "sensor.not_enrolled",
                "เครื่องนี้ยังไม่ลงทะเบียนกับศูนย์ ใช้คำสั่ง enrol พร้อมรหัสที่ได้รับทางโทรศัพท์",
                "This sensor is not enrolled. Use enrol with the code given by telephone.",
            ) from error

    def key(self) -> bytes:
        """Return the key for tags of persons' numbers, made at the first call; it never leaves this machine."""
        path = self._folder / "tags.key"
        if not path.exists():
            write_private(path, secrets.token_bytes(_KEY_BYTES))
        return path.read_bytes()

    def keep(self, token: str, authority: str) -> None:
        """Write down what the centre gave at enrolment."""
        write_private(self.authority, authority.encode("ascii"))
        write_private(self._folder / "token", token.encode("ascii"))

    def add_authority(self, pem: str) -> bool:
        """Trust further certificates of the centre, which came over the trusted connection; true when one was new.

        The ones before stay, at most four in all, so that a renewal never cuts a sensor off.
        """
        known = certificates(self.authority.read_text(encoding="ascii"))
        fresh = [one for one in certificates(pem) if one not in known]
        if fresh:
            write_private(self.authority, "".join([*fresh, *known][:_MOST_CERTIFICATES]).encode("ascii"))
        return bool(fresh)


def certificates(pem: str) -> list[str]:
    """Return the certificates of a PEM text, each as PEM."""
    found = []
    for part in pem.split(_BEGIN)[1:]:
        inner, end, _ = part.partition(_END)
        if end:
            lines = "\n".join(line.strip() for line in inner.strip().splitlines())
            found.append(f"{_BEGIN}\n{lines}\n{_END}\n")
    return found


def write_private(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file in one step, synced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    fresh.replace(path)


def read_if_there(path: Path) -> bytes | None:
    """Return the content of a file, None when it is not there."""
    try:
        return path.read_bytes()
    except OSError:
        return None
