"""The registries themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from uuid import UUID

from phithak.base.text import Text

if TYPE_CHECKING:
    from phithak.core.accounts.actors import Actor


class Named(Protocol):
    """A contribution has a name, unique in its registry: ``room.what``."""

    @property
    def name(self) -> str:
        """The unique name."""
        ...


C = TypeVar("C", bound=Named)


class Registry(Generic[C]):
    """An ordered set of contributions of one kind."""

    def __init__(self) -> None:
        self._items: dict[str, C] = {}

    def register(self, *items: C) -> None:
        """Add contributions; registering the same name again replaces it (a reload, not a clash)."""
        for item in items:
            self._items[item.name] = item

    def get(self, name: str) -> C | None:
        """Return the contribution of that name, or None."""
        return self._items.get(name)

    def forget(self, name: str) -> None:
        """Take a contribution out again (a test, or a room that is switched off)."""
        self._items.pop(name, None)

    def __iter__(self) -> Iterator[C]:
        return iter(list(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)


@dataclass(frozen=True)
class NavItem:
    """A line of the side menu: shown to actors that hold ``permission`` ("" = everyone logged in).

    A line ``under`` another one (by its name) is of the second level: it shows below that line while the reader is
    in that part, and beside its siblings above their pages. Such a parent may have no page of its own
    (``url_name`` ""): it then leads to the first of its lines that the actor may open, and needs no permission.
    ``also`` are further addresses below which pages of the line lie, such as ``/registry/shifts/``.
    """

    name: str
    text: Text
    url_name: str
    permission: str = ""
    group: Text = field(default_factory=lambda: Text("งาน", "Work"))
    order: int = 100
    icon: str = ""
    under: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class VisitorLink:
    """A page for people who have no login: offered beside the login form and at the foot of visitors' pages.

    Attributes:
        name: ``room.what``.
        text: of the link.
        url_name: a public page without arguments.
        help: one line beside the login form: who it is for.
        shown: whether it is offered now (it may be closed by a setting).
    """

    name: str
    text: Text
    url_name: str
    help: Text
    shown: Callable[[], bool] = lambda: True
    order: int = 100


@dataclass(frozen=True)
class Panel:
    """A fragment on the page of an object of a lower room; ``url`` gives its own address."""

    name: str
    object_kind: str
    title: Text
    url: Callable[[Actor, UUID], str | None]
    order: int = 100


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits for the actor."""

    text: Text
    url: str
    since: datetime | None = None
    due: datetime | None = None
    count: int = 1


@dataclass(frozen=True)
class Waiting:
    """What waits for an actor, most urgent first (the home page and the shift's hand-over)."""

    name: str
    items: Callable[[Actor], Iterable[WaitingItem]]


@dataclass(frozen=True)
class TimelineSource:
    """Moments of a case: ``(actor, case_id) -> (time, text)``."""

    name: str
    moments: Callable[[Actor, UUID], Iterable[tuple[datetime, Text]]]


@dataclass(frozen=True)
class SearchSource:
    """A kind of thing that the search box finds: ``(actor, words, limit) -> (title, url)``.

    ``kinds`` are the kinds of documents in which it looks; they are asked of the index for all sources at once. A
    source that also finds by other means (a size, an address within a range) says so, else it is not asked when no
    document of its kinds holds the words.
    """

    name: str
    title: Text
    find: Callable[[Actor, str, int], Iterable[tuple[str, str]]]
    kinds: tuple[str, ...] = ()
    by_other_means: bool = False

    @property
    def by_index_alone(self) -> bool:
        """Whether nothing is found when no document of its kinds holds the words."""
        return bool(self.kinds) and not self.by_other_means


@dataclass(frozen=True)
class EvidencePart:
    """Files that a case's evidence pack takes from this room: ``(actor, case_id) -> (path, content)``."""

    name: str
    files: Callable[[Actor, UUID], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True)
class RetentionHold:
    """Says why data of a source or key must not be erased yet; an empty list lets it go."""

    name: str
    reasons: Callable[[str, UUID], Iterable[Text]]


@dataclass(frozen=True)
class CheckResult:
    """Outcome of a check of ``phithak doctor``: ``ok``, ``warning``, ``error`` or ``unknown``, and what to do."""

    state: str
    text: Text


@dataclass(frozen=True)
class Check:
    """One check of ``phithak doctor``."""

    name: str
    title: Text
    run: Callable[[], CheckResult]


@dataclass(frozen=True)
class Demo:
    """Builds a room's part of the fictional demo sector; ``order`` follows the floors."""

    name: str
    build: Callable[[], None]
    order: int = 100


@dataclass(frozen=True)
class LinkPurpose:
    """A purpose of one-time links: what the page behind the link asks, and how long the link lives.

    Attributes:
        name: ``room.what``.
        text: heading of the page.
        hours: life of a link of this purpose.
        question: ``(object_id) -> what is asked``; shown to whoever holds the link, so no personal data.
        answers: the closed list of answers, each with the text of its button.
        note: whether a free text may be added to the answer.
    """

    name: str
    text: Text
    hours: int
    question: Callable[[UUID], Text]
    answers: tuple[tuple[str, Text], ...]
    note: bool = False


@dataclass(frozen=True)
class Statistic:
    """A number on the public statistics page, with how it was counted; never below small-count limits."""

    name: str
    title: Text
    method: Text
    value: Callable[[], int]


@dataclass(frozen=True)
class Preparation:
    """Something a room makes sure of before each start of the instance; running it again changes nothing."""

    name: str
    run: Callable[[], None]


@dataclass(frozen=True)
class Loop:
    """Something that the worker does again and again, such as the journal's sequencer."""

    name: str
    seconds: float
    tick: Callable[[], None]


nav: Registry[NavItem] = Registry()
visitor_links: Registry[VisitorLink] = Registry()
panel: Registry[Panel] = Registry()
waiting: Registry[Waiting] = Registry()
timeline: Registry[TimelineSource] = Registry()
search: Registry[SearchSource] = Registry()
evidence_part: Registry[EvidencePart] = Registry()
retention_hold: Registry[RetentionHold] = Registry()
doctor: Registry[Check] = Registry()
demo: Registry[Demo] = Registry()
link_purpose: Registry[LinkPurpose] = Registry()
statistics: Registry[Statistic] = Registry()
loops: Registry[Loop] = Registry()
preparations: Registry[Preparation] = Registry()
