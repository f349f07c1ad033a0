"""The file of settings as enrolment writes it: the centre proposes, the hospital decides."""

from __future__ import annotations

import tempfile
from pathlib import Path

from phithak.sensor import settings
from phithak.sensor.errors import SensorError
from phithak.sensor.identity import write_private

_HEAD = """\
# ค่าตั้งของเซนเซอร์ แก้แล้วรัน phithak-sensor check และเริ่มเซนเซอร์ใหม่
# Settings of the sensor. After a change: phithak-sensor check, then start it anew.
"""


def written(address: str, sources: dict[str, dict[str, str]]) -> str:
    """Return the text of ``sensor.ini`` with these sources."""
    parts = [_HEAD, f"[centre]\naddress = {address}\n"]
    for name, values in sources.items():
        lines = "\n".join(f"{key} = {value}" for key, value in values.items())
        parts.append(f"[source {name}]\n{lines}\n")
    return "\n".join(parts)


def keep(folder: Path, text: str, *, agreed: bool) -> Path:
    """Write the settings and return where they are: ``sensor.ini``, or beside it when they count only later.

    Beside it they go when the hospital has not agreed, when it has its own file already, or when the proposal is
    wrong.
    """
    target = folder / "sensor.ini"
    if not agreed or target.exists() or not _valid(text):
        target = folder / "sensor.ini.proposed"
    write_private(target, text.encode("utf-8"))
    return target


def _valid(text: str) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "sensor.ini").write_text(text, encoding="utf-8")
        try:
            settings.read(Path(scratch))
        except SensorError:
            return False
    return True
