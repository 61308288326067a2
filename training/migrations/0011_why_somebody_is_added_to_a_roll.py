from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0010_convention_payment_terms"),
    ]

    operations = [
        migrations.AddField(
            model_name="attendance",
            name="added_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="ajouté à l'appel parce que"),
        ),
    ]
