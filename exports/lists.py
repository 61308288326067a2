"""Every list exports what it shows: the page itself is asked for its rows, so filters, order and columns are its own.

A list is registered here under its `export_name`. A column keeps its kind: a day is a date, minutes are hours.
"""

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import conditional_escape, strip_tags
from django.utils.module_loading import import_string

from accounts import clock
from accounts.listings import InstantColumn
from accounts.models import User
from accounts.tables import (
    ActionsColumn,
    Cell,
    CountColumn,
    DayColumn,
    EurosColumn,
    HoursColumn,
    YesNoColumn,
)
from accounts.templatetags.french import local_day
from contracts.tables import DecimalHoursColumn, PercentColumn
from exports.build import APPLICATION, EMPTY_MEANS, checked
from workbooks.columns import Column, Kind
from workbooks.expected import Expected
from workbooks.write import Fact, Sheet, Written, write_workbook

LISTS = {
    "absences": "training.views.absences.AbsenceList",
    "anomalies": "training.views.anomalies.AnomalyList",
    "arretes": "contracts.views.reference.OrderList",
    "arrets": "contracts.views.reference.StopList",
    "certificats": "training.views.certificates.CertificateList",
    "cohortes": "cohorts.views.cohort.CohortList",
    "contrats": "contracts.views.pages.ContractList",
    "conventions": "training.views.conventions.ConventionList",
    "demi-journees": "training.views.planning.HalfDayList",
    "echeances": "impec.due.views.DueList",
    "etablissements": "employers.views.employer.EstablishmentList",
    "grilles": "tutoring.views.grids.GridList",
    "imports": "imports.views.BatchList",
    "invitations": "cohorts.views.inviting.InvitationList",
    "jalons": "cohorts.views.frame.MilestoneList",
    "jours-de-rappel": "impec.due.settings_pages.SettingList",
    "journal": "accounts.views.AccessLogList",
    "orientations": "cohorts.views.referrals.ReferralList",
    "personnes": "cohorts.views.people.PersonList",
    "plafonds": "training.views.settings.CapList",
    "places": "cohorts.views.frame.SeatList",
    "presences": "training.views.roll.AttendanceList",
    "profils": "exports.views.profiles.ProfileList",
    "rappels": "impec.due.views.Upcoming",
    "recus": "impec.due.views.ReceiptList",
    "reglages": "contracts.views.reference.RulesList",
    "reglages-formation": "training.views.settings.TrainingRulesList",
    "remises": "exports.views.deliveries.DeliveryList",
    "rsa": "contracts.views.reference.RsaList",
    "smic": "contracts.views.reference.SmicList",
    "sorties": "contracts.views.exits.ExitList",
    "tuteurs": "tutoring.views.tutors.TutorList",
}

# Lists of one cohort, whose own address says which.
OF_A_COHORT = frozenset({"invitations", "jalons", "places"})
# The parameter that says it here.
WITHIN = "dans"
CHUNK = 1000

# Columns whose value is a code: text that keeps its zeros, written raw.
CODES = frozenset({"siret", "siren", "postcode", "insee_code", "rome_code", "public_code", "number", "object_id"})


def wall_clock(value: datetime) -> datetime:
    return timezone.localtime(value).replace(tzinfo=None, microsecond=0)


# Class of the column → kind of the cell, and what the value becomes.
TYPED: tuple[tuple[type, Kind, Callable], ...] = (
    (CountColumn, Kind.INTEGER, int),
    (DayColumn, Kind.DATE, local_day),
    (EurosColumn, Kind.EUROS, lambda value: value),
    (HoursColumn, Kind.HOURS, int),
    (YesNoColumn, Kind.YES_NO, bool),
    (InstantColumn, Kind.INSTANT, wall_clock),
    (DecimalHoursColumn, Kind.DECIMAL, lambda value: value),
    (PercentColumn, Kind.PERCENT, lambda value: value / 100),
)


@dataclass(frozen=True)
class Shown:
    """Une colonne telle que la page la montre : son nom, son titre, son type, ce qu'en fait le classeur."""

    name: str
    heading: str
    kind: Kind
    convert: Callable | None

    def value(self, cell: Cell, record: object) -> object:
        value = cell.value(record)
        if value is None or value == "":
            return None
        if self.kind is Kind.CODE:
            return str(value)
        if self.convert:
            return self.convert(value)
        return plain_text(cell.content(record, value))


