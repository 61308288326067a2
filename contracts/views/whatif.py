"""Simulation: hypotheses in the address, the result below, nothing stored unless it is given a name."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.journal import log_access
from accounts.pages import FormPage
from cohorts.models import Cohort
from contracts.actions.scenarios import forget_scenario, keep_scenario
from contracts.charts import month_chart
from contracts.expected import INDICATIVE
from contracts.forms.whatif import HypothesisForm, ScenarioForm
from contracts.models import AidOrder, Contract, Scenario
from contracts.views.paging import Slice
from contracts.whatif import Hypothesis, Simulation, sentences, simulate

PER_PAGE = 60
LINES = "lignes"
ALL = "toutes"
KINDS = (("bar-today", "aujourd'hui"), ("bar-supposed", "simulation"))


def form_of(query, contracts, on) -> HypothesisForm:
    """Unbound until something is sent: an address without hypotheses is no mistake."""
    asked = any(name in query for name in HypothesisForm.SUPPOSED)
    return HypothesisForm(query if asked else None, orders=orders_of(contracts), on=on)


def orders_of(contracts):
    """The orders on which decisions of these contracts can stand."""
    regions = contracts.order_by().values("cohort__region")
    known = Q(region__in=regions) | Q(aid_requests__contract__in=contracts.order_by().values("pk"))
    return AidOrder.objects.exclude(confirmed_on=None).filter(known).distinct().order_by("public", "-valid_from", "pk")


def words_of(hypothesis: Hypothesis) -> list[str]:
    order = AidOrder.objects.filter(pk=hypothesis.order).first() if hypothesis.order else None
    return sentences(hypothesis, order.public if order else "")


def cohort_and_contracts(user, pk):
    cohort = get_object_or_404(Cohort.objects.visible_to(user), pk=pk)
    return cohort, Contract.objects.visible_to(user).in_cohort(cohort)


@require_safe
@permission_required("contracts.view_aid", raise_exception=True)
def whatif(request, pk):
    """Same page for agency and employers, each with its own contracts."""
    user, today = request.user, clock.today()
    cohort, contracts = cohort_and_contracts(user, pk)
    form = form_of(request.GET, contracts, today)
    context = {
        "title": "Simulation : et si…",
        "cohort": cohort,
        "form": form,
        "scenarios": scenarios_of(user, cohort),
        "indicative": INDICATIVE,
    }
    if form.is_bound and form.is_valid():
        simulation = simulate(contracts, form.hypothesis(), today)
        private = set(Contract.objects.private_to(user, today).in_cohort(cohort).values_list("pk", flat=True))
        context |= result_of(simulation, request.GET, private, today)
        if context["page"]:
            log_access(user=user, action="read", obj=cohort, count=len(context["page"].rows), request=request)
    return render(request, "contracts/whatif.html", context)


def result_of(simulation: Simulation, query, private: set[int], today) -> dict:
    """What the template shows of it; lines of people only for whoever may read them."""
    hypotheses = {name: query[name] for name in HypothesisForm.SUPPOSED if query.get(name)}
    months = {month: (pair.today, pair.supposed) for month, pair in simulation.by_month.items()}
    asked = query.get(LINES, "")
    lines = [line for line in simulation.lines if line.contract.pk in private and is_asked(line, asked)]
    lines.sort(key=lambda line: (line.contract.enrolment.person.search_text, line.contract.pk, line.month))
    return {
        "simulation": simulation,
        "to_come": simulation.to_come(today).difference,
        "sentences": words_of(simulation.hypothesis),
        "address": urlencode(hypotheses),
        "chart": month_chart(months, KINDS),
        "months": [(month, f"{month:%Y-%m}", pair) for month, pair in simulation.by_month.items()],
        "employers": [
            (employer, f"employeur-{employer.pk}", pair) for employer, pair in simulation.by_employer.items()
        ],
        "all_lines": ALL,
        "reads_lines": bool(private),
        "page": Slice(lines, query.get("page", ""), PER_PAGE) if asked and private else None,
        "unknown_today": simulation.unknown_today.most_common(),
        "unknown_supposed": simulation.unknown_supposed.most_common(),
    }


def is_asked(line, asked: str) -> bool:
    """« toutes », a month as 2027-01, or an employer: what a figure opens."""
    return asked in (ALL, f"{line.month:%Y-%m}", f"employeur-{line.contract.establishment.employer_id}")


def scenarios_of(user, cohort) -> list[tuple[Scenario, list[str], str]]:
    """Name, hypotheses in words, and the address that computes it again."""
    found = []
    for scenario in Scenario.objects.visible_to(user).filter(cohort=cohort).order_by("-created_at", "pk"):
        hypothesis = Hypothesis.of_json(scenario.hypothesis)
        found.append((scenario, sentences(hypothesis), urlencode(HypothesisForm.address_of(hypothesis))))
    return found


class KeepScenario(FormPage):
    """Garder cette simulation : un nom, et les hypothèses de l'adresse."""

    form_class = ScenarioForm
    permission_required = "contracts.keep_scenario"
    title = "Garder cette simulation"
    done_message = "La simulation est gardée : elle sera recalculée à chaque ouverture."

    @cached_property
    def cohort(self):
        return cohort_and_contracts(self.request.user, self.kwargs["pk"])[0]

    @cached_property
    def hypotheses(self) -> HypothesisForm:
        contracts = Contract.objects.visible_to(self.request.user).in_cohort(self.cohort)
        return form_of(self.request.GET, contracts, clock.today())

    def dispatch(self, request, *args, **kwargs):
        # Without hypotheses there is nothing to keep: the page that asks for them says so.
        if self.has_permission() and not (self.hypotheses.is_bound and self.hypotheses.is_valid()):
            return redirect(self.back())
        return super().dispatch(request, *args, **kwargs)

    @property
    def intro(self):
        return f"{self.cohort} : {', '.join(words_of(self.hypotheses.hypothesis()))}."

    def act(self, form):
        return keep_scenario(
            cohort=self.cohort,
            name=form.cleaned_data["name"],
            hypothesis=self.hypotheses.hypothesis(),
            by=self.request.user,
        )

    def back(self) -> str:
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        return reverse("contracts:whatif", args=[self.cohort.pk]) + query

    def get_success_url(self):
        return self.back()

    def cancel_url(self):
        return self.back()


@require_POST
@permission_required("contracts.keep_scenario", raise_exception=True)
def forget(request, pk):
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user), pk=pk)
    forget_scenario(scenario=scenario)
    messages.success(request, f"La simulation « {scenario.name} » est oubliée.")
    return redirect("contracts:whatif", scenario.cohort_id)
