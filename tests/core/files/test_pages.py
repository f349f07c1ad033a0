"""Files through pages and API: sealed while they arrive, always a download, never a path."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phithak.base.config import Config
from phithak.core.files import uploads
from phithak.core.privacy import scratch
from tests.people import People

ID = "1101700203450"
CONTENT = f"เลขบัตร,ชื่อ\n{ID},สมชาย ใจดี\n".encode() * 60_000  # over 3 MB: beyond what stays in memory


@pytest.fixture
def analyst(instance: Config, people: People) -> Client:
    """Log the analyst in."""
    return people.client("analyst")


def send(
    browser: Client, people: People, content: bytes, name: str = "dump.csv", kind: str = "text/csv"
) -> str:
    upload = SimpleUploadedFile("x", content, content_type=kind)
    upload._name = name
    answer = browser.post("/files/upload/", {"tenant_id": str(people.tenant_id("cert")), "file": upload})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def plain_copies(*folders: Path) -> list[Path]:
    return [
        path
        for folder in folders
        if folder.exists()
        for path in folder.rglob("*")
        if path.is_file() and ID.encode() in path.read_bytes()
    ]


@pytest.mark.db
def test_a_leaked_file_is_stored_encrypted_only(
    instance: Config, people: People, analyst: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leaked file sent in through the page lies nowhere in the clear, during the upload or after.

    Proves (part): S0-15
    """
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    seen: list[Path] = []
    spill = uploads.SealedUploadHandler.file_complete

    def watched(handler: uploads.SealedUploadHandler, size: int) -> uploads.SealedUpload:
        # the moment at which the whole upload has arrived and nothing is stored yet
        seen.extend(path for path in (instance.data_dir / "scratch").rglob("upload") if path.is_file())
        seen.extend(plain_copies(tmp_path, *scratch._homes(instance)))
        return spill(handler, size)

    monkeypatch.setattr(uploads.SealedUploadHandler, "file_complete", watched)
    address = send(analyst, people, CONTENT, name=f"{ID}.csv")
    assert [path.name for path in seen] == ["upload"]
    assert plain_copies(tmp_path, *scratch._homes(instance)) == []
    assert list((instance.data_dir / "scratch").iterdir()) == []
    sealed = [path for path in (instance.data_dir / "files").rglob("*") if path.is_file()]
    assert len(sealed) == 1
    assert sealed[0].stat().st_size > len(CONTENT)
    answer = analyst.get(f"{address}download/")
    assert answer.getvalue() == CONTENT


@pytest.mark.db
def test_download_is_recorded_and_never_run_by_the_browser(analyst: Client, people: People) -> None:
    address = send(analyst, people, b"<script>alert(1)</script>", name="หน้า\u202e.html", kind="text/html")
    answer = analyst.get(f"{address}download/")
    assert answer.getvalue() == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "%E2%80%AE" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    journal = people.client("auditor").get("/journal/").content.decode()
    assert "ดาวน์โหลดไฟล์ 25 ไบต์" in journal


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=2-4", (206, b"234", "bytes 2-4/10")),
        ("bytes=7-", (206, b"789", "bytes 7-9/10")),
        ("bytes=5-99", (206, b"56789", "bytes 5-9/10")),
        ("bytes=10-", (416, b"", "bytes */10")),
        ("bytes=4-2", (416, b"", "bytes */10")),
        ("bytes=0-1,3-4", (200, b"0123456789", None)),
        ("lines=1-2", (200, b"0123456789", None)),
    ],
)
def test_ranges(analyst: Client, people: People, asked: str, expected: tuple[int, bytes, str | None]) -> None:
    address = send(analyst, people, b"0123456789")
    answer = analyst.get(f"{address}download/", headers={"Range": asked})
    assert (answer.status_code, answer.getvalue(), answer.get("Content-Range")) == expected


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x", "a\x00b", "\u202egnp.exe", "ก" * 300 + ".pdf", "<b>x</b>.txt"]
)
def test_hostile_names_are_shown_harmlessly(
    instance: Config, analyst: Client, people: People, name: str
) -> None:
    address = send(analyst, people, b"x", name=name)
    body = analyst.get(address).content.decode()
    assert "<b>x</b>" not in body
    assert "\u202e" not in body
    for path in (instance.data_dir / "files").rglob("*"):
        assert path.name.isascii()


def test_list_export_and_tenancy(analyst: Client, people: People) -> None:
    address = send(analyst, people, b"x", name="=cmd().csv")
    assert "=cmd().csv" in analyst.get("/files/").content.decode()
    stranger = people.client("member_staff_b")
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}download/").status_code == 404
    assert stranger.get("/api/v1/files/").json()["total"] == 0
    assert people.client("executive").get("/files/").status_code == 403
    assert people.client("auditor").get(f"{address}download/").status_code == 403


@pytest.mark.db
def test_api_round_trip(analyst: Client, people: People) -> None:
    tenant = str(people.tenant_id("cert"))
    sent = analyst.post("/api/v1/files/", {"tenant_id": tenant, "file": io.BytesIO(b"hello")})
    assert sent.status_code == 201, sent.content
    made = sent.json()
    assert made["size"] == 5
    assert made["sha256"] == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert analyst.get(f"/api/v1/files/{made['id']}").json() == made
    assert analyst.get("/api/v1/files/").json()["items"] == [made]
    assert analyst.get(f"/api/v1/files/{made['id']}/content").getvalue() == b"hello"
    other = analyst.post(
        "/api/v1/files/", {"tenant_id": str(people.tenant_id("hospital")), "file": io.BytesIO(b"x")}
    )
    assert other.status_code == 404


def test_too_large_upload_is_dropped_while_it_arrives(
    instance: Config, analyst: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads.SealedUploadHandler, "_limit_of_sender", lambda _: 2 * 2**20)
    upload = SimpleUploadedFile("big.bin", bytes(3 * 2**20))
    answer = analyst.post("/files/upload/", {"tenant_id": str(people.tenant_id("cert")), "file": upload})
    assert answer.status_code == 422
    assert "ใหญ่เกิน" in answer.content.decode()
    assert list((instance.data_dir / "scratch").iterdir()) == []
    assert analyst.get("/api/v1/files/").json()["total"] == 0


def test_stranger_may_send_less(instance: Config) -> None:
    class Request:
        user = None

    handler = uploads.SealedUploadHandler(Request())  # type: ignore[arg-type] # all it looks at
    assert handler._limit_of_sender() == uploads.PUBLIC_MOST_BYTES


def test_quarantine_on_the_page(analyst: Client, people: People) -> None:
    address = send(analyst, people, b"x")
    assert analyst.post(f"{address}quarantine/", {"reason": "สั้น"}).status_code == 422
    assert analyst.post(f"{address}quarantine/", {"reason": "พบลายเซ็นโปรแกรมร้าย"}).status_code == 302
    assert "ถูกกัก" in analyst.get(address).content.decode()
    assert analyst.post(f"{address}release/", {"reason": "ตรวจซ้ำแล้วปลอดภัย"}).status_code == 302
    assert json.loads(analyst.get(f"/api/v1{address}".rstrip("/")).content)["state"] == "ok"
