"""Money of a cohort, or of an employer: each figure opens its lines, and each line says its cause."""

from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.journal import log_access
from accounts.pages import ChangePage
from accounts.roles import Role
from accounts.scope import acting_role
from cohorts import actions as cohorts
from cohorts.models import Cohort
from contracts import ledger
from contracts.charts import month_chart
from contracts.expected import INDICATIVE
from contracts.forms.money import EnvelopeForm, MoneyFilters
from contracts.ledger import Sums
from contracts.models import AidRules, Contract
from contracts.money import Ask, Book, Entry, Figure, Row, amount_of, envelope_of, read_book, row_of, rules_on
from contracts.month import own_establishments, reachable
from contracts.views.paging import Slice
from employers.models import Establishment
from regulations.discrepancies import GapCause

CONTRACTS_PER_PAGE = 15
CHART = (("bar-expected", "attendue"), ("bar-paid", "versée"))
# The figures of the top of the page: word, what it counts, attribute of the sums, and whether it calls for somebody.
TOP = (
    (Figure.COMMITTED, ledger.COMMITTED, "committed", False),
    (Figure.EXPECTED, ledger.EXPECTED, "expected", False),
    (Figure.PAID, ledger.PAID, "paid", False),
    (Figure.LATE, ledger.LATE, "late", True),
    (Figure.AT_RISK, ledger.AT_RISK, "at_risk", True),
    (Figure.OVERPAID, ledger.OVERPAID, "overpaid", True),
)


class Top(NamedTuple):
    label: str
    amount: object
    url: str
    words: str
    is_alarming: bool


class Group(NamedTuple):
    """Un contrat et ses mois."""

    contract: Contract
    establishment: Establishment
    rows: list[Row]
    sums: Sums

    @property
    def is_open(self) -> bool:
        """What asks for somebody is seen without a click."""
        return any((row.cause and not row.is_calm) or row.risk for row in self.rows)


@require_safe
@permission_required("contracts.view_aid", raise_exception=True)
def cohort_money(request, pk):
    """Same page for agency and employers, each with its own months."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    context = {
        "title": "L'argent de la cohorte",
        "cohort": cohort,
        "sees_envelope": request.user.has_perm("cohorts.change_cohort"),
    }
    return money_page(request, reachable(request.user).in_cohort(cohort), context)


@require_safe
@permission_required("contracts.view_aid", raise_exception=True)
def own_money(request):
    """An employer's own; somebody of the agency is led to a cohort of hers."""
    user, today = request.user, clock.today()
    if acting_role(user) != Role.EMPLOYER:
        followed = Cohort.objects.followed_by(user, today).order_by("-starts_on", "pk")
        cohort = followed.running(today).first() or followed.first()
        return redirect("contracts:cohort_money", cohort.pk) if cohort else redirect("cohorts:cohort_list")
    return money_page(request, reachable(user), {"title": "L'argent de vos contrats aidés"})


def money_page(request, contracts, context: dict):
    user, today = request.user, clock.today()
    book = read_book(contracts, today, own_establishments(user))
    places = book.places()
    filters = MoneyFilters(request.GET, book=book, establishments=places)
    context |= {
        "book": book,
        "top": top_of(book),
        "missing": book.missing.most_common(),
        "months": [(month, address(mois=f"{month:%Y-%m}"), sums) for month, sums in book.by_month.items()],
        "chart": month_chart({month: (one.committed, one.paid) for month, one in book.by_month.items()}, CHART),
        "employers": employers_of(book, places),
        "causes": causes_of(book, filters),
        "filters": filters,
        "indicative": INDICATIVE,
        "rules": rules_on(today),
        "today": today,
    }
    cohort = context.get("cohort")
    if context.get("sees_envelope"):
        context["envelope"] = envelope_of(book.total, cohort.aid_envelope)
    context |= lines_of(request, contracts, book, filters, places)
    if context["page"] and context["page"].rows:
        log_access(user=user, action="read", obj=cohort, count=context["line_count"], request=request)
    return render(request, "contracts/money.html", context)


def address(**query: str) -> str:
    return f"?{urlencode(query)}#lignes"


def top_of(book: Book) -> list[Top]:
    """What nobody was paid too much of is not said."""
    amounts = [(figure, words, getattr(book.total, name), alarms) for figure, words, name, alarms in TOP]
    return [
        Top(figure.label, amount, address(montre=figure.value), words, alarms and amount > 0)
        for figure, words, amount, alarms in amounts
        if amount or figure is not Figure.OVERPAID
    ]


