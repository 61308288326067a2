"""Reading contracts: the list, one contract, what a break does to the aid."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.journal import log_access
from accounts.pages import DetailPage, Link, ListPage
from accounts.templatetags.french import as_day, as_decimal_hours, as_euros
from contracts.expected import INDICATIVE, expected_of, region_of_contract
from contracts.filters import ContractFilters
from contracts.missing import checklist
from contracts.models import Contract
from contracts.stops import announced_stops
from contracts.tables import ContractTable, tone_of
from contracts.versions import steps_of, versions_of
from contracts.views.money import aid_of_contract
from regulations.breaks import REPAYMENTS, repayment
from regulations.contracts import BreakReason, ContractKind, ContractState
from regulations.deadlines import notice_deadline


class ContractList(ListPage):
    model = Contract
    permission_required = "contracts.view_contract"
    table_class = ContractTable
    filterset_class = ContractFilters
    title = "Contrats"
    search_label = "Chercher un contrat"
    search_help = "nom, établissement, commune, SIRET ou numéro de décision"
    default_order = ("-starts_on", "-pk")
    export_name = "contrats"
    empty_text = "Aucun contrat : enregistrez le premier, ou importez votre classeur."

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_table(self):
        table = super().get_table()
        day = self.filters.day
        for contract in self.page.rows:
            contract.read_on = day
        return table

    def links(self):
        return [
            Link("Arrêtés, SMIC, arrêts", reverse("contracts:order_list"), "contracts.view_reference_data", "list"),
            Link("Sorties", reverse("contracts:exit_list"), "contracts.view_exits", "flag"),
            Link("Nouveau contrat", reverse("tutoring:choose_enrolment"), "contracts.record_contract", "plus", True),
        ]


class ContractDetail(DetailPage):
    model = Contract
    permission_required = "contracts.view_contract"
    template_name = "contracts/contract_detail.html"

    def get_queryset(self):
        rows = super().get_queryset().for_page()
        rows = rows.prefetch_related("aid_requests__order", "immersions", "done_steps").with_amendments()
        return rows.prefetch_related("amendments__establishment_after__employer", "amendments__recorded_by")

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        # Amounts, pay and reasons of a break are protected: their reading leaves a line.
        if self.sees_amounts or self.sees_private:
            log_access(user=request.user, action="read", obj=self.object, request=request)
        return answer

    @property
    def sees_amounts(self) -> bool:
        return self.request.user.has_perm("contracts.view_aid")

    @property
    def sees_private(self) -> bool:
        return self.private

    def title(self):
        return f"Contrat de {self.object.enrolment.person.full_name}"

    def facts(self):
        contract = self.object
        # What it says today: an amendment to come is in the list of versions.
        terms = contract.terms_on(clock.today())
        facts = [
            ("Cohorte", contract.cohort),
            ("Établissement", terms.establishment),
            ("Employeur", terms.establishment.employer),
            ("Type", contract.get_kind_display()),
            ("Emploi", f"{contract.job_title} ({contract.rome_code})" if contract.rome_code else contract.job_title),
            ("Heures du contrat", f"{as_decimal_hours(terms.weekly_hours)} par semaine"),
            ("Signé le", as_day(contract.signed_on)),
            ("Début", as_day(contract.starts_on)),
            ("Fin prévue", "sans (CDI)" if contract.ends_on is None else as_day(contract.ends_on)),
        ]
        if contract.broken_on:
            facts.append(("Dernier jour (rupture)", as_day(contract.broken_on)))
        if self.private:
            facts.append(("Salaire brut horaire", as_euros(contract.hourly_pay)))
        return facts

    def get_context_data(self, **kwargs):
        contract, today = self.object, clock.today()
        readable = Contract.objects.private_to(self.request.user, today).of_nobody_erased()
        self.private = readable.filter(pk=contract.pk).exists()
        state = contract.state_on(today)
        points = checklist(contract) if self.request.user.has_perm("contracts.record_contract") else []
        return super().get_context_data(**kwargs) | {
            "state": state,
            "tone": tone_of(state),
            "points": points,
            "done": sum(is_there for _, is_there in points),
            "tutorships": sorted(contract.tutorships.all(), key=lambda one: one.starts_on, reverse=True),
            "requests": sorted(contract.aid_requests.all(), key=lambda one: one.pk),
            "is_pec": ContractKind(contract.kind).is_pec,
            "expected": expected_of(contract) if self.sees_amounts else None,
            "aid": aid_of_contract(contract, self.request.user, today) if self.sees_amounts and self.private else None,
            "indicative": INDICATIVE,
            "suspensions": [
                (one, notice_deadline(one.starts_on))
                for one in sorted(contract.suspensions.all(), key=lambda one: one.starts_on)
            ],
            "immersions": sorted(contract.immersions.all(), key=lambda one: one.starts_on),
            "exit": getattr(contract, "exit", None),
            "private": self.private,
            "break_outcome": break_outcome(contract) if self.private else None,
            "notice_on": notice_deadline(contract.broken_on) if contract.broken_on else None,
            "versions": versions_of(contract),
            "steps": steps_of(contract),
            "stops": announced_stops([region_of_contract(contract)], today),
            "can": possible_acts(contract, state),
        }


def break_outcome(contract):
    """The line of the table for this break, else None."""
    if not contract.break_reason:
        return None
    return repayment(ContractKind(contract.kind), BreakReason(contract.break_reason))


S = ContractState
OVER = frozenset({S.BROKEN, S.ENDED, S.EXITED, S.LAPSED, S.ABANDONED})
BEGUN = frozenset({S.RUNNING, S.SUSPENDED, S.RENEWAL_REQUESTED})


def possible_acts(contract, state) -> frozenset[str]:
    """Which acts make sense now; the permission is asked beside each button, and the action checks again."""
    open_acts = {"change"}
    if state not in OVER:
        open_acts.add("extend" if contract.ends_on else "")
        if contract.signed_on is None:
            open_acts.add("sign")
    if state in BEGUN:
        open_acts |= {"break", "suspend", "immersion", "amend"}
    elif state not in OVER:
        open_acts.add("close")
    if state in (S.BROKEN, S.ENDED):
        open_acts.add("exit")
    requests = list(contract.aid_requests.all())
    if ContractKind(contract.kind).is_pec and state not in OVER and not any(one.decided_on is None for one in requests):
        open_acts.add("renew" if any(one.is_granted for one in requests) else "request")
    return frozenset(open_acts)


@require_safe
@permission_required("contracts.view_contract", raise_exception=True)
def break_table(request):
    """Contract kind × reason → what becomes of the aid, as the law's table has it."""
    kinds = [ContractKind.CDD_PEC, ContractKind.CDI_PEC]
    tables = [(kind, [row for row in REPAYMENTS if row.kind is kind]) for kind in kinds]
    return render(request, "contracts/break_table.html", {"title": "Rupture : que devient l'aide ?", "tables": tables})
