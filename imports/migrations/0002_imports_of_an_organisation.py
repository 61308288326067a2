"""An employer brings payments too: an import is an organisation's, and says what it brings."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0001_initial'),
    ]

    operations = [
        migrations.RenameField(
            model_name='importbatch',
            old_name='agency',
            new_name='organisation',
        ),
        migrations.AlterField(
            model_name='importbatch',
            name='organisation',
            field=models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='imports', to='accounts.organisation', verbose_name='organisation qui importe'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='kind',
            field=models.CharField(choices=[('WORKBOOK', 'classeur de suivi'), ('PAYMENTS', "paiements de l'aide")], default='WORKBOOK', max_length=10, verbose_name='nature'),
        ),
    ]
