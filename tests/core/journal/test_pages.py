"""The journal's pages and API as people of the sector: what each sees, and nothing else."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from phithak.base import clock
from phithak.core import contrib
from phithak.core.db import transactions
from phithak.core.journal import queries, services
from phithak.core.journal.models import Checkpoint, Verification
from phithak.engines.tlog import KeyKind, VerifierKey, leaf_hash, verify_checkpoint, verify_inclusion
from tests.core.journal import acts
from tests.core.journal.acts import Tag
from tests.people import People

pytestmark = pytest.mark.django_db


def put_for(people: People, tenant: str | None, name: str) -> str:
    """Record an entry of a tenant (None = the instance) about an object of that name; return its id."""
    with transactions.write("test.put"):
        owner = people.tenant_id(tenant) if tenant else None
        return str(
            contrib.record(acts.ACTOR, Tag.MADE, ("test.thing", name), tenant_id=owner, facts={"n": name})
        )


@pytest.fixture
def rows(people: People) -> dict[str, str]:
    """Give one entry of the CERT, of two hospitals and of the instance; name → id, all under a checkpoint."""
    made = {
        "of-cert": put_for(people, "cert", "of-cert"),
        "of-hospital": put_for(people, "hospital", "of-hospital"),
        "of-hospital-b": put_for(people, "hospital_b", "of-hospital-b"),
        "of-instance": put_for(people, None, "of-instance"),
    }
    services.tick()
    services.sign_if_due(at_once=True)
    return made


SEEN = {
    "cert_admin": {"of-cert", "of-hospital", "of-hospital-b", "of-instance"},
    "auditor": {"of-cert", "of-hospital", "of-hospital-b", "of-instance"},
    "member_admin": {"of-hospital"},
}


@pytest.mark.parametrize("who", list(SEEN))
def test_each_reader_sees_the_rows_of_their_scope(people: People, rows: dict[str, str], who: str) -> None:
    browser = people.client(who, language="en")
    listed = unescape(browser.get("/journal/").content.decode())
    exported = [json.loads(line) for line in b"".join(browser.get("/journal/export/")).splitlines()]
    answer = browser.get("/api/v1/journal/entries").json()
    for name, entry in rows.items():
        expected = name in SEEN[who]
        assert (f"Made thing {name}<" in listed) is expected
        assert (name in {line["object"]["id"] for line in exported}) is expected
        assert (name in {item["object_id"] for item in answer["items"]}) is expected
        assert browser.get(f"/journal/{entry}/").status_code == (200 if expected else 404)
        assert browser.get(f"/api/v1/journal/entries/{entry}").status_code == (200 if expected else 404)


@pytest.mark.parametrize("who", ["analyst", "member_staff", "partner"])
def test_others_are_refused(people: People, rows: dict[str, str], who: str) -> None:
    browser = people.client(who)
    paths = ["/journal/", "/journal/verify/", "/journal/export/", f"/journal/{rows['of-hospital']}/"]
    assert [browser.get(path).status_code for path in paths] == [403] * 4
    assert browser.get("/api/v1/journal/entries").status_code == 403


def test_without_login_only_checkpoints_and_proofs_are_open(rows: dict[str, str]) -> None:
    visitor = Client()
    assert visitor.get("/journal/").status_code == 302
    assert visitor.get("/journal/verify/").status_code == 302
    assert visitor.get("/journal/checkpoints/").status_code == 200
    assert visitor.get("/api/v1/journal/checkpoint").status_code == 200
    assert visitor.get("/api/v1/journal/entries").status_code == 401
    assert len(rows) == 4


def test_a_member_admin_sees_no_tags_or_kinds_of_others(people: People) -> None:
    put_for(people, "hospital_b", "x")
    page = people.client("member_admin").get("/journal/").content.decode()
    assert "test:thing:made" not in page


@pytest.mark.parametrize(
    "words", ["21 พ.ย. 2569", "๒๑ พฤศจิกายน ๒๕๖๙", "2026-11-21", "20-22 พ.ย. 2569", "พ.ย. 2569", "ปี 2569"]
)
def test_the_list_is_searched_by_thai_dates(people: People, words: str) -> None:
    # 18:30 UTC on the 20th is 01:30 on the 21st in Bangkok
    for moment, name in (
        (datetime(2026, 11, 20, 18, 30, tzinfo=UTC), "inside"),
        (datetime(2025, 11, 20, 18, 30, tzinfo=UTC), "other-year"),
    ):
        with clock.at(moment):
            put_for(people, "cert", name)
    page = people.client("auditor", language="en").get("/journal/", {"q": words}).content.decode()
    assert "Made thing inside" in page
    assert "Made thing other-year" not in page


def test_a_search_by_name_object_or_tag_finds_too(people: People, rows: dict[str, str]) -> None:
    browser = people.client("auditor", language="en")
    assert "Made thing of-hospital-b<" in browser.get("/journal/", {"q": "hospital-b"}).content.decode()
    assert "Made thing of-cert<" not in browser.get("/journal/", {"q": "hospital-b"}).content.decode()
    assert browser.get("/journal/", {"tag": "test:thing:made"}).status_code == 200
    assert browser.get("/journal/", {"tag": "no:such:tag"}).status_code == 422
    assert len(rows) == 4


def test_an_entry_shows_its_number_line_and_a_proof_that_holds(people: People, rows: dict[str, str]) -> None:
    browser = people.client("auditor", language="en")
    page = unescape(browser.get(f"/journal/{rows['of-cert']}/").content.decode())
    assert "Number 2, under the checkpoint of size 5." in page
    assert "Not yet witnessed." in page
    line = browser.get(f"/api/v1/journal/entries/{rows['of-cert']}").json()["line"]
    assert line in page
    public = Client().get(
        "/api/v1/journal/inclusion", {"entry": rows["of-cert"], "leaf": leaf_hash(line.encode()).hex()}
    )
    import base64  # noqa: PLC0415 - only here

    told = public.json()
    proof = [base64.b64decode(item) for item in told["proof"]]
    root = bytes.fromhex(told["checkpoint"]["root"])
    assert verify_inclusion(line.encode(), told["index"], told["checkpoint"]["size"], proof, root)
    wrong = Client().get("/api/v1/journal/inclusion", {"entry": rows["of-cert"], "leaf": "00" * 32})
    assert wrong.status_code == 404


def test_the_public_consistency_proof_holds(people: People, rows: dict[str, str]) -> None:
    import base64  # noqa: PLC0415 - only here

    from phithak.engines.tlog import verify_consistency  # noqa: PLC0415 - only here

    acts.numbered(70)
    small, large = Checkpoint.objects.order_by("size")
    told = Client().get(
        "/api/v1/journal/consistency", {"origin": large.origin, "old": small.size, "new": large.size}
    )
    proof = [base64.b64decode(item) for item in told.json()["proof"]]
    assert verify_consistency(small.size, large.size, proof, bytes(small.root), bytes(large.root))
    for query, status in (
        ({"origin": "nobody/1", "old": 1, "new": 2}, 404),
        ({"origin": large.origin, "old": 1, "new": 10**18}, 422),
        ({"origin": large.origin, "old": 9, "new": 3}, 422),
    ):
        assert Client().get("/api/v1/journal/consistency", query).status_code == status
    assert rows
    assert people


def test_the_public_checkpoint_is_signed(rows: dict[str, str]) -> None:
    from phithak.core.journal import keys  # noqa: PLC0415 - only here

    told = Client().get("/api/v1/journal/checkpoint").json()
    key = VerifierKey(told["origin"], KeyKind.ED25519, keys.public_key())
    assert verify_checkpoint(told["note"], [key]).checkpoint.root.hex() == told["root"]
    page = Client().get(f"/journal/checkpoints/1/{told['size']}/").content.decode()
    assert told["note"].splitlines()[2] in page
    assert Client().get("/journal/checkpoints/1/99999999999999999999/").status_code == 404
    assert Client().get("/journal/checkpoints/7/1/").status_code == 404
    assert len(rows) == 4


def test_the_check_runs_by_the_worker_and_is_never_shown_as_clean_before(people: People) -> None:
    acts.numbered(700)
    browser = people.client("auditor", language="en")
    assert "never checked" in browser.get("/journal/verify/").content.decode()
    assert browser.post("/journal/verify/").status_code == 302
    assert browser.post("/journal/verify/").status_code == 302
    assert Verification.objects.count() == 1, "one check at a time"
    services.advance_verification(0)
    page = browser.get("/journal/verify/progress/").content.decode()
    assert re.search(r"500 of 70\d checked", page)
    assert "not a result yet" in page
    while services.advance_verification(0):
        pass
    page = unescape(browser.get("/journal/verify/").content.decode())
    assert "Nothing found; some entries are not yet witnessed" in page
    assert "no witness yet" in page
    assert queries.running_verification() is None


def test_the_check_page_names_the_altered_entry(people: People, rows: dict[str, str]) -> None:
    with acts.past_the_triggers() as cursor:
        cursor.execute("UPDATE journal_entry SET object_id = 'forged' WHERE object_id = 'of-hospital'")
    browser = people.client("auditor", language="en")
    browser.post("/journal/verify/")
    while services.advance_verification(0):
        pass
    page = unescape(browser.get("/journal/verify/").content.decode())
    assert f"Entry number 3 ({rows['of-hospital']}) was altered after it was numbered" in page
    assert "Changes were found" in page


def test_an_export_is_itself_recorded(people: People, rows: dict[str, str]) -> None:
    b"".join(people.client("auditor").get("/journal/export/"))
    newest = queries.visible_to(people.actor("auditor")).filter(tag="journal:log:exported").first()
    assert newest is not None
    assert newest.actor_user == people.user("auditor").pk
    assert rows
