"""The pictures of the README and the docs, made from real pages: ``docs/images``.

Written only when asked (``PHITHAK_PICTURES=docs/images make e2e``), so that a test run leaves the tree as it was.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import DESK, PHONE, OpenAs
from tests.e2e.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.needs("chromium")]

PICTURES = (
    ("home-th", "/", "th", DESK, "light"),
    ("home-en-dark", "/", "en", DESK, "dark"),
    ("home-th-phone", "/", "th", PHONE, "light"),
    ("journal-th", "/journal/", "th", DESK, "light"),
    ("dates-th", "/tools/dates/?text=วันศุกร์ที่ 19 กรกฎาคม 2566", "th", DESK, "light"),
    ("registry-map-th", "/registry/map/", "th", DESK, "light"),
    ("registry-now-th-phone", "/registry/contacts/now/?country=TH&kind=technical", "th", PHONE, "light"),
    ("registry-graph-en", "/registry/graph/", "en", DESK, "light"),
    ("style-en-dark", "/tools/style/", "en", DESK, "dark"),
)


@pytest.mark.parametrize(
    ("name", "url", "language", "viewport", "theme"), PICTURES, ids=[row[0] for row in PICTURES]
)
def test_picture(  # noqa: PLR0917 - pytest fills them by name
    name: str,
    url: str,
    language: str,
    viewport: dict[str, int],
    theme: str,
    full: Server,
    open_as: OpenAs,
    tmp_path: Path,
) -> None:
    folder = Path(os.environ.get("PHITHAK_PICTURES") or tmp_path)
    window = open_as(full, "cert_admin", language=language, viewport=viewport, theme=theme)
    with window.new_page() as page:
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200
        page.evaluate("document.fonts.ready")
        # the picture must show our own font: a missing one would be found here
        assert page.evaluate("document.fonts.check('16px Sarabun', 'กขค')")
        page.screenshot(path=folder / f"{name}.png")
    assert (folder / f"{name}.png").stat().st_size > 5_000
    window.close()
