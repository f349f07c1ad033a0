"""The database triggers that make the journal append-only and queue each new entry for its number."""

from __future__ import annotations

from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = (
    "journal_entry",
    "journal_leaf",
    "journal_node",
    "journal_epoch",
    "journal_checkpoint",
    "journal_cosignature",
)
MESSAGE = "the journal is append-only"


class Executor(Protocol):
    """A cursor or a schema editor."""

    def execute(self, sql: str, params: None = None, /) -> object:
        """Run one statement."""
        ...


def names(vendor: str) -> frozenset[str]:
    """Return the names of all triggers that must stand in the database."""
    acts = ("update", "delete") if vendor == "sqlite" else ("change", "truncate")
    refusing = {f"{table}_refuse_{act}" for table in APPEND_ONLY for act in acts}
    return frozenset(refusing | {"journal_entry_queue"})


def create(executor: Executor, vendor: str) -> None:
    """Create all triggers; none of them may stand already."""
    for statement in _sqlite() if vendor == "sqlite" else _postgresql():
        executor.execute(statement, None)  # None, not (): the text holds % signs


def drop(executor: Executor, vendor: str) -> None:
    """Drop those that stand: for the migration backwards and for emptying a test database, nothing else."""
    if vendor == "sqlite":
        for name in sorted(names(vendor)):
            executor.execute(f"DROP TRIGGER IF EXISTS {name}", None)
        return
    for name in sorted(names(vendor)):
        table = name.split("_refuse_")[0] if "_refuse_" in name else "journal_entry"
        executor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}", None)
    executor.execute("DROP FUNCTION IF EXISTS journal_refuse()", None)
    executor.execute("DROP FUNCTION IF EXISTS journal_queue()", None)


def standing(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Return the names of the journal's triggers that stand in the database and are enabled."""
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'journal%' AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return frozenset(row[0] for row in cursor.fetchall())


def _sqlite() -> list[str]:
    refusing = [
        f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {act} of {table} is refused'); END"
        for table in APPEND_ONLY
        for act in ("update", "delete")
    ]
    queue = (
        "CREATE TRIGGER journal_entry_queue AFTER INSERT ON journal_entry "
        "BEGIN INSERT INTO journal_pending (entry_id) VALUES (NEW.id); END"
    )
    return [*refusing, queue]


def _postgresql() -> list[str]:
    functions = [
        (
            "CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{MESSAGE}: % of % is refused', lower(TG_OP), TG_TABLE_NAME; END $$"
        ),
        (
            "CREATE FUNCTION journal_queue() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO journal_pending (entry_id) VALUES (NEW.id); RETURN NULL; END $$"
        ),
    ]
    refusing = []
    for table in APPEND_ONLY:
        refusing.append(
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION journal_refuse()"
        )
        refusing.append(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"
        )
    queue = (
        "CREATE TRIGGER journal_entry_queue AFTER INSERT ON journal_entry "
        "FOR EACH ROW EXECUTE FUNCTION journal_queue()"
    )
    return [*functions, *refusing, queue]
