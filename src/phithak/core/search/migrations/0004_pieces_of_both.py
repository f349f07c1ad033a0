"""PostgreSQL finds the pieces of both folds in one index: most stand in both, and words then need one look each."""

from django.db import migrations

POSTGRESQL = [
    "DROP INDEX search_document_exact_pieces",
    "DROP INDEX search_document_loose_pieces",
    # every search reads the list of what is not in the index yet: 256 kB of it at most
    """CREATE INDEX search_document_pieces ON search_document USING gin (search_pieces(kind, exact || loose))
        WITH (gin_pending_list_limit = 256)""",
    # far dearer than the planner takes a function for; and two more processes for each page would be taken from others
    "ALTER FUNCTION search_pieces(text, text) COST 1000",
    "ALTER TABLE search_document SET (parallel_workers = 0)",
    "ANALYZE search_document",
]
UNDO = [
    "ALTER TABLE search_document RESET (parallel_workers)",
    "ALTER FUNCTION search_pieces(text, text) COST 100",
    "DROP INDEX search_document_pieces",
    "CREATE INDEX search_document_exact_pieces ON search_document USING gin (search_pieces(kind, exact))",
    "CREATE INDEX search_document_loose_pieces ON search_document USING gin (search_pieces(kind, loose))",
]


def build(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        for statement in POSTGRESQL:
            schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        for statement in UNDO:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_in_order")]

    operations = [migrations.RunPython(build, drop)]
