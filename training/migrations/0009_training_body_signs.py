from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0008_half_day_calendar_id_always"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingbody",
            name="representative",
            field=models.CharField(blank=True, max_length=120, verbose_name="représentant légal"),
        ),
        migrations.AddField(
            model_name="trainingbody",
            name="representative_role",
            field=models.CharField(blank=True, max_length=80, verbose_name="qualité du représentant"),
        ),
        migrations.AddField(
            model_name="trainingbody",
            name="town",
            field=models.CharField(blank=True, max_length=80, verbose_name="fait à"),
        ),
        migrations.AddField(
            model_name="trainingbody",
            name="version",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="version"),
        ),
    ]
