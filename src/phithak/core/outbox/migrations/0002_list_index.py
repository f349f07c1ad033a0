"""Index messages by age and tenant, so that any page of their list is found without reading rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["created_at", "id", "tenant"], name="outbox_by_age"),
        ),
    ]
