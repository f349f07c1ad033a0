"""Make the indexes of the journal's list hold the tenant, so that any page is found without reading rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("journal", "0002_append_only"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="entry",
            name="journal_by_tag",
        ),
        migrations.RemoveIndex(
            model_name="entry",
            name="journal_by_time",
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["tag", "id", "tenant"], name="journal_tags"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["at", "id", "tenant"], name="journal_times"),
        ),
    ]
