"""Filters of the lists of this place: they judge computed lines as a filter set judges rows."""

from django.utils.functional import cached_property

from accounts import clock
from accounts.computed_rows import Rows
from impec.due.forms import ItemFiltersForm, UpcomingFiltersForm


class ItemFilters:
    """A bound form and the lines it keeps; what cannot be read keeps them all."""

    form_class = ItemFiltersForm

    def __init__(self, data, *, queryset: Rows, request):
        self.rows = queryset
        self.form = self.form_class(data, user=request.user)
        self.today = clock.today()

    @cached_property
    def qs(self) -> Rows:
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        return self.rows.filter(lambda row: self.keeps(self.item_of(row), asked))

    def item_of(self, row):
        return row

    def keeps(self, item, asked: dict) -> bool:
        if asked.get("regle") and item.rule != asked["regle"]:
            return False
        if asked.get("cohorte") and item.cohort_id != asked["cohorte"].pk:
            return False
        return self.is_when(item, asked.get("quand"))

    def is_when(self, item, when: str | None) -> bool:
        match when:
            case "retard":
                return item.deadline.is_late(self.today)
            case "mois":
                return (item.due_on.year, item.due_on.month) == (self.today.year, self.today.month)
            case "ouvertes":
                return item.since <= self.today
            case _:
                return True


class UpcomingFilters(ItemFilters):
    form_class = UpcomingFiltersForm

    def item_of(self, row):
        return row.item
