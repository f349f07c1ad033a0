"""record(): one line per act, in the caller's transaction, without personal data, and never to be changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model
from django.db.utils import InternalError
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import clock
from phithak.core import contrib
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.db import transactions
from phithak.core.journal import canonical, guard, queries, services
from phithak.core.journal.guard import PersonalDataError
from phithak.core.journal.models import Checkpoint, Entry, Epoch, Leaf, Pending
from tests.core.journal import acts
from tests.core.journal.acts import ACTOR, Tag

USER = UUID("01900000-0000-7000-8000-000000000001")
SESSION = UUID("01900000-0000-7000-8000-000000000002")


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_needs_an_open_write_transaction() -> None:
    with pytest.raises(RuntimeError, match=r"transactions\.write"):
        contrib.record(ACTOR, Tag.MADE, ("test.thing", "1"), facts={"n": 1})
    assert Entry.objects.count() == 0


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_entry_and_nothing_queued() -> None:
    with pytest.raises(ZeroDivisionError), transactions.write("test"):
        contrib.record(ACTOR, Tag.MADE, ("test.thing", "1"), facts={"n": 1})
        raise ZeroDivisionError
    assert (Entry.objects.count(), Pending.objects.count()) == (0, 0)


@pytest.mark.db
@pytest.mark.django_db
def test_the_line_is_canonical_json_byte_for_byte() -> None:
    actor = Actor(ActorKind.USER, "มาลี ใจดี", user_id=USER, staff_session_id=SESSION)
    moment = datetime(2026, 11, 21, 3, 4, 5, 678, UTC)
    with clock.at(moment), transactions.write("test"):
        entry_id = contrib.record(
            actor,
            Tag.MADE,
            ("test.thing", USER),
            facts={"ข้อ": 'เส้น"คั่น\n', "n": 1, "at": moment, "day": moment.date(), "ids": {USER}},
            count=3,
            root=b"\x01" * 32,
        )
    entry = Entry.objects.get(pk=entry_id)
    assert canonical.line(entry).decode() == (
        '{"actor":{"id":"01900000-0000-7000-8000-000000000001","kind":"user","name":"มาลี ใจดี",'
        '"staff_session":"01900000-0000-7000-8000-000000000002"},"at":"2026-11-21T03:04:05.000678Z",'
        '"body":{"count":3,"facts":{"at":"2026-11-21T03:04:05.000678Z","day":"2026-11-21",'
        '"ids":["01900000-0000-7000-8000-000000000001"],"n":1,"ข้อ":"เส้น\\"คั่น\\n"},'
        '"root":"' + "01" * 32 + f'"}},"id":"{entry_id}",'
        '"object":{"id":"01900000-0000-7000-8000-000000000001","kind":"test.thing"},'
        '"tag":"test:thing:made","tenant":null,"v":1}'
    )


@pytest.mark.db
@pytest.mark.django_db
def test_a_hostile_string_still_makes_one_valid_line() -> None:
    with transactions.write("test"):
        entry_id = contrib.record(ACTOR, Tag.MADE, ("t", "1"), facts={"n": "a\x00\ud800\u2028\r\nb"})
    line = canonical.line(Entry.objects.get(pk=entry_id))
    assert b"\n" not in line
    assert json.loads(line)["body"]["facts"]["n"] == "a\x00\ud800\u2028\r\nb"


@pytest.mark.django_db
def test_personal_fields_are_kept_as_salted_hashes_only() -> None:
    first, second = acts.put(2, personal={"phone": "0812345678", "email": "somsri@example.th"})
    rows = {entry.pk: entry for entry in Entry.objects.all()}
    bodies = [json.loads(rows[pk].body)["personal"] for pk in (first, second)]
    assert "0812345678" not in rows[first].body
    assert "somsri" not in rows[first].body
    assert bodies[0]["hashes"]["phone"] != bodies[1]["hashes"]["phone"], "each entry has its own salt"
    assert queries.is_personal_value(ACTOR, first, "phone", "0812345678")
    assert not queries.is_personal_value(ACTOR, first, "phone", "0812345679")
    assert not queries.is_personal_value(ACTOR, first, "email", "0812345678")
    assert not queries.is_personal_value(ACTOR, first, "name", "0812345678")


# 1-1017-00203-45-1 has the right check digit: 13·1+12·1+11·0+10·1+9·7+8·0+7·0+6·2+5·0+4·3+3·4+2·5 = 144,
# 144 mod 11 = 1, 11 - 1 = 10 -> last digit 0; so …450 is right and …451 is not
RIGHT, WRONG = "1101700203450", "1101700203451"


@pytest.mark.parametrize(
    "value",
    [
        RIGHT,
        int(RIGHT),
        "1-1017-00203-45-0",
        "1 1017 00203 45 0",
        f"เลข{RIGHT}ค่ะ",
        "๑๑๐๑๗๐๐๒๐๓๔๕๐",
        {"deep": [{"er": RIGHT}]},
        {RIGHT: 1},
        "0812345678",
        "081-234-5678",
        "081 234 5678",
        "+66812345678",
        "+66 81 234 5678",
        "โทร ๐๘๑๒๓๔๕๖๗๘",
        "call:0612345678.",
    ],
)
def test_the_guard_refuses_ids_and_mobile_numbers_in_the_clear(value: object) -> None:
    with pytest.raises(PersonalDataError) as caught:
        guard.check({"note": value}, "facts")
    assert "personal" in caught.value.message.en


@pytest.mark.parametrize(
    "value",
    [
        WRONG,
        int(WRONG),
        {"bytes": int(RIGHT)},
        "HC-INC-2569-000042",
        "2026-11-21T03:04:05.000678Z",
        "021234567",
        "a" + RIGHT,
        "deadbeef0812345678cafe",
        "",
        None,
        True,
        1.5,
    ],
)
def test_the_guard_lets_other_facts_pass(value: object) -> None:
    assert guard.check({"note": value}, "facts") is None


@given(st.uuids())
def test_the_guard_never_trips_over_a_uuid(value: UUID) -> None:
    facts = {"id": str(value), "hex": value.hex if not value.hex.isdigit() else "x"}
    assert guard.check(facts, "facts") is None


@given(st.integers(min_value=10**11, max_value=9 * 10**11 - 1))
def test_the_guard_finds_every_citizen_id(stem: int) -> None:
    digits = str(stem)
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=True))
    with pytest.raises(PersonalDataError):
        guard.check({"note": f"({digits}{(11 - total % 11) % 10})"}, "facts")


@pytest.mark.django_db
def test_the_guard_stands_before_record() -> None:
    with pytest.raises(PersonalDataError), transactions.write("test"):
        contrib.record(ACTOR, Tag.MADE, ("test.thing", "1"), facts={"n": RIGHT})
    with pytest.raises(PersonalDataError), transactions.write("test"):
        contrib.record(ACTOR, Tag.MADE, ("test.person", RIGHT), facts={"n": 1})
    assert Entry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("fact", [float("nan"), datetime(2026, 1, 1), object()])  # noqa: DTZ001 - the fault itself
def test_facts_without_one_spelling_are_refused(fact: object) -> None:
    with pytest.raises((ValueError, TypeError)), transactions.write("test"):
        contrib.record(ACTOR, Tag.MADE, ("test.thing", "1"), facts={"n": fact})


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Entry, Leaf, Epoch, Checkpoint])
def test_the_database_refuses_changes_and_deletions(model: type[Model]) -> None:
    acts.numbered(3)
    field = model._meta.concrete_fields[-1].name
    before = list(model.objects.order_by("pk").values())
    for act in (
        lambda: model.objects.filter(pk=model.objects.first().pk).update(**{field: before[0][field]}),
        lambda: model.objects.all().delete(),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises((DatabaseError, IntegrityError, InternalError)) as caught, transaction.atomic():
            act()
        if "ProtectedError" not in type(caught.value).__name__:
            assert "append-only" in str(caught.value)
    assert list(model.objects.order_by("pk").values()) == before


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_truncate_too() -> None:
    if connection.vendor != "postgresql":
        # SQLite knows no TRUNCATE; an unfiltered DELETE must not slip past the triggers either
        acts.put(2)
        with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM journal_entry")
        return
    acts.put(2)
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_entry CASCADE")


@pytest.mark.django_db
def test_readable_text_in_both_languages_survives_a_missing_fact() -> None:
    (entry_id,) = acts.put(1)
    entry = Entry.objects.get(pk=entry_id)
    assert (queries.readable(entry).th, queries.readable(entry).en) == ("สร้างสิ่งที่ 0", "Made thing 0")
    entry.body = '{"count":1,"facts":{}}'
    assert queries.readable(entry).en == "Made thing {n}"
    entry.tag = "gone:room:tag"
    assert queries.readable(entry).th == "gone:room:tag"


@pytest.mark.django_db
def test_every_tag_of_the_journal_reads_in_both_languages() -> None:
    services.tick()
    (entry,) = Entry.objects.all()
    assert entry.tag == "journal:epoch:begun"
    assert "{" not in queries.readable(entry).th + queries.readable(entry).en
