"""Somebody who owns the database drops the triggers and changes a row: the check names it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from phithak.base import ids
from phithak.core.journal import archive, canonical, services
from phithak.core.journal.findings import Kind
from phithak.core.journal.models import Entry
from phithak.core.journal.queries import tree
from phithak.engines.tlog import Frontier, leaf_hash
from tests.core.journal import acts

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]


def raw(value: Any) -> Any:
    """Return an id as the database holds it."""
    return value.hex if connection.vendor == "sqlite" and isinstance(value, UUID) else value


def _set(change: str) -> str:
    """Return the statement that makes the change to one entry."""
    return "UPDATE journal_entry SET {} WHERE id = %s".replace("{}", change)


def tampered(sql: str, *values: Any) -> list[tuple[Kind, int, int]]:
    """Change the database past its triggers and return what the check finds."""
    with acts.past_the_triggers() as cursor:
        cursor.execute(sql, [raw(value) for value in values])
    return [(item.kind, item.first, item.last) for item in acts.check().findings]


@pytest.fixture
def line_of() -> dict[int, Any]:
    """Give 700 numbered entries under checkpoints at 1, 301 and 701, and 20 after them; number → entry id."""
    services.tick()
    services.sign_if_due(at_once=True)
    acts.numbered(300)
    acts.numbered(400)
    acts.put(20)
    services.tick()
    return dict(acts.order())


def test_an_untouched_journal_is_valid_but_not_yet_witnessed(line_of: dict[int, Any]) -> None:
    report = acts.check()
    assert (report.findings, report.gaps, report.complete) == ([], [], True)
    assert (report.checked, report.total, report.held, report.checkpoints) == (721, 721, 701, 3)
    assert (report.state, report.unwitnessed) == ("not yet witnessed", 721)
    assert len(line_of) == 721


@pytest.mark.parametrize("seq", [1, 256, 302, 701, 721])
@pytest.mark.parametrize(
    "change",
    [
        "body = replace(body, '\"count\":1', '\"count\":2')",
        "actor_name = 'somebody else'",
        "tag = 'test:thing:other'",
        "object_id = '999'",
        "tenant_id = NULL, staff_session = '00000000000000000000000000000001'",
    ],
)
def test_an_altered_entry_is_named(line_of: dict[int, Any], seq: int, change: str) -> None:
    found = tampered(_set(change), line_of[seq])
    assert found == [(Kind.ALTERED, seq, seq)]
    assert acts.check().findings[0].entry == str(line_of[seq])


def test_a_time_moved_by_a_microsecond_is_named(line_of: dict[int, Any]) -> None:
    at = Entry.objects.get(pk=line_of[400]).at
    changed = at.replace(microsecond=(at.microsecond + 1) % 1_000_000)
    assert tampered("UPDATE journal_entry SET at = %s WHERE id = %s", changed, line_of[400]) == [
        (Kind.ALTERED, 400, 400)
    ]


def test_a_removed_entry_is_named(line_of: dict[int, Any]) -> None:
    with acts.past_the_triggers() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA writable_schema = OFF")
        else:
            cursor.execute("ALTER TABLE journal_leaf DISABLE TRIGGER ALL")
            cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM journal_leaf WHERE seq = 350")
        cursor.execute("DELETE FROM journal_entry WHERE id = %s", [raw(line_of[350])])
        if connection.vendor != "sqlite":
            cursor.execute("SET session_replication_role = DEFAULT")
    assert [(item.kind, item.first, item.last) for item in acts.check().findings] == [
        (Kind.NUMBER_MISSING, 350, 350)
    ]


def test_a_number_taken_from_its_entry_is_named_on_both_sides(line_of: dict[int, Any]) -> None:
    found = tampered("DELETE FROM journal_leaf WHERE seq = 350")
    assert found == [(Kind.NUMBER_MISSING, 350, 350), (Kind.EXTRA_ENTRY, 0, 0)]
    assert acts.check().findings[1].entry == str(line_of[350])


def test_a_tail_cut_off_is_found(line_of: dict[int, Any]) -> None:
    assert (Kind.NUMBER_MISSING, 720, 721) in tampered("DELETE FROM journal_leaf WHERE seq > 719")
    assert len(line_of) == 721


def test_a_tail_cut_off_with_the_sequencers_state_is_found_by_the_archive(line_of: dict[int, Any]) -> None:
    frontier = Frontier()
    for seq in range(1, 302):
        frontier.append(canonical.line(Entry.objects.get(pk=line_of[seq])))
    with acts.past_the_triggers() as cursor:
        cursor.execute("DELETE FROM journal_checkpoint WHERE size > 301")
        cursor.execute('DELETE FROM journal_node WHERE level = 8 AND "index" > 0')
        cursor.execute("DELETE FROM journal_leaf WHERE seq > 301")
        cursor.execute("UPDATE journal_sequencer SET seq = 301, edge = %s", [bytes(frontier)])
    found = [(item.kind, item.first, item.last) for item in acts.check().findings]
    assert found[0] == (Kind.NUMBER_MISSING, 302, 701)
    assert {kind for kind, _, _ in found[1:]} == {Kind.EXTRA_ENTRY}


def test_an_entry_slipped_in_is_named(line_of: dict[int, Any]) -> None:
    stranger = ids.uuid7()
    found = tampered(
        "INSERT INTO journal_entry (id, tag, actor_kind, actor_name, object_kind, object_id, at, body) "
        "SELECT %s, tag, actor_kind, actor_name, object_kind, object_id, at, body FROM journal_entry WHERE id = %s",
        stranger,
        line_of[5],
    )
    assert found == [(Kind.EXTRA_ENTRY, 0, 0)]
    assert acts.check().findings[0].entry == str(stranger)


def test_a_number_that_the_sequencer_never_gave_is_named(line_of: dict[int, Any]) -> None:
    (stranger,) = acts.put()
    found = tampered(
        "INSERT INTO journal_leaf (seq, entry_id, leaf_hash) SELECT 722, %s, leaf_hash FROM journal_leaf WHERE seq = 9",
        stranger,
    )
    assert (Kind.EXTRA_NUMBER, 722, 722) in found
    assert len(line_of) == 721


def test_a_queued_entry_that_is_removed_before_its_number_is_named() -> None:
    acts.numbered(1)
    (gone,) = acts.put()
    assert tampered("DELETE FROM journal_entry WHERE id = %s", gone) == [(Kind.QUEUED_MISSING, 0, 0)]


def test_two_entries_that_changed_numbers_are_named(line_of: dict[int, Any]) -> None:
    with acts.past_the_triggers() as cursor:
        for old, new in ((400, 9000), (405, 400), (9000, 405)):
            cursor.execute("UPDATE journal_leaf SET seq = %s WHERE seq = %s", [new, old])
    assert [(item.kind, item.first, item.entry) for item in acts.check().findings] == [
        (Kind.RENUMBERED, 400, str(line_of[405])),
        (Kind.RENUMBERED, 405, str(line_of[400])),
    ]


def test_an_entry_altered_together_with_its_leaf_is_found_by_the_signed_root(line_of: dict[int, Any]) -> None:
    with acts.past_the_triggers() as cursor:
        cursor.execute("UPDATE journal_entry SET actor_name = 'x' WHERE id = %s", [raw(line_of[310])])
        changed = leaf_hash(canonical.line(Entry.objects.get(pk=line_of[310])))
        cursor.execute("UPDATE journal_leaf SET leaf_hash = %s WHERE seq = 310", [changed])
    # between the checkpoints 301 and 701, and within the stored subtree of 257 to 512
    assert [(item.kind, item.first, item.last) for item in acts.check().findings] == [(Kind.ROOT, 302, 512)]


def test_all_hashes_recomputed_are_found_by_the_archive(line_of: dict[int, Any]) -> None:
    """Leaves, subtrees, state and checkpoint rows made anew by the key's owner; only the copy outside remains."""
    from phithak.core.journal import keys  # noqa: PLC0415 - the owner's tools
    from phithak.engines.tlog import Checkpoint, sign_checkpoint  # noqa: PLC0415 - same

    origin = tree.state().origin  # type: ignore[union-attr] # it stands
    frontier, nodes = Frontier(), {}
    with acts.past_the_triggers() as cursor:
        cursor.execute("UPDATE journal_entry SET actor_name = 'x' WHERE id = %s", [raw(line_of[310])])
        cursor.execute("DELETE FROM journal_node")
        for seq in range(1, 722):
            value = leaf_hash(canonical.line(Entry.objects.get(pk=line_of[seq])))
            cursor.execute("UPDATE journal_leaf SET leaf_hash = %s WHERE seq = %s", [value, seq])
            frontier.append_hash(
                value, lambda level, first, hashes: nodes.update({(level, first): hashes[0]})
            )
            if seq in {301, 701}:
                note = str(sign_checkpoint(Checkpoint(origin, seq, frontier.root()), keys.log_key(origin)))
                cursor.execute(
                    "UPDATE journal_checkpoint SET root = %s, note = %s WHERE size = %s",
                    [frontier.root(), note, seq],
                )
        for (level, index), value in nodes.items():
            if level == 8:
                cursor.execute(
                    'INSERT INTO journal_node (epoch, level, "index", node_hash) VALUES (1, 8, %s, %s)',
                    [index, value],
                )
        cursor.execute("UPDATE journal_sequencer SET edge = %s", [bytes(frontier)])
    found = [(item.kind, item.first, item.last) for item in acts.check().findings]
    assert (Kind.CHECKPOINT, 701, 701) in found
    assert (Kind.ROOT, 302, 701) in found
    archive.path().unlink()
    # without any copy outside of the database nobody can know: this is why there are witnesses
    report = acts.check()
    assert (report.findings, report.state) == ([], "not yet witnessed")


