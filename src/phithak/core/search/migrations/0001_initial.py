"""The table of search keys, and the trigram index that each database keeps over it."""

from django.db import migrations, models

SQLITE = [
    """CREATE VIRTUAL TABLE search_trigram USING fts5(
        exact, loose, content='search_document', content_rowid='id', tokenize='trigram case_sensitive 1'
    )""",
    """CREATE TRIGGER search_trigram_insert AFTER INSERT ON search_document BEGIN
        INSERT INTO search_trigram(rowid, exact, loose) VALUES (new.id, new.exact, new.loose);
    END""",
    """CREATE TRIGGER search_trigram_delete AFTER DELETE ON search_document BEGIN
        INSERT INTO search_trigram(search_trigram, rowid, exact, loose)
        VALUES ('delete', old.id, old.exact, old.loose);
    END""",
    """CREATE TRIGGER search_trigram_update AFTER UPDATE ON search_document BEGIN
        INSERT INTO search_trigram(search_trigram, rowid, exact, loose)
        VALUES ('delete', old.id, old.exact, old.loose);
        INSERT INTO search_trigram(rowid, exact, loose) VALUES (new.id, new.exact, new.loose);
    END""",
]
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX search_document_exact_trgm ON search_document USING gin (exact gin_trgm_ops)",
    "CREATE INDEX search_document_loose_trgm ON search_document USING gin (loose gin_trgm_ops)",
]
UNDO = {
    "sqlite": ["DROP TABLE search_trigram"],
    "postgresql": ["DROP INDEX search_document_exact_trgm", "DROP INDEX search_document_loose_trgm"],
}


def build(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("object_id", models.UUIDField()),
                ("exact", models.TextField()),
                ("loose", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="search_one_document_per_object")
                ],
            },
        ),
        migrations.RunPython(build, drop),
    ]
