"""The monthly sheets among all that is due: open or late, until received."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format

from accounts.reminders import DueItem
from contracts.models import Contract
from regulations.due import tutor_sheet
from tutoring.models import Tutorship
from tutoring.sheets import sheet_key, waited


def due_items(contracts, *, on: date) -> list[DueItem]:
    """One item for each sheet that is waited for that day, of these contracts."""
    tutorships = Tutorship.objects.filter(contract__in=contracts.order_by().values("pk"))
    return [
        DueItem(
            deadline=tutor_sheet(one.month),
            key=sheet_key(one.tutorship.contract_id, one.month),
            subject_kind=Contract._meta.label,
            subject_id=one.tutorship.contract_id,
            cohort_id=one.tutorship.contract.cohort_id,
            establishment_id=one.tutorship.contract.establishment_id,
            url=reverse("tutoring:sheet_detail", args=[one.tutorship.pk, one.month.year, one.month.month]),
            detail=date_format(one.month, "F Y"),
        )
        for one in waited(on, tutorships)
    ]


def held_at(item: DueItem) -> str:
    """Where the office fills it in for the tutor."""
    return f"{item.url}tenir/"
