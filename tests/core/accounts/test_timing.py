"""Whether an address is known cannot be told from a failed login: not by the answer, not by how long it takes.

The measure is the AUC of the two sets of times (the chance that a known address took longer than an unknown one,
ties counting half): 0.5 when nobody can tell. testing.md asks for 4,000 interleaved pairs within 0.5 ± 0.03; with
fewer pairs the same certainty needs a wider bound. The standard deviation of the AUC of n against n equal sets is
sqrt((2n + 1) / 12) / n, so 0.03 at 4,000 pairs are 4.6 of them, and the bound grows with sqrt(4000 / n). The long
measure reads the wall clock, as somebody outside does; the short one the processor time of the thread.

A machine that is slow for a second and quick for the next spreads both sets wider than a millisecond, and few pairs
show no planted one in their AUC. The two of a pair meet the same second, so the short measure also counts the share
of the pairs in which the known address took longer: 0.5 when nobody can tell, with a standard deviation of
0.5 / sqrt(n), of which it is allowed the same 4.6.
"""

from __future__ import annotations

import gc
import math
import random
import time
from collections.abc import Callable
from itertools import count

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from phithak.core.accounts import queries
from phithak.core.accounts.models import User
from tests.people import PASSWORD, People

LOGIN = "/accounts/login/"
WRONG = "ผิดแน่นอน-ไม่ใช่รหัสนี้"
KNOWN = {
    "a member": "member.staff@example.th",
    "a privileged one": "analyst@example.th",
    "who left": "left@example.th",
    "who was invited": "expired@example.th",
}
"""What is known of an address -> the address; the invited one has no password yet."""
FULL = 4000
FULL_BOUND = 0.03


class QuickArgon2(Argon2PasswordHasher):
    """The product's hasher at the least cost, so that its own trembling hides no difference around it."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1


class DearerArgon2(QuickArgon2):
    """The hasher of a later release, which costs more."""

    time_cost = 2


_ADDRESSES = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in count(1))


@pytest.fixture
def quick(settings: Settings) -> None:
    """Hash with :class:`QuickArgon2`."""
    settings.PASSWORD_HASHERS = [f"{__name__}.QuickArgon2"]


@pytest.fixture
def known(people: People, quick: None) -> dict[str, str]:
    """The known addresses, whose passwords were made by the hasher in use."""
    User.objects.update(password=make_password(PASSWORD))
    User.objects.filter(email=KNOWN["who was invited"]).update(password=make_password(None))
    return KNOWN


def unknown_like(address: str) -> str:
    """Return an address of nobody that is as long: a page that shows it again must not give it away by that."""
    return "z" * len(address.split("@", maxsplit=1)[0]) + "@example.th"


def fail(address: str, ip: str, watch: Callable[[], float] = time.perf_counter) -> tuple[float, HttpResponse]:
    """Fail to log in; return the seconds and the answer."""
    browser = Client(REMOTE_ADDR=ip)
    begin = watch()
    answer = browser.post(LOGIN, {"login": address, "password": WRONG})
    return watch() - begin, answer


def measure(address: str, pairs: int, watch: Callable[[], float]) -> tuple[list[float], list[float]]:
    """Return the times of a known and of an unknown address over interleaved pairs, each from its own place."""
    other, chance = unknown_like(address), random.Random(20690421)  # noqa: S311 - order of a measurement
    times: dict[str, list[float]] = {address: [], other: []}
    for asked in (address, other) * 5:  # caches fill before the count begins
        fail(asked, next(_ADDRESSES))
    with collected():
        for _ in range(pairs):
            ip = next(_ADDRESSES)
            order = [address, other]
            chance.shuffle(order)
            for asked in order:
                times[asked].append(fail(asked, ip, watch)[0])
    return times[address], times[other]


class collected:  # noqa: N801 - reads as the statement that it is
    """Keep the garbage collector from striking one of a pair."""

    def __enter__(self) -> None:
        gc.collect()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        gc.enable()


def auc(first: list[float], second: list[float]) -> float:
    """Return the chance that one of the first is larger than one of the second; ties count half."""
    merged = sorted([(value, 1) for value in first] + [(value, 0) for value in second])
    wins, below, index = 0.0, 0, 0
    while index < len(merged):
        end = index
        while end < len(merged) and merged[end][0] == merged[index][0]:
            end += 1
        mine = sum(who for _, who in merged[index:end])
        theirs = end - index - mine
        wins += mine * (below + theirs / 2)
        below += theirs
        index = end
    return wins / (len(first) * len(second))


def share(first: list[float], second: list[float]) -> float:
    """Return the share of pairs whose first is the larger; ties count half."""
    return sum((a > b) + (a == b) / 2 for a, b in zip(first, second, strict=True)) / len(first)


def share_bound(pairs: int) -> float:
    """Return the distance of a share from 0.5 that is as unlikely at ``pairs`` as an AUC of 0.53 at 4,000."""
    deviations = FULL_BOUND * FULL / math.sqrt((2 * FULL + 1) / 12)
    return deviations * 0.5 / math.sqrt(pairs)


def bound(pairs: int) -> float:
    """Return the distance from 0.5 that is as unlikely at ``pairs`` as 0.03 is at 4,000."""
    return FULL_BOUND * math.sqrt(FULL / pairs)


@pytest.fixture
def delayed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that plants 1 ms on the way that only known addresses go."""

    def plant() -> None:
        look = queries.login_of

        def slower(email: str) -> object:
            found = look(email)
            end = time.perf_counter() + (0.001 if found else 0)
            while time.perf_counter() < end:
                pass
            return found

        monkeypatch.setattr(queries, "login_of", slower)

    return plant


