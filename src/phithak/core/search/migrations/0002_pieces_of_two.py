"""Pieces of two letters are found by an index too: Thai has many words of two letters."""

from django.db import migrations

# each key now ends in the separator, so that every pair of letters is the beginning of a trigram
ENDED = (
    "UPDATE search_document SET exact = exact || {end}, loose = loose || {end} "
    "WHERE exact NOT LIKE '%' || {end}"
)
SQLITE = ["CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab('search_trigram', 'col')"]
POSTGRESQL = [
    """CREATE FUNCTION search_pairs(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT COALESCE(array_agg(DISTINCT substr($1, place, 2)), '{}') FROM generate_series(1, length($1) - 1) place
    $$""",
    "CREATE INDEX search_document_exact_pairs ON search_document USING gin (search_pairs(exact))",
    "CREATE INDEX search_document_loose_pairs ON search_document USING gin (search_pairs(loose))",
]
UNDO = {
    "sqlite": ["DROP TABLE search_vocabulary"],
    "postgresql": [
        "DROP INDEX search_document_exact_pairs",
        "DROP INDEX search_document_loose_pairs",
        "DROP FUNCTION search_pairs(text)",
    ],
}


def build(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(ENDED.format(end="char(10)" if sqlite else "chr(10)"), params=None)
    for statement in SQLITE if sqlite else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(build, drop)]
