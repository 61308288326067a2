"""The world of the bench of the tutor's sheet: one tutor with a telephone, one person, the grid that is shipped."""

import json

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from accounts import clock
from accounts.models import Message
from regulations.sheets import opens_on
from tests import builders as b
from tutoring.actions.sheet_links import send_access


def tell() -> None:
    """Prints the short link and the sheet it leads to."""
    # The tables at once, without their story.
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("setup", verbosity=0)
    site = b.an_establishment()
    contract = b.a_contract(person=b.a_person(first_name="Amina"), establishment=site)
    tutor = b.a_tutor(site, phone="06 39 98 00 10")
    tutorship = b.a_tutorship(contract, tutor)
    send_access(tutor=tutor, at=clock.now())
    link = Message.objects.get(key__startswith="acces-fiche/").body.split()[-1]
    month = opens_on(clock.today().replace(day=1)).replace(day=1)
    sheet = reverse("tutoring:fill_sheet", args=[tutorship.pk, month.year, month.month])
    print(json.dumps({"link": "/" + link.split("/", 3)[3], "sheet": sheet}))
