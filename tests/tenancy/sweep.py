"""The sweep itself: visits addresses as outsiders and tells every difference that a foreign object makes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote

from django.http import HttpResponse
from django.test import Client

from tests.people import PEOPLE, TENANTS, People
from tests.tenancy import registry
from tests.tenancy.addresses import Address, everything
from tests.tenancy.makers import Made, uuid_of_nobody
from tests.tenancy.objects import KINDS, NEUTRAL, Kind

ELEVATED = ("cert_admin", "cert_admin_2", "auditor", "analyst", "data_owner", "authority")
_TOKENS = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
_MOMENTS = re.compile(
    r'\d{1,2}:\d{2}(?::\d{2})?|(?<=data-countdown=")\d+|(?<=" value=")\d+(?=" data-countdown-bar)'
)
_OPEN = frozenset({200})
_SHORT = 8
MARK = "เครื่องหมาย"
"""A word in the text of every marked object."""

NOT_FOUND = 404
REFUSED = frozenset({302, 401, 403, NOT_FOUND})
COUNTS_ALL = frozenset(
    {"/registry/figures/", "/api/v1/registry/figures", "/statistics/", "/api/v1/statistics"}
)
"""Figures over all organisations, meant for everybody who may see figures (S3-34): these alone may change by foreign
objects. They must name no tenant, tell no number under five, and be the same for whoever else may see them."""

NEUTRAL_READER = "peer_cert"
"""Sees no organisation but its own: figures that are narrowed to what their reader sees differ from what it reads."""

LEAST = 5


@dataclass
class Answer:
    """What an outsider can see of an answer, without what changes by itself (tokens, times of day)."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, response: HttpResponse, *hide: str) -> Answer:
        """Read a response fully; each text of ``hide`` is replaced, for ids that stand in the address itself."""
        # read to its end, a stream closes itself; the test client has closed all others
        raw = b"".join(response.streaming_content) if response.streaming else response.content
        text = _MOMENTS.sub("", _TOKENS.sub(r"\1", unescape(raw.decode("utf-8", "replace"))))
        for secret in hide:
            text = text.replace(secret, "ID").replace(quote(secret), "ID")
        told = {"Content-Type", "Location", "X-Total-Count", "Link", "Allow", "ETag", "Content-Disposition"}
        headers = {name: value for name, value in response.headers.items() if name in told}
        for name in ("Location", "Content-Disposition"):
            for secret in hide:
                headers[name] = headers.get(name, "").replace(secret, "ID")
        return cls(response.status_code, text, tuple(sorted(headers.items())))


@dataclass
class Visitors:
    """Browsers of the made-up people, logged in once."""

    people: People
    browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, key: str) -> Client:
        """Return a person's browser; administrators are inside a staff session, where they could do most."""
        if key not in self.browsers:
            # a person who left cannot log in: the old browser window is what is left of them
            self.browsers[key] = self.people.client(key, staff=key.startswith(ELEVATED) or "admin" in key)
            self.browsers[key].raise_request_exception = False
        return self.browsers[key]


def outsiders(kind: Kind) -> list[str]:
    """Return everybody who must not see an object of that kind."""
    return [key for key in PEOPLE if key not in kind.insiders]


def visit(browser: Client, address: Address, method: str, path: str) -> HttpResponse:
    """Send one request, with a valid body where the operation takes one."""
    if address.body is None:
        return browser.generic(method, path, content_type="application/x-www-form-urlencoded")
    return browser.generic(method, path, json.dumps(address.body), content_type="application/json")


def detail_findings(
    people: People,
    argument: str,
    keys: Iterable[str] | None = None,
    visitors: Visitors | None = None,
) -> Iterator[str]:
    """Tell every address that lets an outsider see, change, or merely notice an object.

    The answer for the foreign object must be the answer for an object that never was: 404 where the role
    may look at such objects at all, 403 (told before any look) where it may not.
    """
    kind = KINDS[argument]
    visitors = visitors or Visitors(people)
    made = kind.make(people)
    nobody = "999999" if argument == "pk" else uuid_of_nobody()
    for address in everything():
        if argument not in address.arguments:
            continue
        real_path, no_path = (_path(address, argument, key) for key in (made.key, nobody))
        for key in keys or outsiders(kind):
            browser = visitors.browser(key)
            before = made.state()
            for method in address.methods:
                real = Answer.of(visit(browser, address, method, real_path), real_path, *_long(made.key))
                none = Answer.of(visit(browser, address, method, no_path), no_path, *_long(nobody))
                where = f"{method} {address.path} as {key}"
                if real.status not in REFUSED:
                    yield f"{where}: {real.status}"
                if real != none:
                    yield f"{where}: differs from an object that never was ({real.status}, {none.status})"
                if made.mark in real.text:
                    yield f"{where}: shows the object"
                if method == "GET" and not address.api and real.status == NOT_FOUND:
                    head = visit(browser, address, "HEAD", real_path).status_code
                    if head != NOT_FOUND:
                        yield f"HEAD {address.path} as {key}: {head}"
            if made.state() != before:
                yield f"{address.path} as {key}: changed the object"


def _long(key: str) -> list[str]:
    # a short number stands in many places of a page that have nothing to do with the object
    return [key] if len(key) > _SHORT else []