def plain_text(content: object) -> str:
    """The words one reads in the cell, without the marks around them."""
    return " ".join(html.unescape(strip_tags(conditional_escape(content))).split())


def open_list(name: str, user: User, query: QueryDict):
    """The page of this list, as this user sees it; None when there is no such list."""
    within = query.get(WITHIN, "")
    is_number = within.isascii() and within.isdigit() and len(within) < 10
    if name not in LISTS or (name in OF_A_COHORT and not is_number):
        return None
    request = HttpRequest()
    request.method, request.user, request.GET = "GET", user, query
    view = import_string(LISTS[name])()
    view.setup(request, **({"cohort_pk": int(within)} if name in OF_A_COHORT else {}))
    return view


def shown_columns(table) -> list[tuple[Shown, object]]:
    """The columns that carry data, with the table's own."""
    found = []
    for bound in table.columns:
        if not isinstance(bound.column, ActionsColumn):
            found.append((_shown(bound), bound))
    return found


def _shown(bound) -> Shown:
    heading = str(bound.header)
    if bound.name in CODES:
        return Shown(bound.name, heading, Kind.CODE, None)
    for cls, kind, convert in TYPED:
        if isinstance(bound.column, cls):
            return Shown(bound.name, heading, kind, convert)
    return Shown(bound.name, heading, Kind.TEXT, None)


def pages(view) -> Iterator[tuple[object, list]]:
    """The list from its first row to its last, as its pages would show it, a thousand rows at a time."""
    # Nobody reads the count of these pages.
    view.per_page, view.count_cap = CHUNK, 0
    number = 1
    while True:
        view.page_number = lambda number=number: number
        yield view.get_table(), view.page.rows
        if not view.page.has_next:
            return
        number += 1


def sheet_of(view, progress: Callable[[int], object] = lambda rows: None) -> Sheet:
    """One sheet: the columns of the page and those that it has no room for, all its rows."""
    rows = pages(view)
    first = next(rows)
    columns = [shown for shown, _ in shown_columns(first[0])]
    kept = [Column(shown.name, shown.heading, shown.kind) for shown in columns]
    title = "".join(character for character in first[0].caption if character not in "[]:*?/\\'")[:31]
    return Sheet(title or "Liste", kept, _cells(first, rows, progress))


def _cells(first: tuple, others: Iterator[tuple], progress: Callable[[int], object]) -> Iterator[list]:
    done = 0
    for table, records in _with_first(first, others):
        cells = [(shown, Cell(table, bound, names_row=False)) for shown, bound in shown_columns(table)]
        for record in records:
            yield [shown.value(cell, record) for shown, cell in cells]
        done += len(records)
        progress(done)


def _with_first(first: tuple, others: Iterator[tuple]) -> Iterator[tuple]:
    yield first
    yield from others


def words_of_filters(view) -> str:
    """The filters as the page says them."""
    said = [f"recherche « {view.search_text} »"] if view.search_text else []
    form = view.filters.form if view.filters else None
    for name in form.fields if form else ():
        value = form.cleaned_data.get(name) if form.is_valid() else view.request.GET.get(name)
        if value not in (None, "", []):
            said.append(f"{form[name].label} : {_said(form.fields[name], value)}")
    return " ; ".join(said) or "aucun filtre"


def _said(field, value) -> str:
    choices = {} if hasattr(value, "pk") else dict(getattr(field, "choices", None) or ())
    return str(choices.get(value, value))


def write_list(view, name: str, user: User, folder: Path, progress: Callable = lambda rows: None) -> Written:
    """Written, then read again by the second reader like everything that goes out."""
    path = folder / f"liste_{name}_{timezone.localtime(clock.now()):%Y-%m-%d_%H%M%S}.xlsx"
    with Expected(folder) as expected:
        written = write_workbook(
            path,
            [sheet_of(view, progress)],
            informations=informations(view, user),
            application=APPLICATION,
            expected=expected,
        )
        checked(path, expected, progress)
    return written


def informations(view, user: User) -> list[Fact]:
    return [
        Fact("Export", f"Liste « {view.title} »"),
        Fact("Généré le", wall_clock(clock.now()), Kind.INSTANT),
        Fact("Généré par", str(user)),
        Fact("Périmètre", words_of_filters(view)),
        Fact("Cellules vides", EMPTY_MEANS),
    ]
