"""Downloads of the aid as the pages show it: the address of the page gives the rows of the file."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.downloads import attachment
from accounts.identity import recent_identity
from accounts.journal import log_access
from cohorts.models import Cohort
from contracts.forms.money import MoneyFilters
from contracts.models import Contract
from contracts.money import read_book, rules_on
from contracts.month import own_establishments, reachable
from contracts.views.money import by_name, lines_asked, named_contracts
from contracts.views.whatif import cohort_and_contracts, form_of, words_of
from contracts.whatif import simulate
from exports.build import workshop
from exports.money import write_reconciliation, write_simulation
from workbooks.columns import Kind
from workbooks.write import Fact

RIGHTS = ("contracts.view_aid", "exports.export_list")


@require_safe
@permission_required(RIGHTS, raise_exception=True)
@recent_identity
def simulation(request, pk):
    """The simulation of the address; without hypotheses the page that asks for them."""
    user, today = request.user, clock.today()
    cohort, contracts = cohort_and_contracts(user, pk)
    form = form_of(request.GET, contracts, today)
    if not (form.is_bound and form.is_valid()):
        return redirect(f"{reverse('contracts:whatif', args=[pk])}?{request.GET.urlencode()}")
    found = simulate(contracts, form.hypothesis(), today)
    order = by_name(Contract.objects.private_to(user, today).in_cohort(cohort))
    lines = [line for line in found.lines if line.contract.pk in order]
    lines.sort(key=lambda line: (order[line.contract.pk], line.month))
    with workshop() as folder:
        done = write_simulation(found, lines, words_of(found.hypothesis), cohort, user, folder)
        file = done.path.open("rb")
    note(request, cohort, len(lines), done, "simulation", found.hypothesis.as_json())
    return attachment(file, done.path.name)


@require_safe
@permission_required(RIGHTS, raise_exception=True)
@recent_identity
def reconciliation(request):
    """The lines of the money page, with its filters: of one cohort, else all those of an employer."""
    user, today = request.user, clock.today()
    cohort = cohort_asked(request)
    contracts = reachable(user) if cohort is None else reachable(user).in_cohort(cohort)
    own = own_establishments(user)
    if cohort is None and own is None:
        raise Http404("Choisissez une cohorte.")
    book = read_book(contracts, today, own)
    places = book.places()
    filters = MoneyFilters(request.GET, book=book, establishments=places)
    named = named_contracts(user, contracts)
    lines = lines_asked(book, filters.ask(), by_name(named))
    people = named.select_related("enrolment__person").in_bulk({line.contract for line in lines})
    facts = [
        Fact("Export", "Rapprochement de l'aide de l'État, par contrat et par mois"),
        Fact("Cohorte", f"{cohort} ({cohort.code})" if cohort else "toutes"),
        Fact("Périmètre", words_of_filters(filters)),
        Fact("Au", today, Kind.DATE),
        Fact("Écart passé sous silence", rules_on(today).tolerance, Kind.EUROS),
    ]
    with workshop() as folder:
        done = write_reconciliation(lines, people, places, facts, cohort.code if cohort else "", user, folder)
        file = done.path.open("rb")
    asked = {name: value for name, value in filters.cleaned_data.items() if value}
    note(request, cohort, len(lines), done, "rapprochement", asked)
    return attachment(file, done.path.name)


def cohort_asked(request) -> Cohort | None:
    asked = request.GET.get("cohorte", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise Http404("Aucune cohorte de ce numéro.")
    return get_object_or_404(Cohort.objects.visible_to(request.user), pk=int(asked))


def words_of_filters(filters: MoneyFilters) -> str:
    chosen = filters.cleaned_data
    said = [
        f"{field.label} : {dict(field.choices)[chosen[name]]}"
        for name, field in filters.fields.items()
        if chosen.get(name)
    ]
    return " ; ".join(said) or "aucun filtre"


def note(request, cohort, count: int, done, purpose: str, filters: dict) -> None:
    log_access(
        user=request.user,
        action="export",
        obj=cohort,
        count=count,
        filters=filters,
        file_sha256=done.sha256,
        purpose=purpose,
        request=request,
    )
