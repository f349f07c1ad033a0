"""Enrolment: a one-time code and the fingerprint of the centre's authority, both told by telephone.

The authority is fetched over a connection that nobody vouches for, and counts only when its SHA-256 begins with the
digits that were told; the code is sent over a second connection that this authority vouches for.
"""

from __future__ import annotations

import json
import platform
import re
import ssl
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from phithak.sensor.errors import SensorError
from phithak.sensor.identity import Identity, certificates, write_private
from phithak.sensor.uplink.link import Link, UnreachableError

LEAST_DIGITS = 24  # 96 bits: nobody makes a second authority that begins alike
_OK = 200
_TOKEN = re.compile(r"[\x21-\x7e]{20,500}")


@dataclass(frozen=True)
class Enrolled:
    """What the centre answered: the sensor's name there, and sources that it proposes (name → values)."""

    name: str
    sources: dict[str, dict[str, str]] = field(default_factory=dict)


def fingerprint(pem: str) -> str:
    """Return the SHA-256 of the first certificate as hexadecimal digits in groups of four, to be read aloud."""
    digits = sha256(ssl.PEM_cert_to_DER_cert(certificates(pem)[0])).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def enrol(folder: Path, address: str, code: str, told: str, version: str) -> Enrolled:
    """Enrol this machine and keep what the centre gave.

    Args:
        folder: of the sensor.
        address: of the centre, ``https://name:port``.
        code: one-time code.
        told: the fingerprint as told, at least its first 24 digits; blanks, dashes and colons do not matter.
        version: of this sensor.

    Raises:
        SensorError: ``sensor.fingerprint`` the centre is not the one that was told of; ``sensor.code`` the code is
            wrong or used; ``sensor.unreachable``.
    """
    digits = re.sub(r"[\s:.-]", "", told).lower()
    if len(digits) < LEAST_DIGITS or re.search(r"[^0-9a-f]", digits):
        raise SensorError(
            "sensor.fingerprint",
            f"ลายนิ้วมือของศูนย์ต้องมีอย่างน้อย {LEAST_DIGITS} หลัก (0-9 a-f)",
            f"The centre's fingerprint has at least {LEAST_DIGITS} digits (0-9 a-f).",
        )
    pem = _authority(address)
    if not fingerprint(pem).replace(" ", "").startswith(digits):
        raise SensorError(
            "sensor.fingerprint",
            "ลายนิ้วมือไม่ตรงกับที่ได้ยินทางโทรศัพท์ อาจไม่ใช่ศูนย์จริง หยุดแล้วโทรกลับศูนย์",
            "The fingerprint is not the one told by telephone; this may not be the centre. Stop and call back.",
        )
    identity = Identity(folder)
    candidate = folder / "candidate-ca.pem"
    write_private(candidate, certificates(pem)[0].encode("ascii"))
    asked = {"code": code.strip(), "name": platform.node(), "system": platform.platform(), "version": version}
    link = Link(address, candidate)
    try:
        answer = link.ask(
            "POST", "/v1/enrol", json.dumps(asked, ensure_ascii=False).encode(), "application/json"
        )
    except UnreachableError as error:
        raise _unreachable(address, error) from error
    finally:
        link.close()
        candidate.unlink()
    told_back = _object(answer.body)
    token = told_back.get("token")
    if answer.status != _OK or not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise SensorError(
            "sensor.code",
            f"ศูนย์ไม่รับรหัสนี้ ({answer.status}) รหัสอาจถูกใช้แล้วหรือหมดเวลา ขอรหัสใหม่จากศูนย์",
            f"The centre does not take this code ({answer.status}); it may be used or out of date. Ask for another.",
        )
    identity.keep(token, certificates(pem)[0])
    identity.key()
    return Enrolled(str(told_back.get("sender", "")), _proposal(told_back.get("sources")))


def _authority(address: str) -> str:
    link = Link(address, None)
    try:
        answer = link.ask("GET", "/v1/ca")
        pem = answer.body.decode("ascii")
        ssl.PEM_cert_to_DER_cert(certificates(pem)[0])
    except UnreachableError as error:
        raise _unreachable(address, error) from error
    except (ValueError, IndexError) as error:
        raise SensorError(
            "sensor.unreachable",
            f"ที่อยู่ {address} ตอบ แต่ไม่ใช่ศูนย์ ตรวจที่อยู่แล้วลองใหม่",
            f"{address} answers but is no centre. Check the address and try again.",
        ) from error
    finally:
        link.close()
    return pem


def _unreachable(address: str, error: UnreachableError) -> SensorError:
    return SensorError(
        "sensor.unreachable",
        f"ติดต่อ {address} ไม่ได้ ({error.why}) ตรวจเครือข่ายขาออกแล้วลองใหม่",
        f"{address} cannot be reached ({error.why}). Check the way out and try again.",
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _proposal(told: Any) -> dict[str, dict[str, str]]:
    """Return proposed sources; only one-line texts, which the settings' own checks judge afterwards."""
    found: dict[str, dict[str, str]] = {}
    for name, values in told.items() if isinstance(told, dict) else ():
        if isinstance(values, dict):
            found[" ".join(str(name).split())] = {
                str(key): " ".join(str(value).split()) for key, value in values.items()
            }
    return found
