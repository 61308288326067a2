"""The list of the monthly sheets, at the office: there or not, how and when; never what they say."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.computed_rows import Rows
from accounts.tables import Action, ActionsColumn, Column, DayColumn, Table
from accounts.templatetags.french import as_month
from accounts.templatetags.house import state_badge
from regulations import sheets as law
from tutoring.models import Tutorship
from tutoring.sheets import arrivals, followed, is_asked


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Une fiche demandée : de qui, de quel mois, là ou attendue."""

    tutorship: Tutorship
    month: date
    received_on: date | None
    how: str

    @property
    def is_waited(self) -> bool:
        return self.received_on is None

    @property
    def who(self) -> str:
        return self.tutorship.contract.enrolment.person.full_name

    @property
    def tutor(self) -> str:
        return str(self.tutorship.tutor)

    @property
    def where(self) -> str:
        return self.tutorship.contract.establishment.name

    @property
    def due_on(self) -> date:
        return law.due_on(self.month)

    @property
    def url(self) -> str:
        return reverse("tutoring:sheet_detail", args=[self.tutorship.pk, self.month.year, self.month.month])


ORDERS = {
    "who": lambda row: row.who,
    "tutor": lambda row: row.tutor,
    "where": lambda row: row.where,
    "month": lambda row: row.month,
    "due_on": lambda row: row.due_on,
    "received_on": lambda row: row.received_on or date.max,
}


def sheet_rows(user, on: date) -> Rows:
    """The sheets asked for now, those waited for first."""
    rows = followed(on, Tutorship.objects.visible_to(user)).select_related(
        "contract__enrolment__person", "contract__establishment", "tutor"
    )
    rows = list(rows)
    months = law.open_months(on)
    there = arrivals({row.contract_id for row in rows}, months)
    found = [
        SheetRow(row, month, *there.get((row.contract_id, month), (None, "")))
        for month in months
        for row in rows
        if is_asked(row, month)
    ]
    return Rows(sorted(found, key=lambda row: (not row.is_waited, row.month, row.who, row.tutorship.pk)), ORDERS)


class SheetTable(Table):
    caption = "Fiches des tuteurs"
    who = Column(verbose_name="Personne", order_by=("who",))
    month = Column(verbose_name="Mois", order_by=("month",))
    tutor = Column(verbose_name="Tuteur", order_by=("tutor",))
    where = Column(verbose_name="Établissement", order_by=("where",))
    due_on = DayColumn(verbose_name="Attendue le", order_by=("due_on",))
    state = Column(accessor="how", verbose_name="Où elle en est", orderable=False, empty_values=())
    received_on = DayColumn(verbose_name="Reçue le", order_by=("received_on",))
    acts = ActionsColumn(verbose_name="Gestes")
    row_header = "who"
    # The day it is read on.
    on = None

    def render_month(self, value):
        return as_month(value)

    def render_state(self, record):
        if not record.is_waited:
            return state_badge("success", record.how)
        late = (self.on - record.due_on).days
        if late > 0:
            return state_badge("danger", f"en retard de {late} jour{'s' if late > 1 else ''}")
        return state_badge("waiting", "attendue")

    def row_name(self, record):
        return f"{record.who}, {as_month(record.month)}"

    def actions(self, record):
        yield Action("Voir" if not record.is_waited else "Ouvrir", record.url)
