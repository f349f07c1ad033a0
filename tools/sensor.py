"""Makes ``build/phithak-sensor.pyz``: the sensor as one file that any Python from 3.9 on runs, nothing installed.

It holds the sensor, the batch format and the privacy profiles; two makings of one tree are the same bytes.
"""

from __future__ import annotations

import sys
import zipfile
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "phithak"
PARTS = ("base/batch", "base/profile", "sensor")
SINGLE = ("__init__.py", "base/__init__.py", "base/ids.py")
MAIN = "import sys\n\nfrom phithak.sensor.cli import main\n\nsys.exit(main())\n"
SHEBANG = b"#!/usr/bin/env python3\n"
_MOMENT = (2026, 1, 1, 0, 0, 0)


def contents() -> dict[str, bytes]:
    """Return name → content of everything in the zipapp."""
    found = {"__main__.py": MAIN.encode()}
    paths = [PACKAGE / name for name in SINGLE]
    for part in PARTS:
        paths += sorted((PACKAGE / part).rglob("*.py"))
    for path in paths:
        found[f"phithak/{path.relative_to(PACKAGE).as_posix()}"] = path.read_bytes()
    return found


def make(target: Path) -> str:
    """Write the zipapp and return its SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(SHEBANG)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(contents().items()):
                entry = zipfile.ZipInfo(name, _MOMENT)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)
    target.chmod(0o755)
    return sha256(target.read_bytes()).hexdigest()


if __name__ == "__main__":
    wanted = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "phithak-sensor.pyz"
    print(f"{make(wanted)}  {wanted}")
