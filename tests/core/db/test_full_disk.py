"""A full disk: a 503 that keeps the input and says what to do; nothing half-written; it works again with room."""

from __future__ import annotations

import pytest
from django.db import connection

from phithak.base.errors import BusyError, DiskFullError
from phithak.core.db import transactions
from tests.people import People

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's disk is not ours to fill"),
]
REASON = "ตรวจสอบเหตุขัดข้องของระบบตามใบแจ้งเลขที่ " + "ก" * 400
ADDRESS = "/accounts/staff-session/"


def pages(limit: int | None = None) -> int:
    """Set the most pages that the database may have, and return how many it has."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (count,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {limit or count}")
    return int(count)


def test_a_page_keeps_the_input_and_the_process_lives(people: People) -> None:
    client = people.client("cert_admin")
    pages()
    try:
        for _ in range(200):
            answer = client.post(ADDRESS, {"reason": REASON})
            if answer.status_code == 503:
                break
            client.post(ADDRESS + "end/")
        assert answer.status_code == 503, "the database never became full"
        shown = answer.content.decode()
        assert REASON in shown, "what was typed is lost"
        assert "เพิ่มพื้นที่" in shown
        assert client.get("/healthz").status_code == 200
    finally:
        pages(2_000_000_000)
    assert client.post(ADDRESS, {"reason": REASON}).status_code in {200, 302}


def test_nothing_of_a_refused_transaction_stays(people: People) -> None:
    def fill(size: int) -> None:
        with transactions.write("test.full_disk"), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS filling (content BLOB)")
            cursor.execute("INSERT INTO filling VALUES (zeroblob(%s))", [size])

    fill(1)
    count = pages()
    try:
        with pytest.raises(DiskFullError) as caught:
            fill(10_000_000)
        assert isinstance(caught.value, BusyError)
    finally:
        pages(2_000_000_000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM filling")
        assert cursor.fetchone() == (1,)
        cursor.execute("DROP TABLE filling")
    assert count > 0
