import accounts.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What proves the history of the fields, and what lawfully left the access log."""

    dependencies = [
        ('accounts', '0007_message_held_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=accounts.clock.true_now, verbose_name='posé le')),
                ('kind', models.CharField(choices=[('BATCH', 'scellement régulier'), ('ERASURE', "effacement d'une personne"), ('RETENTION', 'fin de la durée de conservation')], max_length=10, verbose_name='nature')),
                ('count', models.PositiveIntegerField(verbose_name='lignes')),
                ('first_entry', models.BigIntegerField(blank=True, null=True, verbose_name="première ligne d'historique")),
                ('last_entry', models.BigIntegerField(blank=True, null=True, verbose_name="dernière ligne d'historique")),
                ('sealed_until', models.DateTimeField(blank=True, null=True, verbose_name="historique scellé jusqu'au")),
                ('previous_hash', models.CharField(blank=True, max_length=64, verbose_name='empreinte précédente')),
                ('row_hash', models.CharField(max_length=64, unique=True, verbose_name='empreinte')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posé par')),
            ],
            options={
                'verbose_name': 'sceau',
                'verbose_name_plural': 'sceaux',
            },
        ),
        migrations.CreateModel(
            name='SealedEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.BigIntegerField(verbose_name="ligne d'historique")),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='empreinte')),
                ('salt', models.CharField(blank=True, max_length=32, verbose_name='sel')),
                ('seal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sealed_entries', to='accounts.seal', verbose_name='sceau')),
            ],
            options={
                'verbose_name': "ligne d'historique scellée",
                'verbose_name_plural': "lignes d'historique scellées",
                'indexes': [models.Index(fields=['entry', 'seal'], name='sealed_entry_by_entry')],
                'constraints': [models.UniqueConstraint(fields=('seal', 'entry'), name='sealed_entry_once_per_seal', violation_error_message="Un sceau ne porte qu'une fois sur la même ligne.")],
            },
        ),
        migrations.CreateModel(
            name='SealedGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_row', models.BigIntegerField(unique=True, verbose_name='première ligne retirée')),
                ('last_row', models.BigIntegerField(verbose_name='dernière ligne retirée')),
                ('count', models.PositiveIntegerField(verbose_name='lignes')),
                ('hash_before', models.CharField(blank=True, max_length=64, verbose_name="empreinte d'avant")),
                ('hash_after', models.CharField(max_length=64, verbose_name="empreinte d'après")),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sealed_gaps', to='accounts.seal', verbose_name='sceau')),
            ],
            options={
                'verbose_name': "lignes retirées du journal d'accès",
                'verbose_name_plural': "lignes retirées du journal d'accès",
                'constraints': [models.CheckConstraint(condition=models.Q(('last_row__gte', models.F('first_row'))), name='sealed_gap_ends_after_its_start', violation_error_message='La dernière ligne retirée vient après la première.')],
            },
        ),
    ]
