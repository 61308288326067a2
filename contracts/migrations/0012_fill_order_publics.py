from django.db import migrations

# Reference rows by the sort of their public, and by the length of a renewal when the text gives one.
KINDS = {
    "GENERAL": "01 09 15 24 29 37 38 44 45 48 49",
    "QPV": "10",
    "OTHER": "11 16 17 32 33 39 46 47",
    "RSA": "12 18 27 50",
    "YOUNG": "22 25 42",
    "YOUNG_QPV": "23",
    "QPV_OR_FRR": "26",
    "BOETH_FROM_31": "28",
    "FAR_FROM_WORK": "30 34",
    "RSA_BOETH_SENIOR": "31",
    "LONG_TERM": "35",
}
MONTHS = {
    "rate-15": (6, 12),
    "rate-16": (6, 12),
    "rate-18": (6, 12),
    "rate-29": (None, 6),
    "rate-30": (6, 6),
    "rate-31": (6, 6),
    "rate-32": (6, 6),
    "rate-33": (6, 6),
}


def fill(apps, schema_editor):
    """Only what nobody has coded yet."""
    orders = apps.get_model("contracts", "AidOrder").objects
    for kind, numbers in KINDS.items():
        rows = orders.filter(reference_id__in=[f"rate-{number}" for number in numbers.split()], public_kind="")
        rows.update(public_kind=kind)
    for reference_id, (low, high) in MONTHS.items():
        rows = orders.filter(reference_id=reference_id, renewal_months_min=None, renewal_months_max=None)
        rows.update(renewal_months_min=low, renewal_months_max=high)


class Migration(migrations.Migration):
    dependencies = [("contracts", "0011_order_publics_and_lengths")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
