"""A line of the payer is recorded once among the payments that are valid: a voided one may be recorded again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0009_amendment_void'),
    ]

    operations = [
        migrations.AlterField(
            model_name='aidpayment',
            name='line_key',
            field=models.CharField(max_length=120, verbose_name='clé de la ligne'),
        ),
        migrations.AddConstraint(
            model_name='aidpayment',
            constraint=models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('line_key',), name='aid_payment_line_once', violation_error_message='Cette ligne du payeur est déjà enregistrée.'),
        ),
    ]
