"""The password rules: length first, the common list in its disguises, likeness to the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base import clock
from phithak.base.config import Config
from phithak.core.accounts import passwords
from phithak.core.accounts.models import User
from phithak.core.journal.models import Entry
from tests.people import PASSWORD, People

NEW = "ทะเลสาบสีครามตอนเช้า"


@pytest.mark.parametrize(
    ("disguised", "how"),
    [
        ("1q2w3e4r5t6y", "on the list as it stands"),
        ("1Q2W3E4R5T6Y", "capitals"),
        ("password20262569", "digits behind"),
        ("2569-password-!!", "digits and signs around"),
        ("p@$$w0rd", "letters as signs"),
        ("P@ssw0rd123456", "capitals, signs and digits"),
        ("passwordpassword", "twice the same"),
        ("dragonmonkey", "two common words"),
        ("abababababab", "a short pattern"),
        ("111111111111", "one digit"),
        ("ยฟหหไนพก", "password on the Thai Kedmanee keys"),
        ("ยฟหหไนพก2569", "the same with a year behind"),
        ("ๆไำพะัีรนย", "qwertyuiop on the Thai Kedmanee keys"),
        ("ยฟหหไนพกยฟหหไนพก", "the same twice"),
    ],
)
def test_a_common_password_is_known_in_its_disguises(disguised: str, how: str) -> None:
    assert passwords.is_common(disguised), how


@pytest.mark.parametrize(
    "good",
    [
        PASSWORD,
        NEW,
        "correct horse battery staple",
        "ฝนตกปรอยๆหน้าบ้านคุณยาย",
        "k7-Vum2qpLx0we",
        "gravel teapot lantern",
    ],
)
def test_an_uncommon_password_passes(good: str) -> None:
    assert not passwords.is_common(good)


@given(st.text(min_size=0, max_size=150))
def test_any_text_gets_an_answer(text: str) -> None:
    assert passwords.is_common(text) in {True, False}


@given(st.sampled_from(["password", "dragon", "sunshine", "superman"]), st.integers(0, 999_999))
def test_no_number_behind_a_common_word_helps(word: str, number: int) -> None:
    assert passwords.is_common(f"{word}{number}")


def test_a_common_password_is_refused_in_thai_and_english(people: People) -> None:
    """A password of the common list is refused with the reason in Thai; the old one stays.

    Proves: S0-41
    """
    browser = people.client("member_staff")
    form = {"old": PASSWORD, "password": "1q2w3e4r5t6y", "again": "1q2w3e4r5t6y"}
    answer = browser.post("/accounts/password/", form)
    assert answer.status_code == 422
    assert "รหัสผ่านนี้อยู่ในรายการรหัสที่ใช้กันบ่อย" in answer.text
    assert people.user("member_staff").check_password(PASSWORD)
    assert not Entry.objects.filter(tag="accounts:password:set").exists()
    english = people.client("member_staff", language="en").post("/accounts/password/", form)
    assert "This password is on the list of common ones" in english.text


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("สั้นไป", "ต้องยาวอย่างน้อย 12 ตัวอักษร"),
        ("ย" * 60 + "กขคง" * 18, "ยาวเกิน 128 ตัวอักษร"),
        ("Nat Khayanying", "คล้ายชื่อหรืออีเมล"),
        ("member.staff@example.th", "คล้ายชื่อหรืออีเมล"),
    ],
)
def test_the_reason_of_a_refusal_is_told(people: People, password: str, reason: str) -> None:
    answer = people.client("member_staff").post(
        "/accounts/password/", {"old": PASSWORD, "password": password, "again": password}
    )
    assert answer.status_code == 422
    assert reason in answer.text


@pytest.mark.db
def test_a_new_password_ends_other_sessions_and_stands_in_the_journal(people: People) -> None:
    here, there = people.client("member_staff"), people.client("member_staff")
    answer = here.post("/accounts/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 302
    user = people.user("member_staff")
    assert user.check_password(NEW)
    assert here.get("/accounts/").status_code == 200
    assert there.get("/accounts/").status_code == 302
    assert Entry.objects.get(tag="accounts:password:set").actor_user == user.pk


def test_the_old_password_is_asked_and_wrong_ones_count(people: People) -> None:
    browser = people.client("member_staff")
    form = {"old": "ไม่ใช่รหัสเดิมเลย", "password": NEW, "again": NEW}
    answers = [browser.post("/accounts/password/", form).status_code for _ in range(8)]
    assert answers == [422] * 7 + [429]
    assert people.user("member_staff").check_password(PASSWORD)


def test_both_new_ones_must_match(people: People) -> None:
    answer = people.client("member_staff").post(
        "/accounts/password/", {"old": PASSWORD, "password": NEW, "again": NEW + "x"}
    )
    assert "สองช่องไม่ตรงกัน" in answer.text


def test_a_forced_change_comes_before_everything_else(people: People) -> None:
    User.objects.filter(pk=people.user("member_staff").pk).update(must_change_password=True)
    browser = people.client("member_staff")
    for address in ("/", "/accounts/", "/accounts/tokens/"):
        assert browser.get(address)["Location"] == "/accounts/password/"
    assert "ตั้งรหัสผ่านใหม่ก่อน" in browser.get("/accounts/password/").text
    browser.post("/accounts/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(("days", "age", "forced"), [(0, 3650, False), (90, 89, False), (90, 91, True)])
def test_the_age_of_a_password(
    people: People, settings: object, days: int, age: int, *, forced: bool
) -> None:
    settings.CONFIG = Config(password_max_age_days=days)  # type: ignore[attr-defined] # pytest-django's settings
    changed = clock.now() - timedelta(days=age)
    User.objects.filter(pk=people.user("member_staff").pk).update(password_changed_at=changed)
    assert (people.client("member_staff").get("/").status_code == 302) is forced
