"""The detector: each hit counted once, whatever stops it, and only one of it at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from phithak.core.accounts import actors
from phithak.detection import queries
from phithak.detection.detector import process
from phithak.detection.errors import FencedError
from phithak.detection.models import Alert, Position
from phithak.detection.services import alert_key, taking
from tests.detection.conftest import NOON, QUIET, RULE, Watch, failed, whoami

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.db]
Told = Callable[[], list[tuple[str, str, int]]]


def test_hits_of_a_rule_on_a_host_within_an_hour_are_one_alert(watch: Watch, told: Told) -> None:
    watch.stored(whoami(1), QUIET, whoami(3))
    watch.stored(whoami(2), whoami(2, host="PC7"))
    assert watch.detector().step() == 2
    assert told() == [("Whoami was run", "DC01", 3), ("Whoami was run", "PC7", 1)]
    row = Alert.objects.get(group="DC01")
    assert (row.first_at, row.last_at) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
    assert (row.level, row.tags, row.place) == ("medium", ["attack.t1033"], 0)
    assert row.matched == [
        {
            "field": "Image", "value": "C:\\Windows\\System32\\whoami.exe", "modifier": "endswith",
            "pattern": "\\whoami.exe",
        }
    ]  # fmt: skip
    assert row.tenant_id == watch.people.tenant_id("hospital")
    hour = NOON.isoformat()
    assert row.key == alert_key(row.tenant_id, "00000000-0000-4000-8000-0000000000d1", "DC01", hour)


def test_text_and_broken_json_stop_nothing(watch: Watch, told: Told) -> None:
    watch.stored(b'{"half": ', "ข้อความ".encode("cp874"), whoami(1), b'{"EventID":\n1}', whoami(2))
    assert watch.detector().step() == 1
    assert told() == [("Whoami was run", "DC01", 2)]


def test_a_detector_goes_on_where_the_one_before_stopped(watch: Watch, told: Told) -> None:
    for minute in range(5):
        watch.stored(whoami(minute))
    first = watch.detector()
    assert first.step(2) == 2
    second = watch.detector()
    assert second.step() == 5  # nothing was remembered yet: correlations see the first two again
    assert told() == [("Whoami was run", "DC01", 5)]
    assert second.step() == 0


def test_a_kill_between_the_alerts_and_the_offset_counts_nothing_twice(
    watch: Watch, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.stored(whoami(1), whoami(2))
    watch.stored(whoami(3))
    killed = watch.detector()

    def die(some: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(taking, "_remember", die)
        with pytest.raises(KeyboardInterrupt):
            killed.step(remember=True)
    assert told() == [("Whoami was run", "DC01", 3)]
    assert Position.objects.get().offset == 0
    watch.stored(whoami(4))
    assert watch.detector().step() == 3
    assert told() == [("Whoami was run", "DC01", 4)]


def test_a_second_detector_ends_the_first(watch: Watch, told: Told) -> None:
    first, _second = watch.detector(), watch.detector()
    watch.stored(whoami())
    with pytest.raises(FencedError):
        first.step()
    assert told() == []
    assert Position.objects.get().offset == 0


def test_a_correlation_holds_over_batches_and_over_a_restart(watch: Watch, told: Told) -> None:
    watch.stored(failed(1), failed(2))
    before = watch.detector()
    before.step(remember=True)
    watch.stored(failed(3), failed(4, user="boonma"))
    # time goes on, so that the window is certain
    watch.stored(failed(59), whoami(20))
    after = watch.detector()
    after.step()
    watch.stored(
        b'{"Channel": "Security", "EventID": 4625, "TargetUserName": "x", "SystemTime": "2026-11-20T12:30:00Z"}'
    )
    after.step()
    found = [one for one in told() if one[0] == "Many failed logins"]
    assert found == [("Many failed logins", "somsri", 3)]
    again = watch.detector()
    again.step()
    assert [one for one in told() if one[0] == "Many failed logins"] == found


def test_what_was_remembered_never_lies_behind_what_was_committed(watch: Watch) -> None:
    watch.stored(failed(1))
    watch.stored(failed(2))
    one = watch.detector()
    one.step(1)
    assert (Position.objects.get().offset, Position.objects.get().remembered) == (1, 0)
    one.step(1, remember=True)
    assert (Position.objects.get().offset, Position.objects.get().remembered) == (2, 2)
    again = watch.detector()
    assert again.step() == 0


def test_changed_rules_are_taken_up_and_broken_ones_leave_those_before(
    watch: Watch, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "RULES_SECONDS", 0.0)
    rules = watch.rules()
    detector = watch.detector(rules)
    (watch.folder / "whoami.yml").write_text(
        (watch.folder / "whoami.yml").read_text().replace("was run", "ran")
    )
    watch.stored(whoami())
    detector.step()
    assert told() == [("Whoami ran", "DC01", 1)]
    for broken in ("title: [", "title: x\nlogsource: {product: windows}\ndetection: {condition: nothing}\n"):
        (watch.folder / "whoami.yml").write_text(broken)
        detector.read_rules()
        assert "whoami.yml" in rules.fault
    # one that never was in use is refused alone
    (watch.folder / "another.yml").write_text("title: [")
    watch.stored(whoami(1))
    detector.step()
    assert told() == [("Whoami ran", "DC01", 2)]
    (watch.folder / "whoami.yml").write_text(RULE)
    watch.stored(whoami(2, host="PC7"))
    detector.step()
    assert told() == [("Whoami ran", "DC01", 2), ("Whoami was run", "PC7", 1)]
    assert rules.fault == ""


def test_alerts_are_seen_by_the_centre_and_their_own_hospital_alone(watch: Watch) -> None:
    watch.stored(whoami())
    watch.stored(whoami(host="OTHER"), tenant="hospital_b")
    watch.detector().step()
    seen = {
        who: set(queries.visible_to(watch.people.actor(who)).values_list("group", flat=True))
        for who in ("analyst", "member_admin", "member_staff_b", "executive", "partner", "left")
    }
    assert seen == {
        "analyst": {"DC01", "OTHER"},
        "member_admin": {"DC01"},
        "member_staff_b": {"OTHER"},
        "executive": set(),
        "partner": set(),
        "left": set(),
    }
    assert queries.visible_to(actors.system("test")).count() == 2