def _path(address: Address, argument: str, key: str) -> str:
    values = {name: NEUTRAL[name][0] if name in NEUTRAL else uuid_of_nobody() for name in address.arguments}
    return address.at({**values, argument: key})


def list_paths(visitors: Visitors, key: str) -> dict[str, Answer]:
    """Open every address without an object, with each sort, filter, export and search that it offers.

    Returns:
        The answer by path, of those that this person can open.
    """
    browser = visitors.browser(key)
    found: dict[str, Answer] = {}
    for address in everything():
        if "GET" not in address.methods or set(address.arguments) - set(NEUTRAL) or "logout" in address.path:
            continue
        path = address.at({name: NEUTRAL[name][0] for name in address.arguments})
        answer = Answer.of(browser.get(path))
        if answer.status in _OPEN:
            found[path] = answer
            found |= {
                path + link: Answer.of(browser.get(path + link))
                for link in sorted(_variants(path, answer.text))
            }
    return found


def _variants(path: str, page: str) -> set[str]:
    links = {unescape(link) for link in re.findall(r'href="(\?[^"#]+)"', page)}
    for name, options in re.findall(r'<select[^>]*name="(\w+)"(.*?)</select>', page, re.DOTALL):
        if 'class="ph-filter"' in page:
            links |= {f"?{name}={quote(value)}" for value in re.findall(r'<option value="([^"]+)"', options)}
    if 'type="search" id="table-' in page or path == "/search/":
        links.add(f"?q={quote(MARK)}")
    if 'id="table-' in page:
        links |= {"?format=csv", "?format=json"}
    return links


def list_findings(people: People, key: str, arguments: Iterable[str] = tuple(KINDS)) -> Iterator[str]:
    """Tell every list, search, sort, filter, export or number that changes for an outsider by foreign objects."""
    chosen = [argument for argument in arguments if key not in KINDS[argument].insiders]
    visitors = Visitors(people)
    browser = visitors.browser(key)
    for argument, make in registry.BESIDE.items():
        if key in KINDS[argument].insiders:
            make(people)
    before = list_paths(visitors, key)
    # the journal tells of some of the visits themselves, such as an export
    before |= {path: Answer.of(browser.get(path)) for path in before if "/journal/" in path}
    yield from _compared(browser, key, before, [KINDS[argument].make(people) for argument in chosen])
    for path in sorted(path for path in before if path.split("?")[0] in COUNTS_ALL):
        yield from aggregate_findings(visitors, key, path)


def aggregate_findings(visitors: Visitors, key: str, path: str) -> Iterator[str]:
    """Tell what figures say that is more than numbers over all organisations."""
    mine, neutral = (told(Answer.of(visitors.browser(one).get(path))) for one in (key, NEUTRAL_READER))
    where = f"GET {path} as {key}"
    if mine != neutral:
        yield f"{where}: tells others than it tells {NEUTRAL_READER}"
    yield from (f"{where}: names {name}" for _, *names in TENANTS.values() for name in names if name in mine)
    if path == "/api/v1/registry/figures":
        tables = json.loads(mine)
        numbers = [cell["count"] for table in tables for cell in table["cells"]]
        numbers += [table["total"] for table in tables]
        yield from (f"{where}: tells of {few}" for few in numbers if few is not None and few < LEAST)


def told(answer: Answer) -> str:
    """Return what an answer says, without what frames every page."""
    found = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    return re.sub(r"<[^>]*>", " ", found[0]) if found else answer.text


def _shown(now: Answer, path: str, key: str, made: Iterable[Made]) -> Iterator[str]:
    for one in made:
        if one.mark in now.text or any(long in now.text for long in _long(one.key)):
            yield f"GET {path} as {key}: shows {type(one.row).__name__} of another tenant"


def _compared(browser: Client, key: str, before: Mapping[str, Answer], made: Iterable[Made]) -> Iterator[str]:
    # the journal first: other visits, such as an export, write entries of their own
    for path, then in sorted(before.items(), key=lambda item: "/journal/" not in item[0]):
        now = Answer.of(browser.get(path))
        yield from _shown(now, path, key, made)
        if path.split("?")[0] in COUNTS_ALL:
            continue
        # a page that changes at every look (its own visit in the journal) cannot be compared
        if now != then and now == Answer.of(browser.get(path)):
            yield f"GET {path} as {key}: differs once another tenant has objects"


def own_findings(people: People, argument: str, visitors: Visitors) -> Iterator[str]:
    """Tell what insiders cannot see, so that a house that answers 404 to everybody fails."""
    kind = KINDS[argument]
    made = kind.make(people)
    opened = 0
    for key in kind.insiders:
        browser = visitors.browser(key)
        for address in everything():
            if argument in address.arguments and "GET" in address.methods:
                status = Answer.of(visit(browser, address, "GET", _path(address, argument, made.key))).status
                opened += status in _OPEN
                if status in {404, 500}:
                    yield f"GET {address.path} as {key}: {status} for an insider"
    readable = [item for item in everything() if argument in item.arguments and "GET" in item.methods]
    if readable and not opened:
        yield f"no insider can open any {argument}"
    browser = visitors.browser(kind.insiders[0])
    for path in kind.lists:
        text = Answer.of(browser.get(path)).text
        if made.key not in text and made.mark not in text:
            yield f"GET {path} as {kind.insiders[0]}: the own row is missing"
