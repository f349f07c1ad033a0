"""Size classes by rules that are data: the limits of the digital platform decree, and figures that are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from phithak.registry.packs import Decision, Figures, PackFileError, Size, decide, read_rules, ready_rules
from phithak.registry.queries import sizes

DECREE = next(rule for rule in ready_rules() if rule.code == "digital-platform")
TRADE = next(rule for rule in ready_rules() if rule.code == "trade")


def size(
    revenue: int | None = None,
    users: int | None = None,
    service: int | None = None,
    *,
    juristic: bool = True,
) -> Decision:
    return decide(DECREE, Figures(juristic, revenue, service, users))


@pytest.mark.parametrize(("revenue", "users", "service", "juristic", "expected"), [
    # large: more than 300 million of one service, more than 1,000 million of all, more than a tenth of the people
    (300_000_001, 0, 300_000_001, True, "large"),
    (300_000_000, 0, 300_000_000, True, "medium"),
    (1_000_000_001, 0, 200_000_000, True, "large"),
    (1_000_000_000, 0, 200_000_000, True, "medium"),
    (0, 6_595_122, 0, True, "large"),
    (0, 6_595_121, 0, True, "medium"),
    # medium: the full form, by nature of the person
    (50_000_001, 0, None, True, "medium"),
    (50_000_000, 5_000, None, True, "small"),
    (50_000_000, 5_001, None, True, "medium"),
    (1_800_001, 0, None, False, "medium"),
    (1_800_000, 5_000, None, False, "small"),
    (1_800_001, 0, None, True, "small"),
])  # fmt: skip
def test_the_limits_are_those_of_the_decree(
    *, revenue: int, users: int, service: int | None, juristic: bool, expected: str
) -> None:
    assert size(revenue, users, service, juristic=juristic).size == expected


@pytest.mark.parametrize(("revenue", "users", "service", "missing"), [
    (None, None, None, ("service_revenue_thb", "revenue_thb", "users_per_month")),
    (400_000_000, 0, None, ("service_revenue_thb",)),  # one service of it may be large or not
    (10_000_000, None, None, ("users_per_month",)),
    (None, 10, 1_000_000, ("revenue_thb",)),
])  # fmt: skip
def test_what_is_missing_is_named(
    revenue: int | None, users: int | None, service: int | None, missing: tuple[str, ...]
) -> None:
    found = size(revenue, users, service)
    assert (found.size, found.missing) == (Size.UNKNOWN, missing)


def test_one_figure_alone_can_settle_it() -> None:
    found = size(users=7_000_000)
    assert (found.size, [one.figure for one in found.because]) == (Size.LARGE, ["users_per_month"])
    assert size(service=300_000_001).size is Size.LARGE  # all services bring in no less than one


def test_a_shop_is_sized_as_a_shop_and_a_hospital_by_no_rule() -> None:
    assert decide(TRADE, Figures(is_juristic=True, revenue_thb=300_000_001)).size is Size.LARGE
    assert decide(TRADE, Figures(is_juristic=True, revenue_thb=300_000_000)).size is Size.MEDIUM
    assert decide(TRADE, Figures(is_juristic=False, revenue_thb=50_000_000)).size is Size.SMALL
    assert sizes.rule_for("hospital") is None
    assert decide(None, Figures(is_juristic=True)) == Decision(Size.UNKNOWN)


NUMBERS = st.integers(0, 3_000_000_000)
ORDER = [Size.SMALL, Size.MEDIUM, Size.LARGE]


@given(
    juristic=st.booleans(), revenue=NUMBERS, users=NUMBERS, part=NUMBERS,
    grown=st.sampled_from(["revenue", "service", "users"]),
)  # fmt: skip
def test_more_never_makes_smaller(*, juristic: bool, revenue: int, users: int, part: int, grown: str) -> None:
    service = min(revenue, part)
    before = size(revenue, users, service, juristic=juristic).size
    after = size(
        revenue + 10**9 * (grown == "revenue"),
        users + 10**7 * (grown == "users"),
        min(service + 10**9, revenue) if grown == "service" else service,
        juristic=juristic,
    ).size
    assert ORDER.index(after) >= ORDER.index(before)


@given(
    juristic=st.booleans(), revenue=NUMBERS, users=NUMBERS, part=NUMBERS,
    told=st.sets(st.sampled_from(["revenue", "service", "users"])),
)  # fmt: skip
def test_a_size_told_with_less_is_the_size_told_with_all(
    *, juristic: bool, revenue: int, users: int, part: int, told: set[str]
) -> None:
    service = min(revenue, part)
    whole = size(revenue, users, service, juristic=juristic).size
    some = size(
        revenue if "revenue" in told else None,
        users if "users" in told else None,
        service if "service" in told else None,
        juristic=juristic,
    )
    assert some.size in {whole, Size.UNKNOWN}
    assert bool(some.missing) is (some.size is Size.UNKNOWN)


OWN = """
format = 1
[[rule]]
code = "own"
version = 3
kinds = ["platform"]
law = { th = "ประกาศสมมติ", en = "An imagined notice" }
checked_on = 2026-11-21
[[rule.condition]]
size = "large"
figure = "revenue_thb"
at_least = 100
"""


def test_an_own_file_takes_the_place_of_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONFIG", _Folder(tmp_path))
    file = tmp_path / sizes.OWN_FILE
    file.write_text(OWN, encoding="utf-8")
    assert sizes.decision("platform", Figures(is_juristic=True, revenue_thb=100)) == Decision(
        Size.LARGE, "own@3", read_rules("x", OWN.encode())[0].conditions
    )
    assert sizes.decision("platform", Figures(is_juristic=True, revenue_thb=99)).size is Size.SMALL
    file.write_text(OWN.replace("at_least = 100", "at_least = 50"), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert sizes.decision("platform", Figures(is_juristic=True, revenue_thb=99)).size is Size.LARGE


class _Folder:
    """The one setting that the rules look at."""

    def __init__(self, config_dir: Path) -> None:
        self.config_dir = config_dir


@pytest.mark.parametrize(("line", "bad", "where"), [
    ("format = 1", "format = 2", "format"),
    ('code = "own"', 'code = "Own Rule"', "rule[1].code"),
    ("version = 3", "version = -3", "rule[1].version"),
    ('kinds = ["platform"]', "kinds = []", "rule[1].kinds"),
    ("checked_on = 2026-11-21", 'checked_on = "เมื่อวาน"', "rule[1].checked_on"),
    ('size = "large"', 'size = "huge"', "rule[1].condition[1].size"),
    ('figure = "revenue_thb"', 'figure = "staff"', "rule[1].condition[1].figure"),
    ("at_least = 100", "", "rule[1].condition[1].more_than"),
    ("at_least = 100", "at_least = 100\nmore_than = 5", "rule[1].condition[1].more_than"),
    ("at_least = 100", "at_lest = 100", "rule[1].condition[1].at_lest"),
    ('en = "An imagined notice"', 'xx = "?"', "rule[1].law"),
])  # fmt: skip
def test_a_wrong_rule_is_named_by_file_and_field(line: str, bad: str, where: str) -> None:
    assert line in OWN
    with pytest.raises(PackFileError) as caught:
        read_rules("mine.toml", OWN.replace(line, bad).encode())
    assert caught.value.slots["file"] == "mine.toml"
    assert caught.value.slots["where"] == where
    assert caught.value.message.th != caught.value.message.en
