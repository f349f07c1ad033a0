"""The offline call sheet: what stands on it, that only its password opens it, and that no number leaks."""

from __future__ import annotations

import logging
import shutil
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.core.jobs import services as jobs
from phithak.core.journal.models import Entry
from phithak.core.privacy.errors import ReasonNeededError
from phithak.registry.models import CallSheet
from phithak.registry.queries.teams import Pattern
from phithak.registry.services import callsheets, teams
from tests.people import People
from tests.registry.drills.contacts import SYSTEM, contact, person
from tests.registry.factory import organisation, organisation_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.db,
    pytest.mark.needs("pdftotext", "pdf-fonts"),
]

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
REASON = "ซ้อมแผนเมื่อระบบล่ม"


def read(path: Path, password: str = "") -> subprocess.CompletedProcess[str]:
    words = ["pdftotext", "-layout", *(["-upw", password] if password else []), str(path), "-"]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def fill(people: People) -> None:
    """Two hospitals with contacts, one of a kind that does not belong, and a team on duty."""
    centre = organisation_of(people, "cert")
    first = organisation(people, name_th="โรงพยาบาลกอไผ่งาม", province="TH-50")
    second = organisation(people, name_th="แก้วกล้าคลินิก")
    director = contact(first, phone="081-234-5002", kind="director", label_th="ผู้อำนวยการ")
    contact(
        first,
        phone="0812345001",
        mail="night@example.test",
        other="nat.home@example.test",
        label_th="เวรไอที #1 *ดึก*",
        who=person(first, "ณัฐ ขยันยิ่ง"),
        backup=director,
        hours=[[0, "08:30", "16:30"]],
    )
    contact(second, phone="+6591234567", label_th="คลินิก")
    contact(second, phone="0812345009", kind="diplomatic", label_th="ไม่ควรอยู่ในใบ")
    who = person(centre, "เวร เฝ้าคืน")
    contact(centre, phone="0812345003", who=who, label_th="โต๊ะเวร")
    actor = people.actor("analyst")
    team = teams.create(actor, centre.pk, Text("ทีมเฝ้าระวัง", "Watch"))
    member = teams.add_member(actor, team, who.pk)
    teams.plan(actor, team, Pattern(frozenset(range(7)), time(20), time(8), (member,), date(2026, 11, 23), 1))


def made(people: People, folder: Path) -> tuple[UUID, Path]:
    """Make a sheet as the analyst and put what is downloaded into a file."""
    actor = people.actor("analyst")
    sheet_id = callsheets.make(actor, people.tenant_id("cert"))
    path = folder / "sheet.pdf"
    with callsheets.open_sheet(actor, sheet_id).stream as stream:
        path.write_bytes(stream.read())
    return sheet_id, path


def test_only_the_password_opens_it_and_it_says_all(
    people: People, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with clock.at(NOW):
        fill(people)
        sheet_id, path = made(people, tmp_path)
        password = callsheets.password(people.actor("analyst"), sheet_id, REASON)
    assert read(path).returncode != 0
    assert read(path, "wrong-words").returncode != 0
    assert len(password.split("-")) == 6
    opened = read(path, password)
    assert opened.returncode == 0, opened.stderr
    text = opened.stdout
    for words in (
        "081-234-5001", "081-234-5002", "081-234-5003", "+6591234567", "night@example.test", "nat.home@example.test",
        "23 พ.ย. 2569", "30 พ.ย. 2569", "TLP:AMBER+STRICT", "เวรไอที #1 *ดึก*", "ณัฐ ขยัน", "20:00",
    ):  # fmt: skip
        assert words in text, words
    # as in the Thai dictionary: leading vowels do not count
    assert text.index("แก้วกล้าคลินิก") < text.index("โรงพยาบาลกอไผ่งาม")
    assert "081-234-5009" not in text
    assert "ไม่ควรอยู่ในใบ" not in text
    # nothing in the clear anywhere else: journal, log, rows, or what lies in the data folder
    journal = "".join(str(row) for row in Entry.objects.values_list("body", "actor_name"))
    leaks = ["0812345001", "081-234-5001", "night@example.test", password]
    for leak in leaks:
        assert leak not in journal
        assert leak not in caplog.text
        assert leak not in str(CallSheet.objects.values())
    for stored in settings.CONFIG.data_dir.rglob("*"):
        if stored.is_file():
            content = stored.read_bytes()
            assert not any(leak.encode() in content for leak in leaks), stored.name


def test_the_newest_supersedes_and_strangers_see_nothing(people: People, tmp_path: Path) -> None:
    with clock.at(NOW):
        fill(people)
        old, _ = made(people, tmp_path)
    with clock.at(NOW + timedelta(days=7)):
        new, _ = made(people, tmp_path)
        actor = people.actor("analyst")
        for act in (
            lambda: callsheets.open_sheet(actor, old),
            lambda: callsheets.password(actor, old, REASON),
        ):
            with pytest.raises(callsheets.SupersededError):
                act()
        with pytest.raises(ReasonNeededError):
            callsheets.password(actor, new, "สั้น")
        with pytest.raises(ForbiddenError):
            callsheets.make(people.actor("member_admin"), people.tenant_id("hospital"))
        with pytest.raises(NotFoundError):
            callsheets.make(actor, people.tenant_id("hospital"))
        # an administrator of the centre may fetch the file, but the words are the analyst's to open
        callsheets.open_sheet(people.actor("cert_admin"), new).stream.close()
        with pytest.raises(ForbiddenError):
            callsheets.password(people.actor("cert_admin"), new, REASON)


def test_the_weekly_job_makes_one_and_again_none(people: People) -> None:
    organisation_of(people, "cert")
    due = clock.now()
    for _ in range(2):
        jobs.enqueue("registry.call_sheets", {"due": due.isoformat()}, actor=SYSTEM)
        jobs.run_pending("normal")
    assert CallSheet.objects.filter(tenant=people.tenant("cert")).count() == 1


def test_the_password_has_72_random_bits() -> None:
    assert len({callsheets._password() for _ in range(200)}) == 200
    assert shutil.which("pdftotext")
