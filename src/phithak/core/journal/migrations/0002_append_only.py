"""Create the triggers that make the journal append-only, on SQLite and PostgreSQL."""

from django.db import migrations

from phithak.core.journal import triggers


def forwards(apps, schema_editor):
    triggers.create(schema_editor, schema_editor.connection.vendor)


def backwards(apps, schema_editor):
    triggers.drop(schema_editor, schema_editor.connection.vendor)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
