from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_members_confirmed"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="held_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="retenu le"),
        ),
    ]
