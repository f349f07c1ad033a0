"""One layout and its data -> the bytes of a PDF, made in a limited child process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phithak.base.errors import PhithakError
from phithak.base.text import Text

HERE = Path(__file__).parent
LAYOUTS = HERE / "layouts"
FONTS = HERE / "fonts"
SECONDS = 30
MAX_BYTES = 64 * 1024 * 1024


class PdfError(PhithakError):
    """A PDF could not be made."""

    code = "pdf.failed"
    text = Text(
        "สร้าง PDF ไม่ได้: {words} ดูฉบับหน้าเว็บแทนได้",
        "The PDF could not be made: {words}. The web version can be used instead.",
    )
    status = 503


def fonts_present() -> bool:
    """Tell whether the Thai fonts that the layouts use are there."""
    return any(FONTS.glob("*.ttf"))


def render(layout: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of ``layouts/<layout>.typ`` filled with ``data``.

    Args:
        layout: name of a layout of this package.
        data: plain JSON; the layout reads it as ``data``.

    Raises:
        PdfError: no such layout or fonts, the child failed, or it passed its limits.
    """
    if not (LAYOUTS / f"{layout}.typ").is_file() or not layout.isidentifier():
        raise PdfError(words=f"no layout {layout!r}")
    if not fonts_present():
        raise PdfError(words="fonts missing; run make assets")
    order = json.dumps({"layout": layout, "data": data}, ensure_ascii=False).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", str(HERE / "child.py")],
            input=order,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError(words=f"more than {SECONDS} s") from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise PdfError(words=_last_line(done.stderr) or f"exit {done.returncode}")
    if len(done.stdout) > MAX_BYTES:
        raise PdfError(words="too large")
    return done.stdout


def _last_line(words: bytes) -> str:
    lines = words.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][-300:] if lines else ""
