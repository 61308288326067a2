"""Monthly sheets and their links, built for tests."""

from datetime import date
from uuid import uuid4

from regulations.sheets import Mood
from tutoring.models import TutorSheet

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
A_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def a_sheet(tutorship, **changes):
    fields = {
        "request_id": uuid4(),
        "month": OCTOBER,
        "observed_on": date(2026, 10, 28),
        "nothing_new": True,
        "mood": Mood.GOES_WELL,
        **changes,
    }
    return TutorSheet.objects.create(tutorship=tutorship, **fields)
