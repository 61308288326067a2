"""The world of the bench of the tutor's sheet: one tutor with a telephone, one person, the grid that is shipped."""

import json

from django.urls import reverse

from accounts import clock
from accounts.models import Message
from bench.worlds.tables import make_tables
from regulations.sheets import opens_on
from tests import builders as b
from tutoring.actions.sheet_links import send_access


def tell() -> None:
    """Prints the short link and the sheet it leads to."""
    make_tables()
    site = b.an_establishment()
    contract = b.a_contract(person=b.a_person(first_name="Amina"), establishment=site)
    tutor = b.a_tutor(site, phone="06 39 98 00 10")
    tutorship = b.a_tutorship(contract, tutor)
    send_access(tutor=tutor, at=clock.now())
    link = Message.objects.get(key__startswith="acces-fiche/").body.split()[-1]
    month = opens_on(clock.today().replace(day=1)).replace(day=1)
    sheet = reverse("tutoring:fill_sheet", args=[tutorship.pk, month.year, month.month])
    print(json.dumps({"link": "/" + link.split("/", 3)[3], "sheet": sheet}))
