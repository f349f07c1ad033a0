"""What every page must keep, asked in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Page, Request

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > room + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 160));
}"""
_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return 'nothing has the focus';
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) return 'no outline: ' + e.outerHTML.slice(0, 160);
  if (r.width === 0 || r.bottom <= 0 || r.top >= innerHeight) return 'out of sight: ' + e.outerHTML.slice(0, 160);
  return '';
}"""


@contextmanager
def heard(page: Page) -> Iterator[list[str]]:
    """Give a list that fills with what the page complains of within the block.

    Refused by the content security policy, broken scripts, lost files.
    """
    found: list[str] = []

    def console(message: ConsoleMessage) -> None:
        # the browser reports every 4xx page so, asked for or not; the tests look at statuses themselves
        if (
            message.type in {"error", "warning"}
            and "the server responded with a status of 4" not in message.text
        ):
            found.append(f"{message.type}: {message.text}")

    def broken(error: Error) -> None:
        found.append(f"script: {error}")

    def lost(request: Request) -> None:
        found.append(f"lost: {request.url}")

    page.on("console", console)
    page.on("pageerror", broken)
    page.on("requestfailed", lost)
    try:
        yield found
    finally:
        page.remove_listener("console", console)
        page.remove_listener("pageerror", broken)
        page.remove_listener("requestfailed", lost)


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown: accessibility by axe, width."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    outcome: dict[str, Any] = page.evaluate(_RUN, TAGS)
    found = [
        f"axe {violation['id']} ({violation['impact']}): {node['html'][:200]} {_why(node)}"
        for violation in outcome["violations"]
        for node in violation["nodes"][:3]
    ]
    found += [f"wider than the window: {html}" for html in page.evaluate(_WIDE)]
    return found


def _why(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])[:300]


def focus_fault(page: Page) -> str:
    """Return why the focus cannot be seen, or ""."""
    return str(page.evaluate(_FOCUS))
