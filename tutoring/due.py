"""The monthly sheets among all that is due: open or late, until received."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format

from accounts.reminders import DueItem
from contracts.models import Contract
from regulations.due import tutor_sheet
from tutoring.models import Tutorship
from tutoring.sheets import sheet_key, waited_without_names


def due_items(contracts, *, on: date) -> list[DueItem]:
    """One item for each sheet that is waited for that day, of these contracts."""
    tutorships = Tutorship.objects.filter(contract__in=contracts.order_by().values("pk"))
    waiting = waited_without_names(on, tutorships)
    months = {one.month for one in waiting}
    names, addresses = {month: date_format(month, "F Y") for month in months}, {one: _address_in(one) for one in months}
    return [
        DueItem(
            deadline=tutor_sheet(one.month),
            key=sheet_key(one.tutorship.contract_id, one.month),
            subject_kind=Contract._meta.label,
            subject_id=one.tutorship.contract_id,
            cohort_id=one.tutorship.contract.cohort_id,
            establishment_id=one.tutorship.contract.establishment_id,
            url=addresses[one.month].format(one.tutorship.pk),
            detail=names[one.month],
        )
        for one in waiting
    ]


def _address_in(month: date) -> str:
    """The page of that month for any tutorship, its number left open: looked up once for thousands."""
    return reverse("tutoring:sheet_detail", args=[0, month.year, month.month]).replace("/0/", "/{}/")


def held_at(item: DueItem) -> str:
    """Where the office fills it in for the tutor."""
    return f"{item.url}tenir/"
