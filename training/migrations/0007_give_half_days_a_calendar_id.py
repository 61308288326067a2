import uuid

from django.db import migrations


def give(apps, schema_editor):
    half_days = apps.get_model("training", "HalfDay")
    rows = list(half_days.objects.filter(calendar_id=None).only("pk"))
    for row in rows:
        row.calendar_id = uuid.uuid4()
    half_days.objects.bulk_update(rows, ["calendar_id"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("training", "0006_conventions_and_certificates")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
