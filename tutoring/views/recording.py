"""The contract and its tutor on one page, its draft, and what the aid would be."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.asking import AsksReasons
from accounts.pages import FormPage, ListPage
from cohorts.models import Enrolment
from contracts import actions as contract_actions
from contracts.models import Contract, ContractDraft
from contracts.stops import announced_stops
from employers.models import Establishment
from regulations.contracts import AidRequestKind
from regulations.findings import warnings
from tutoring import actions
from tutoring.estimate import Estimate
from tutoring.forms.tutors import ContractForm
from tutoring.tables import EnrolmentTable
from tutoring.views.tutors import tutors_for


class ChooseEnrolment(ListPage):
    """Whom the contract is for: people enrolled, still there, without a contract."""

    model = Enrolment
    permission_required = "contracts.record_contract"
    table_class = EnrolmentTable
    title = "Nouveau contrat : pour qui ?"
    intro = "Les personnes inscrites dans une cohorte et qui n'ont pas encore de contrat."
    default_order = ("-enrolled_on", "pk")
    empty_text = "Toutes les personnes inscrites ont un contrat."

    def get_queryset(self):
        rows = super().get_queryset().active().filter(contracts=None)
        return rows.select_related("person", "cohort", "seat__establishment")


class RecordContract(AsksReasons, FormPage):
    """Le contrat et son tuteur ; ce qui est tapé est gardé en brouillon."""

    form_class = ContractForm
    permission_required = "contracts.record_contract"
    template_name = "tutoring/contract_form.html"
    title = "Enregistrer un contrat"
    submit_label = "Enregistrer le contrat"
    done_message = "Le contrat est enregistré."

    @cached_property
    def enrolment(self):
        rows = Enrolment.objects.visible_to(self.request.user).active()
        rows = rows.select_related("person", "cohort__template", "seat__establishment__employer")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def draft(self):
        return ContractDraft.objects.visible_to(self.request.user).filter(enrolment=self.enrolment).first()

    @property
    def months(self):
        template = self.enrolment.cohort.template
        return template.months if template else ContractForm.months

    def get_form_kwargs(self):
        user, seat = self.request.user, self.enrolment.seat
        sites = Establishment.objects.visible_to(user).open(clock.today()).order_by("name", "pk")
        return super().get_form_kwargs() | {
            "establishments": sites,
            "tutors": tutors_for(user, seat.establishment.employer if seat else None),
            "months": self.months,
        }

    def get_initial(self):
        cohort, seat = self.enrolment.cohort, self.enrolment.seat
        initial = {"starts_on": cohort.starts_on}
        if seat:
            initial |= {"establishment": seat.establishment, "job_title": seat.job_title, "rome_code": seat.rome_code}
            initial["weekly_hours"] = seat.weekly_hours
        return initial | (self.draft.values if self.draft else {})

    def act(self, form):
        user, typed = self.request.user, form.cleaned_data
        contract = actions.record_contract_with_tutor(
            enrolment=self.enrolment,
            establishment=typed["establishment"],
            terms=form.terms(),
            tutor=form.chosen_tutor(),
            accepted=self.accepted,
            by=user,
        )
        if typed["request_signed_on"] or typed["decision_number"]:
            contract_actions.record_request(
                contract=contract,
                signed_on=typed["request_signed_on"],
                kind=AidRequestKind.INITIAL,
                number=typed["decision_number"],
                accepted=self.accepted,
                by=user,
            )
        contract_actions.drop_draft(enrolment=self.enrolment, author=user)
        self.warn(contract)
        return contract

    def warn(self, contract):
        said = contract_actions.findings_of(contract) + contract_actions.start_findings(contract)
        for finding in warnings(said):
            messages.warning(self.request, f"{finding.message} ({finding.source})")

    def cancel_url(self):
        return reverse("contracts:contract_list")

    def get_context_data(self, **kwargs):
        person, cohort = self.enrolment.person, self.enrolment.cohort
        return super().get_context_data(**kwargs) | {
            "intro": f"{person.full_name}, {cohort}",
            "enrolment": self.enrolment,
            "draft": self.draft,
            "stops": announced_stops([cohort.region], clock.today()),
        }


@require_POST
@permission_required("contracts.record_contract", raise_exception=True)
def keep_draft(request, pk):
    """Called while one types, and by the button: nothing typed is lost with the window."""
    enrolment = get_object_or_404(Enrolment.objects.visible_to(request.user).active(), pk=pk)
    values = {name: request.POST.get(name, "").replace("\0", "")[:300] for name in ContractForm.base_fields}
    contract_actions.keep_draft(enrolment=enrolment, values=values, author=request.user)
    if "garder" not in request.POST:
        return HttpResponse(status=204)
    messages.success(request, "Le brouillon est gardé : vous le retrouverez sur cette page.")
    return redirect("tutoring:record_contract", pk=pk)


@require_POST
@permission_required("contracts.record_contract", raise_exception=True)
def drop_draft(request, pk):
    enrolment = get_object_or_404(Enrolment.objects.visible_to(request.user), pk=pk)
    contract_actions.drop_draft(enrolment=enrolment, author=request.user)
    return redirect("tutoring:record_contract", pk=pk)


@require_safe
@permission_required("contracts.view_aid", raise_exception=True)
def estimate(request):
    """What the form says while it is being filled: the end, the orders that may apply, the aid with its formula."""
    found = Estimate.read(request.GET, Establishment.objects.visible_to(request.user))
    return render(request, "tutoring/_estimate.html", {"estimate": found})


@require_POST
@permission_required("contracts.record_contract", raise_exception=True)
def tell_coordinator(request, pk):
    contract = get_object_or_404(Contract.objects.visible_to(request.user), pk=pk)
    told = contract_actions.tell_referents(
        contract=contract, address=request.build_absolute_uri(contract.get_absolute_url())
    )
    if told:
        messages.success(request, "La référente de la cohorte est prévenue par courriel.")
    else:
        messages.warning(request, "Cette cohorte n'a pas de référente : personne n'a pu être prévenu.")
    return redirect(contract)
