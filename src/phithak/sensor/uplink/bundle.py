"""The place of the signed bundle: rules as data, which a later release of the sensor will match on the spot.

The sensor pulls it, never the centre pushes. It counts only with an Ed25519 signature by the key that the hospital laid
into ``bundle.pub`` by hand; without that file nothing is asked for. It is kept as it came and never run.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from phithak.sensor.identity import read_if_there, write_private
from phithak.sensor.uplink.ed25519 import is_signed
from phithak.sensor.uplink.link import Link

_OK = 200
_SIGNATURE_BYTES = 64
_MOST = 1 << 20
_HEAD = b"PHBUNDLE"


@dataclass(frozen=True)
class Bundle:
    """A bundle as kept: its content, and SHA-256 of content and signature, which stands for its version."""

    content: bytes
    version: str


class Bundles:
    """The bundle in ``folder``: ``bundle.pub`` (32 bytes as hexadecimal digits, by hand) and ``bundle.signed``."""

    def __init__(self, folder: Path) -> None:
        self._key = folder / "bundle.pub"
        self._kept = folder / "bundle.signed"

    def present(self) -> Bundle | None:
        """Return the bundle that is kept, None when there is none or its signature does not fit (any more)."""
        return self._checked(read_if_there(self._kept) or b"")

    def pull(self, link: Link) -> bool:
        """Ask the centre for a newer bundle; true when one came and its signature fits.

        Raises:
            UnreachableError: no answer came.
        """
        if self._public() is None:
            return False
        present = self.present()
        answer = link.ask("GET", "/v1/bundle", tag=f'"{present.version}"' if present else "")
        fresh = self._checked(answer.body) if answer.status == _OK and len(answer.body) <= _MOST else None
        if fresh is None or (present is not None and present.version == fresh.version):
            return False
        write_private(self._kept, answer.body)
        return True

    def _checked(self, raw: bytes) -> Bundle | None:
        key = self._public()
        signature, content = (
            raw[len(_HEAD) : len(_HEAD) + _SIGNATURE_BYTES],
            raw[len(_HEAD) + _SIGNATURE_BYTES :],
        )
        if key is None or not raw.startswith(_HEAD) or not is_signed(key, content, signature):
            return None
        return Bundle(content, sha256(raw).hexdigest())

    def _public(self) -> bytes | None:
        try:
            return bytes.fromhex((read_if_there(self._key) or b"").decode("ascii").strip()) or None
        except ValueError:
            return None
