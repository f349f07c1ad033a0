"""Which pages there are: from the URLconf, so that a new one cannot be left out; and where to see each.

Pages without arguments are asked for by name. The others are reached as a person reaches them, by links: from
the pages already found, as each of the roles in turn.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.e2e.server import Server

ROLES = ("cert_admin", "analyst", "auditor", "member_admin", "no_factor", "")
"""Who looks for pages, in this order; "" is nobody."""

NO_PAGE = {
    "ui:health": "JSON for supervisors",
    "ui:openapi": "JSON for programs",
    "files:download": "a file",
    "journal:export": "a file",
    "registry:agreement_file": "a file",
    "cases:calendar": "a file",
    "registry:sheet_file": "a file",
    "notices:campaign_pdf": "a file",
    "notices:campaign_pdf_en": "a file",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "JSON for the passkey script",
}
"""Answers to GET that are no pages, with the reason."""

ELSEWHERE = {
    "openid_connect_callback": "with a provider",
    "openid_connect_login": "with a provider",
    "socialaccount_login_error": "answers 401 after a provider refused",
}
"""Pages that tests/core/accounts reaches with a provider."""

_LINK = re.compile(r'href="(/[^"#]*)"')
SAMPLES = (1, 6)
"""How many links to a kind of page each role follows: one at first; several when some kind of page is still missing,
for of a list some rows may not offer every step."""


@dataclass(frozen=True)
class Place:
    """Where to see a page: its address, as whom, whether it is a part of another page, whether it lists."""

    url: str
    person: str
    fragment: bool = False
    lists: bool = False


def names() -> list[str]:
    """Return the names of every pattern that answers GET with a page."""
    return sorted({name for name, pattern in _walk(get_resolver(), "") if _is_page(name, pattern)})


def _walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            if pattern.namespace != "api":
                yield from _walk(pattern, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}", pattern


def _is_page(name: str, pattern: URLPattern) -> bool:
    methods = getattr(pattern.callback, "methods", ("GET",))
    return name not in NO_PAGE and "GET" in methods


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def fetch(where: Server, url: str, person: str) -> tuple[int, str]:
    """Return status and HTML of a page; "" for anything that is no HTML."""
    request = urllib.request.Request(where.url + url)  # noqa: S310 - our own loopback address
    if person:
        request.add_header("Cookie", f"sessionid={where.cookies[person]}")
    try:
        with _opener.open(request, timeout=30) as answer:
            is_html = "text/html" in answer.headers.get("Content-Type", "")
            return answer.status, answer.read().decode() if is_html else ""
    except urllib.error.HTTPError as error:
        return error.code, ""


def discover(where: Server) -> dict[str, Place]:
    """Return where each page can be seen with status 200; ends early only when all are found."""
    wanted = set(names()) - ELSEWHERE.keys()
    found = {name: Place(url, person) for name, (url, person) in where.places.items()}
    for samples in SAMPLES:
        for person in ROLES:
            _follow(where, person, wanted, found, samples)
        for name in sorted(wanted - found.keys()):
            if place := _beside(where, name, found):
                found[name] = place
    return found


def _follow(where: Server, person: str, wanted: set[str], found: dict[str, Place], samples: int) -> None:
    """Follow links as a person, so many to each kind of page, until all is found or no link is left."""
    queue = deque(["/", *(url for name in sorted(wanted - found.keys()) if (url := plain(name)))])
    seen, tried = set(queue), Counter[str]()
    while queue and wanted - found.keys():
        url = queue.popleft()
        status, html = fetch(where, url, person)
        if status != 200 or not html:
            continue
        name = _name(url)
        if name in wanted and name not in found:
            found[name] = _seen(url, person, html)
        for link in map(unescape, _LINK.findall(html)):
            target = _name(link)
            if link in seen or "?" in link or target not in wanted or tried[target] >= samples:
                continue
            seen.add(link)
            tried[target] += 1
            # what was never seen comes first
            (queue.append if target in found else queue.appendleft)(link)


def _seen(url: str, person: str, html: str) -> Place:
    lists = 'class="ph-table"' in html or "ph-waiting" in html
    return Place(url, person, fragment="<html" not in html, lists=lists)


def _beside(where: Server, name: str, found: dict[str, Place]) -> Place | None:
    """Return a page that only forms lead to, by the arguments of a page that was found."""
    for place in found.values():
        arguments = resolve(place.url).kwargs
        try:
            url = reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
        status, html = fetch(where, url, place.person)
        if status == 200 and html:
            return _seen(url, place.person, html)
    return None


def plain(name: str) -> str:
    """Return the address of a page without arguments, "" for one that needs some."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _name(url: str) -> str:
    try:
        match = resolve(url.split("?", 1)[0])
    except Resolver404:
        return ""
    return match.view_name or ""
