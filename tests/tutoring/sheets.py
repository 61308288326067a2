"""Monthly sheets and their links, built for tests."""

import re
from datetime import date
from uuid import uuid4

from django.urls import reverse

from accounts import clock
from accounts.models import Message
from regulations.sheets import Mood
from tutoring.actions.sheet_links import remind, send_access
from tutoring.actions.sheets import SheetFacts, send_sheet
from tutoring.models import TutorSheet

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
TODAY = date(2026, 11, 20)
A_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MOBILE = "06 39 98 00 10"


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


def send(tutorship, by=None, **changes):
    """Through the action, as a telephone does."""
    fields = {"request_id": uuid4(), "month": NOVEMBER, "observed_on": TODAY, "mood": Mood.GOES_WELL, **changes}
    if not {"levels", "absent_all_month", "note"} & changes.keys():
        fields.setdefault("nothing_new", True)
    return send_sheet(tutorship=tutorship, facts=SheetFacts(**fields), by=by, at=clock.now())


def with_phone(tutor, phone=MOBILE):
    """A tutor without account, who has a mobile."""
    tutor.phone, tutor.user = phone, None
    tutor.save()
    return tutor


def texts():
    return Message.objects.filter(channel=Message.Channel.SMS).order_by("pk")


def address_in(message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body)[1]


def reminder_link(tutor, planned_on=TODAY) -> str:
    assert remind(tutor=tutor, planned_on=planned_on, at=clock.now())
    return address_in(Message.objects.filter(key__startswith="fiche:").latest("pk"))


def access_link(tutor) -> str:
    assert send_access(tutor=tutor, at=clock.now())
    return address_in(Message.objects.filter(key__startswith="acces-fiche/").latest("pk"))


def go_in(client, tutor, own_phone=True):
    """The link of ten minutes, then its button."""
    client.get(access_link(tutor))
    sent = {"enter": "1"} | ({"own_phone": "on"} if own_phone else {})
    answer = client.post(reverse("tutoring:enter_sheets"), sent)
    assert answer.status_code == 302, answer.content.decode()
    return answer


def fill(tutorship, month=NOVEMBER) -> str:
    return reverse("tutoring:fill_sheet", args=[tutorship.pk, month.year, month.month])


def posted(grid=None, levels=(), **changes):
    """What the page sends: `levels` are those that were touched, by words."""
    found = {"request_id": str(uuid4()), "mood": "GOES_WELL", **changes}
    levels = dict(levels)
    for skill in grid.skills_in_order() if grid else ():
        found[f"etait_{skill.pk}"] = "NOT_SHOWN"
        found[f"niveau_{skill.pk}"] = levels.get(skill.words, "NOT_SHOWN")
    return found