def test_a_checkpoint_taken_away_or_badly_signed_is_found(line_of: dict[int, Any]) -> None:
    assert tampered("DELETE FROM journal_checkpoint WHERE size = 301") == [(Kind.CHECKPOINT, 301, 301)]
    assert len(line_of) == 721


def test_a_wrong_signature_is_found(line_of: dict[int, Any]) -> None:
    found = tampered(
        "UPDATE journal_checkpoint SET note = replace(note, 'journal/1 ', 'journal/2 ') WHERE size = 701"
    )
    assert found == [(Kind.SIGNATURE, 701, 701)]
    assert len(line_of) == 721


def test_a_changed_subtree_is_found(line_of: dict[int, Any]) -> None:
    found = tampered('UPDATE journal_node SET node_hash = %s WHERE "index" = 1', b"\x00" * 32)
    assert found == [(Kind.STATE, 257, 512)]
    assert len(line_of) == 721


def test_a_changed_edge_is_found(line_of: dict[int, Any]) -> None:
    state = tree.state()
    assert state is not None
    found = tampered("UPDATE journal_sequencer SET edge = %s", state.edge[:-1] + b"\x00")
    assert found == [(Kind.STATE, 702, 721)]
    assert len(line_of) == 721


def test_a_check_that_is_not_over_is_never_clean(line_of: dict[int, Any]) -> None:
    from phithak.core.journal.queries.checking import Check  # noqa: PLC0415 - stopped half-way here

    check = Check()
    assert check.step()
    assert (check.report.state, check.report.checked) == ("partial", 500)
    assert len(line_of) == 721


def test_numbering_goes_on_while_the_check_runs() -> None:
    from phithak.core.journal.queries.checking import Check  # noqa: PLC0415 - driven by hand here

    acts.numbered(900)
    check = Check()
    while check.step():
        acts.numbered(3)
    assert (check.report.findings, check.report.checked) == ([], 901)
