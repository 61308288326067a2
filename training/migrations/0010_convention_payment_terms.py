from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0009_training_body_signs"),
    ]

    operations = [
        migrations.AddField(
            model_name="convention",
            name="payment_terms",
            field=models.CharField(
                default="Paiement à trente jours, sur facture accompagnée des certificats de réalisation.",
                max_length=300,
                verbose_name="conditions de paiement",
            ),
        ),
    ]
