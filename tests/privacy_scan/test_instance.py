"""A person brought in through every door of the core is found nowhere in the clear, in any of 40 forms."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import Settings

from phithak.base.config import Config
from phithak.core.accounts import actors
from phithak.core.privacy import keyring, scratch, services
from phithak.core.privacy.errors import KeyDestroyedError
from phithak.core.privacy.keyring import Kind, ring
from phithak.web.backup import make
from tests.core.privacy.conftest import instance
from tests.people import People
from tests.privacy_scan.scanner import Person, Scanner

__all__ = ["instance"]

PERSONS = [
    Person("1101700203450", "0812345678", "ทองดี เมฆลอย", "thongdi.m@example.th"),
    Person("3100500123457", "0898765432", "บัวลอย ดาวตก", "bualoi.d@example.th"),
]
SCAN = Scanner(PERSONS)
REASON = "ตรวจสอบตามคำขอของเจ้าของข้อมูล"


def bring_in(browser: Client, people: People, person: Person) -> list[str]:
    """Send one person through each form and API call that takes personal data; return the items' addresses."""
    tenant = str(people.tenant_id("cert"))
    values = {
        "national_id": person.national_id, "phone": person.phone, "name": person.name, "email": person.email,
    }  # fmt: skip
    items = []
    for kind, value in values.items():
        made = browser.post("/privacy/add/", {"tenant_id": tenant, "kind": kind, "value": value})
        assert made.status_code == 302, made.content.decode()
        items.append(made["Location"])
        body = {"tenant_id": tenant, "kind": kind, "value": value}
        assert browser.post("/api/v1/privacy/items", body, content_type="application/json").status_code == 201
        assert browser.post("/privacy/find/", {"kind": kind, "value": value}).status_code == 200
        # a form that is refused must not keep what was typed either
        assert (
            browser.post("/privacy/add/", {"tenant_id": "x", "kind": kind, "value": value}).status_code == 422
        )
    numbers = f"{REASON} {person.national_id} โทร {person.phone} {person.email}"
    assert browser.post(f"{items[0]}unmask/", {"reason": numbers}).status_code == 200
    lines = [",".join(values.values())] * 40_000
    upload = SimpleUploadedFile(
        f"{person.national_id}.csv", "\n".join(lines).encode(), content_type="text/csv"
    )
    sent = browser.post("/files/upload/", {"tenant_id": tenant, "file": upload})
    assert sent.status_code == 302
    assert browser.get(f"{sent['Location']}download/").getvalue().startswith(person.national_id.encode())
    small = SimpleUploadedFile("small.txt", person.name.encode())
    assert browser.post("/api/v1/files/", {"tenant_id": tenant, "file": small}).status_code == 201
    return items


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_personal_data_have_the_highest_protection(  # noqa: PLR0917 - pytest names its fixtures
    instance: Config,
    transactional_db: None,
    people: People,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Lists masked, unmasking for a recorded reason, a leaked file encrypted only: by a scan in 40 forms.

    Proves: S0-15
    """
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    caplog.set_level(logging.DEBUG)
    browser = people.client("analyst")
    items = [address for person in PERSONS for address in bring_in(browser, people, person)]
    analysis = services.make_key(actors.system("test"), Kind.ANALYSIS, tenant_id=people.tenant_id("cert"))
    rows = ({"id": person.national_id, "name": person.name} for person in PERSONS * 1000)
    services.create_persons(actors.system("test"), rows, tenant_id=people.tenant_id("cert"), key_id=analysis)

    # the ways out that show lists: no full number in any of them
    exports = tmp_path / "exports"
    exports.mkdir()
    auditor = people.client("auditor")
    for number, (client, address) in enumerate(
        [(browser, one) for one in ("/privacy/", "/privacy/?format=csv", "/privacy/?format=json", *items)]
        + [(browser, one) for one in ("/api/v1/privacy/items?limit=200", "/files/?format=csv")]
        + [
            (auditor, one)
            for one in ("/journal/", "/journal/?format=csv", "/api/v1/journal/entries?limit=200")
        ]
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        (exports / str(number)).write_bytes(answer.getvalue())
    assert SCAN.folder(exports) == []

    # unmasking without a reason shows nothing; with one it is on the audit record
    refused = browser.post(f"{items[0]}unmask/", {"reason": "ขอดู"})
    assert refused.status_code == 422
    assert SCAN.content(refused.content, "refused") == []
    journal = auditor.get("/journal/?q=unmasked").content.decode() + auditor.get("/journal/").content.decode()
    assert journal.count(REASON) >= len(PERSONS)

    # at rest: database, keyring, files, scratch, temporary folder, logs, backups
    make.backup("scan")
    (tmp_path / "phithak.log").write_text(caplog.text, encoding="utf-8")
    assert SCAN.database(connection) == []
    assert SCAN.folder(tmp_path, allowed=[exports]) == []
    for home in scratch._homes(instance):
        assert SCAN.folder(home) == []

    # the positive control, in the same folder by the same scan
    (instance.data_dir / "spill.tmp").write_text(PERSONS[1].phone, encoding="ascii")
    assert [leak.form for leak in SCAN.folder(tmp_path, allowed=[exports])] == ["phone plain"]


@pytest.mark.django_db(transaction=True)
def test_after_destruction_no_backup_can_be_decrypted(
    instance: Config,
    transactional_db: None,
    people: People,
) -> None:
    case = services.make_key(actors.system("test"), Kind.CASE, tenant_id=people.tenant_id("cert"))
    rows = [{"id": PERSONS[0].national_id}] * 10
    services.create_persons(actors.system("test"), rows, tenant_id=people.tenant_id("cert"), key_id=case)
    services.seal(
        actors.system("test"), "phone", PERSONS[0].phone, tenant_id=people.tenant_id("cert"), key_id=case
    )
    make.backup("before")
    key = ring().key(case)
    wrap = keyring.sqlite3.connect(instance.data_dir / keyring.NAME).execute(
        "SELECT wrapped FROM wraps WHERE key_id = ?", (str(case),)
    ).fetchone()[0]  # fmt: skip
    held = [path for path in instance.backups.rglob("*") if path.is_file() and wrap in path.read_bytes()]
    assert len(held) == 1  # the control: before the destruction the scan finds the one copy
    proposal = services.propose_destruction(
        people.actor("cert_admin", staff=True), case, "ครบกำหนดเก็บตามนโยบาย"
    )
    services.confirm_destruction(people.actor("cert_admin_2", staff=True), proposal)
    for path in instance.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert wrap not in content, path
            assert key.reveal() not in content, path
    # a restore of the older backup beside the newest keyring brings no key back
    assert keyring.merge_restored_keyring(instance.backups / "keyring") == 0
    with pytest.raises(KeyDestroyedError):
        ring().key(case)
