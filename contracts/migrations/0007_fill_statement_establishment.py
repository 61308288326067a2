from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """A statement belongs to the establishment of its month: until now, a contract had only one."""
    statements = apps.get_model("contracts", "PresenceStatement").objects.filter(establishment=None)
    requests = apps.get_model("contracts", "AidRequest").objects.filter(pk=OuterRef("aid_request"))
    statements.update(establishment=Subquery(requests.values("contract__establishment")[:1]))


class Migration(migrations.Migration):
    dependencies = [("contracts", "0006_presence_statement_and_payment")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