def test_the_measure_itself() -> None:
    assert auc([1, 2, 3], [1, 2, 3]) == 0.5
    assert auc([4, 5], [1, 2, 3]) == 1.0
    assert auc([1], [2, 3, 1]) == pytest.approx(0.5 / 3)
    assert bound(4000) == pytest.approx(0.03)
    assert bound(1000) == pytest.approx(0.06)
    assert share([1, 2, 3, 4], [1, 1, 4, 5]) == pytest.approx(1.5 / 4)
    assert share_bound(100) == pytest.approx(0.2324, abs=0.0001)


@pytest.mark.db
@pytest.mark.parametrize("kind", KNOWN)
def test_a_failed_login_answers_the_same_for_known_and_unknown(known: dict[str, str], kind: str) -> None:
    address = known[kind]
    answers = [fail(asked, "192.0.2.1")[1] for asked in (address, unknown_like(address))]
    member, stranger = answers
    assert member.status_code == stranger.status_code == 200
    assert len(member.content) == len(stranger.content)
    assert list(member.headers) == list(stranger.headers)
    for name in member.headers:
        if name not in {"Content-Security-Policy", "Expires"}:  # a nonce; the moment of the answer
            assert member.headers[name] == stranger.headers[name], name
    assert {n: len(c.value) for n, c in member.cookies.items()} == {
        n: len(c.value) for n, c in stranger.cookies.items()
    }
    assert not member.has_header("Location")


@pytest.mark.parametrize("kind", KNOWN)
def test_a_failed_login_costs_one_full_hash_for_known_and_unknown(
    known: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    costs: list[str] = []
    for name in ("encode", "verify"):
        whole = getattr(Argon2PasswordHasher, name)

        def counted(*given: object, _whole: Callable[..., object] = whole) -> object:
            costs.append("hash")
            return _whole(*given)

        monkeypatch.setattr(QuickArgon2, name, counted)
    fail(unknown_like(known[kind]), "192.0.2.1")  # the first of a process makes the hash of nobody
    costs.clear()
    fail(known[kind], "192.0.2.1")
    assert costs == ["hash"]
    fail(unknown_like(known[kind]), "192.0.2.1")
    assert costs == ["hash"] * 2


def test_a_hash_of_a_former_cost_is_renewed_by_a_login_alone(
    known: dict[str, str], settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.DearerArgon2"]
    address = known["a member"]
    fail(address, "192.0.2.1")
    assert ",t=1," in User.objects.get(email=address).password
    browser = Client()
    assert browser.post(LOGIN, {"login": address, "password": PASSWORD}).status_code == 302
    assert ",t=2," in User.objects.get(email=address).password
    assert browser.get("/").status_code == 200


def test_time_does_not_tell_a_member_and_a_planted_millisecond_does(
    known: dict[str, str], delayed: Callable[[], None]
) -> None:
    pairs = 300
    found = measure(known["a member"], pairs, time.thread_time)
    assert abs(auc(*found) - 0.5) <= bound(pairs), f"AUC {auc(*found):.3f}"
    assert abs(share(*found) - 0.5) <= share_bound(pairs), f"longer in {share(*found):.3f} of the pairs"
    delayed()
    planted = share(*measure(known["a member"], pairs // 3, time.thread_time))
    assert planted > 0.5 + share_bound(pairs // 3), (
        f"a planted millisecond is not seen: {planted:.3f} of the pairs"
    )


@pytest.mark.soak
@pytest.mark.parametrize("kind", KNOWN)
def test_time_does_not_tell_any_known_address_over_4000_pairs(
    known: dict[str, str], delayed: Callable[[], None], kind: str
) -> None:
    found = auc(*measure(known[kind], FULL, time.perf_counter))
    assert abs(found - 0.5) <= FULL_BOUND, f"AUC {found:.4f}"
    delayed()
    planted = auc(*measure(known[kind], FULL, time.perf_counter))
    assert planted > 0.5 + FULL_BOUND, f"a planted millisecond is not seen: AUC {planted:.4f}"
