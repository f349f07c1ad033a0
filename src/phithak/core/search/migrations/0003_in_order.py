"""Documents know what their list sorts them by, and on SQLite lie together by kind."""

import zlib

from django.db import migrations, models

NUMBER_BITS = 48
# written out, since the schema editor would make the table anew on SQLite, without its triggers
SQLITE = [
    "ALTER TABLE search_document ADD COLUMN sort_key BLOB NOT NULL DEFAULT X''",
    # with the texts: a word that many hold is looked for in the order of the list, over this index alone
    "CREATE INDEX search_document_in_order ON search_document (kind, sort_key, object_id, exact, loose)",
]
POSTGRESQL = [
    "ALTER TABLE search_document ADD COLUMN sort_key bytea NOT NULL DEFAULT ''",
    "CREATE INDEX search_document_in_order ON search_document (kind, sort_key, object_id)",
    "DROP INDEX search_document_exact_pairs",
    "DROP INDEX search_document_loose_pairs",
    "DROP INDEX search_document_exact_trgm",
    "DROP INDEX search_document_loose_trgm",
    "DROP FUNCTION search_pairs(text)",
    # pieces of two and of three letters, each with the kind before it, so that one index answers for one kind;
    # pg_trgm leaves out what the locale takes for no letter, such as every Thai one in the locale C
    """CREATE FUNCTION search_pieces(kind text, document text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT COALESCE(array_agg(kind || ':' || a || b) || array_agg(kind || ':' || a || b || c), '{}')
        FROM (
            SELECT letter a, lead(letter) OVER () b, lead(letter, 2, '') OVER () c
            FROM unnest(string_to_array(document, NULL)) letter
        ) letters WHERE b IS NOT NULL
    $$""",
    "CREATE INDEX search_document_exact_pieces ON search_document USING gin (search_pieces(kind, exact))",
    "CREATE INDEX search_document_loose_pieces ON search_document USING gin (search_pieces(kind, loose))",
]
UNDO = [
    "DROP INDEX search_document_in_order",
    "ALTER TABLE search_document DROP COLUMN sort_key",
    "DROP INDEX search_document_exact_pieces",
    "DROP INDEX search_document_loose_pieces",
    "DROP FUNCTION search_pieces(text, text)",
    """CREATE FUNCTION search_pairs(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT COALESCE(array_agg(DISTINCT substr($1, place, 2)), '{}') FROM generate_series(1, length($1) - 1) place
    $$""",
    "CREATE INDEX search_document_exact_pairs ON search_document USING gin (search_pairs(exact))",
    "CREATE INDEX search_document_loose_pairs ON search_document USING gin (search_pairs(loose))",
    "CREATE INDEX search_document_exact_trgm ON search_document USING gin (exact gin_trgm_ops)",
    "CREATE INDEX search_document_loose_trgm ON search_document USING gin (loose gin_trgm_ops)",
]


def build(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        schema_editor.execute(statement, params=None)
    if sqlite:
        document = apps.get_model("search", "Document")
        for kind in list(document.objects.order_by().values_list("kind", flat=True).distinct()):
            first = (zlib.crc32(kind.encode()) & 0x7FFF) << NUMBER_BITS
            document.objects.filter(kind=kind, pk__lt=1 << NUMBER_BITS).update(id=models.F("id") + first)


def drop(apps, schema_editor):
    for statement in UNDO[:2] if schema_editor.connection.vendor == "sqlite" else UNDO:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_pieces_of_two")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(build, drop)],
            [migrations.AddField("document", "sort_key", models.BinaryField(default=b""))],
        ),
    ]
