"""``phithak demo`` fills an empty instance, is the same when run again, and leaves a real one alone."""

from __future__ import annotations

import pytest

from phithak.core.accounts import actors
from phithak.registry.queries import organisations
from phithak.web.cli import main
from tests.people import People
from tests.registry.factory import organisation_of

SYSTEM = actors.system("test")


@pytest.mark.django_db
def test_the_fictional_sector_is_filled_in_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    first = organisations.listed(SYSTEM).count()
    kinds = dict.fromkeys(organisations.listed(SYSTEM).values_list("kind", flat=True))
    assert organisations.listed(SYSTEM).filter(kind="hospital").count() == 27
    assert {"platform", "merchant", "telco", "regulator"} & set(kinds)
    assert f"{first} แห่ง" in capsys.readouterr().out
    assert main(["demo"]) == 0
    assert organisations.listed(SYSTEM).count() == first


def test_a_real_registry_is_left_alone(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    organisation_of(people, "hospital")
    assert main(["demo"]) == 2
    assert "data_dir" in capsys.readouterr().err
    assert organisations.listed(SYSTEM).count() == 1
