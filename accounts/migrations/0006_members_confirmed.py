from django.db import migrations, models


class Migration(migrations.Migration):
    """When the one who manages the members last read their list."""

    dependencies = [("accounts", "0005_sheet_rule")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="members_confirmed_on",
            field=models.DateField(blank=True, null=True, verbose_name="liste des membres confirmée le"),
        ),
    ]
