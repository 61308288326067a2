"""Columns of payment files, chosen once by each organisation."""

import accounts.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('imports', '0002_imports_of_an_organisation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature', models.CharField(max_length=64, verbose_name='empreinte des titres')),
                ('columns', models.JSONField(default=dict, verbose_name='colonnes choisies')),
                ('chosen_at', models.DateTimeField(default=accounts.clock.now, verbose_name='choisies le')),
                ('chosen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='choisies par')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_mappings', to='accounts.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'colonnes de paiements',
                'verbose_name_plural': 'colonnes de paiements',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'signature'), name='payment_mapping_once', violation_error_message='Les colonnes de ce fichier sont déjà choisies.')],
            },
        ),
    ]
