"""Resolves ``requirements/*.txt`` anew from ``pyproject.toml``, with hashes and without any registry's host.

``runtime.txt`` is what ``make run`` installs; ``dev.txt`` adds the tools of ``make test``. Both hold for
CPython 3.11 and later on Linux x86-64 and arm64.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Made by `make lock` from pyproject.toml. Every file is checked against its SHA-256.\n"
# the larger set first: what runs the product has to agree with the tools that test it
LOCKS = {
    "dev": ("--group", "dev", "--extra", "fast"),
    "runtime": ("--constraint", "requirements/dev.txt", "--extra", "fast"),
}


def compile_lock(name: str, options: tuple[str, ...]) -> None:
    """Write one lock file; versions already in it stay unless pyproject.toml forbids them."""
    target = ROOT / "requirements" / f"{name}.txt"
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    # settings of this machine (mirrors, folders of wheels) must not find their way into the file
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}
    certificate = os.environ.get("PIP_CERT")
    if certificate:
        environment["SSL_CERT_FILE"] = certificate
    command = [
        uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links",
        *options, "pyproject.toml", "--output-file", str(target),
    ]  # fmt: skip
    subprocess.run(command, check=True, cwd=ROOT, env=environment)
    content = target.read_text()
    if "://" in content:
        sys.exit(f"{target.name} names an address")
    target.write_text(HEADER + "\n" + content.removeprefix(HEADER).lstrip("\n"))


if __name__ == "__main__":
    for lock, extra in LOCKS.items():
        compile_lock(lock, extra)
