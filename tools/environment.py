"""Makes the ``.venv`` of this tree from a lock file with hashes; uses ``uv`` where it is installed.

``python3 tools/environment.py requirements/runtime.txt`` needs nothing but Python's standard library. The product
itself is put on the path by a ``.pth`` file, so no build tool has to be fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LAUNCHER = """#!{python}
import sys

from phithak.web.cli import main

sys.exit(main())
"""


def install(lock: Path) -> None:
    """Make the environment when it is absent and install every line of ``lock``, hashes required."""
    python = VENV / "bin" / "python"
    uv = shutil.which("uv")
    if not python.exists():
        command = [uv, "venv", "--python", sys.executable, str(VENV)] if uv else []
        run(command or [sys.executable, "-m", "venv", str(VENV)])
    if uv:
        run([
            uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python),
            "--require-hashes", "-r", str(lock),
        ])  # fmt: skip
    else:
        run([
            str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--require-hashes", "-r", str(lock),
        ])  # fmt: skip
    put_on_path(python)


def put_on_path(python: Path) -> None:
    """Let the environment see ``src`` and give it the ``phithak`` command."""
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    (packages / "phithak-tree.pth").write_text(f"{ROOT / 'src'}\n")
    launcher = VENV / "bin" / "phithak"
    launcher.write_text(LAUNCHER.format(python=python))
    launcher.chmod(0o755)


def run(command: list[str]) -> None:
    """Run a command and stop with its exit code when it fails."""
    # a package index set for this machine is honoured; a PYTHONPATH of the caller would hide what is missing
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    outcome = subprocess.run(command, check=False, env=environment)
    if outcome.returncode:
        sys.exit(f"failed ({outcome.returncode}): {' '.join(command)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one lock file
        sys.exit("usage: python3 tools/environment.py requirements/runtime.txt|requirements/dev.txt")
    install(Path(sys.argv[1]))