def employers_of(book: Book, places: dict[int, Establishment]) -> list[tuple]:
    found: dict[int, tuple[str, Sums]] = {}
    for pk, sums in book.by_establishment.items():
        employer = places[pk].employer
        _, total = found.setdefault(employer.pk, (employer.name, Sums()))
        for name in Sums.__dataclass_fields__:
            setattr(total, name, getattr(total, name) + getattr(sums, name))
    rows = ((name, address(employeur=str(pk)), total) for pk, (name, total) in found.items())
    return sorted(rows, key=lambda row: row[0])


def causes_of(book: Book, filters: MoneyFilters) -> list[tuple]:
    labels = dict(filters.fields["cause"].choices)
    rows = (
        # What the payer still has time to pay alarms nobody.
        (labels[code], address(cause=code), one, code != GapCause.NOT_DUE_YET)
        for code, one in book.by_cause.items()
    )
    return sorted(rows, key=lambda row: (not row[3], -abs(row[2].gap), row[0]))


def lines_of(request, contracts, book: Book, filters: MoneyFilters, places: dict[int, Establishment]) -> dict:
    """A few contracts a page, whatever their number; people are named to whoever may read their lines."""
    ask = filters.ask()
    named = named_contracts(request.user, contracts)
    order = by_name(named)
    lines = lines_asked(book, ask, order)
    by_contract = [(pk, list(rows)) for pk, rows in groupby(lines, key=lambda entry: entry.contract)]
    page = Slice(by_contract, request.GET.get("page", ""), CONTRACTS_PER_PAGE) if order else None
    return {
        "page": page,
        "groups": groups_of(named, page.rows, places) if page else [],
        "line_count": len(lines),
        "line_totals": [(figure.label, amount_of(lines, figure)) for figure in figures_of(ask.figure)],
        "is_filtered": ask.is_filtered,
        "reads_lines": bool(order) or not book.contracts,
    }


def named_contracts(user, contracts):
    """What an employer reaches here is already hers; the agency's are those of the cohorts somebody follows."""
    if acting_role(user) == Role.EMPLOYER:
        return contracts
    return contracts.filter(pk__in=Contract.objects.private_to(user, clock.today()).values("pk"))


def by_name(contracts) -> dict[int, int]:
    """Contract → its place in the order of the names."""
    return {pk: place for place, pk in enumerate(contracts.order_by(*BY_NAME).values_list("pk", flat=True))}


def lines_asked(book: Book, ask: Ask, order: dict[int, int]) -> list[Entry]:
    return sorted(
        (entry for entry in book.entries if entry.contract in order and ask.holds(entry)),
        key=lambda entry: (order[entry.contract], entry.month.figures.month, entry.month.request_id),
    )


BY_NAME = ("enrolment__person__search_text", "pk")


def figures_of(asked: Figure | None) -> tuple[Figure, ...]:
    return (asked,) if asked else (Figure.EXPECTED, Figure.PAID, Figure.LATE)


def groups_of(contracts, rows: list[tuple[int, list[Entry]]], places: dict[int, Establishment]) -> list[Group]:
    found = contracts.select_related("enrolment__person").in_bulk([pk for pk, _ in rows])
    groups = []
    for pk, entries in rows:
        sums = Sums()
        for entry in entries:
            sums.add(entry.month.figures)
        groups.append(Group(found[pk], places[entries[-1].establishment], [row_of(one.month) for one in entries], sums))
    return groups


class ContractAid(NamedTuple):
    """Le bloc « Aide, mois par mois » de la page d'un contrat."""

    rows: list[Row]
    sums: Sums
    rules: AidRules


def aid_of_contract(contract: Contract, user, on) -> ContractAid:
    """For whoever may read the amounts of this person; the département's part only for who may know of the RSA."""
    book = read_book(reachable(user).filter(pk=contract.pk), on, own_establishments(user))
    with_share = user.has_perm("cohorts.view_protected")
    rows = [row_of(entry.month, with_share=with_share) for entry in book.entries]
    return ContractAid(rows, book.total, rules_on(on))


class SetEnvelope(ChangePage):
    """Enveloppe d'aide de la cohorte : ce que l'État lui réserve."""

    model = Cohort
    form_class = EnvelopeForm
    permission_required = "cohorts.change_cohort"
    title = "Enveloppe d'aide"
    done_message = "L'enveloppe est enregistrée."

    def act(self, form):
        return cohorts.change_cohort(cohort=self.row, version=self.version, **form.cleaned_data)

    def get_success_url(self):
        return reverse("contracts:cohort_money", args=[self.row.pk])

    def cancel_url(self):
        return self.get_success_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": self.row.name}
