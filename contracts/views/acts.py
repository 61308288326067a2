"""Acts on one contract: each has its page, its form and its verb."""

from django.contrib import messages

from accounts import clock
from accounts.asking import AsksReasons
from accounts.pages import ChangePage
from contracts import actions
from contracts.expected import region_of_contract
from contracts.forms.acts import (
    BreakForm,
    CloseForm,
    ExtensionForm,
    NotifiedForm,
    SignatureForm,
    TermsForm,
)
from contracts.models import Contract
from contracts.stops import announced_stops
from contracts.views.pages import break_outcome
from regulations.breaks import REPAYMENTS
from regulations.contracts import BreakReason, ContractKind, SuspensionReason
from regulations.findings import warnings


class ActPage(AsksReasons, ChangePage):
    """An act about a contract: the form is not its own fields, and the result is its page."""

    model = Contract
    # An entry or a renewal: a stop that is announced is shown on its page.
    grants = False

    def get_queryset(self):
        return super().get_queryset().select_related("enrolment__person", "establishment__employer", "cohort")

    @property
    def contract(self):
        return self.row

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        return kwargs

    def get_success_url(self):
        return self.contract.get_absolute_url()

    def cancel_url(self):
        return self.contract.get_absolute_url()

    def warn(self, findings):
        for finding in warnings(findings):
            messages.warning(self.request, f"{finding.message} ({finding.source})")

    def get_context_data(self, **kwargs):
        contract = self.contract
        intro = f"{contract.enrolment.person.full_name}, {contract.establishment}"
        return super().get_context_data(**kwargs) | {
            "intro": intro,
            # The title of the page names the person, not the row.
            "row": contract.enrolment.person.full_name,
            "version": None,
            "contract": contract,
            "stops": announced_stops([region_of_contract(contract)], clock.today()) if self.grants else (),
        }


class ChangeContract(AsksReasons, ChangePage):
    model = Contract
    form_class = TermsForm
    permission_required = "contracts.record_contract"
    title = "Corriger le contrat"
    done_message = "Le contrat est corrigé."

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        # Pay is protected: who may not read it leaves it as it is.
        if not Contract.objects.private_to(self.request.user, clock.today()).filter(pk=self.row.pk).exists():
            form.leave_out("hourly_pay", self.row.hourly_pay)
        return form

    def act(self, form):
        contract = actions.change_contract(
            contract=self.row, terms=form.terms(), version=self.version, accepted=self.accepted, by=self.request.user
        )
        for finding in warnings(actions.findings_of(contract)):
            messages.warning(self.request, f"{finding.message} ({finding.source})")
        return contract

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"row": self.row.enrolment.person.full_name}


class SignContract(ActPage):
    form_class = SignatureForm
    permission_required = "contracts.record_contract"
    title = "Signature du contrat"
    done_message = "La signature est enregistrée."

    def act(self, form):
        contract = actions.sign_contract(contract=self.contract, by=self.request.user, **form.cleaned_data)
        if contract.unaided_reason:
            messages.warning(self.request, f"Contrat non aidé : {contract.unaided_reason}.")
        return contract


class BreakContract(ActPage):
    form_class = BreakForm
    permission_required = "contracts.break_contract"
    template_name = "contracts/break_form.html"
    title = "Rompre le contrat"
    submit_label = "Enregistrer la rupture"
    done_message = "La rupture est enregistrée."

    def get_queryset(self):
        return super().get_queryset().private_to(self.request.user, clock.today())

    @property
    def trial(self):
        """The suspension for a trial elsewhere that is open: whoever is hired there leaves without notice."""
        rows = self.contract.suspensions.filter(reason=SuspensionReason.TRIAL_ELSEWHERE, ends_on=None)
        return rows.first()

    def get_initial(self):
        return {"reason": BreakReason.RESIGNATION_FOR_CDI} if self.trial else {}

    def act(self, form):
        typed = form.cleaned_data
        contract = actions.break_contract(
            contract=self.contract,
            broken_on=typed["broken_on"],
            reason=BreakReason(typed["reason"]),
            by=self.request.user,
        )
        outcome = break_outcome(contract)
        if outcome:
            messages.info(self.request, f"Ce que devient l'aide : {outcome.outcome.label} ({outcome.source}).")
        return contract

    def get_context_data(self, **kwargs):
        kind = ContractKind(self.contract.kind)
        rows = [row for row in REPAYMENTS if row.kind is kind and isinstance(row.cause, BreakReason)]
        return super().get_context_data(**kwargs) | {"rows": rows, "trial": self.trial}


class RecordNotified(ActPage):
    form_class = NotifiedForm
    permission_required = "contracts.record_decision"
    title = "Suite notifiée par l'ASP"
    done_message = "La suite notifiée est enregistrée ; celle de la table reste visible à côté."

    def get_queryset(self):
        return super().get_queryset().private_to(self.request.user, clock.today())

    def act(self, form):
        return actions.record_notified_repayment(contract=self.contract, by=self.request.user, **form.cleaned_data)


class CloseContract(ActPage):
    form_class = CloseForm
    permission_required = "contracts.record_contract"
    title = "Classer caduc"
    done_message = "Le contrat est classé caduc."

    def get_initial(self):
        return {"closed_on": clock.today()}

    def act(self, form):
        return actions.close_contract(contract=self.contract, by=self.request.user, **form.cleaned_data)


class ExtendContract(ActPage):
    form_class = ExtensionForm
    permission_required = "contracts.record_contract"
    title = "Prolonger le contrat"
    done_message = "La nouvelle fin est enregistrée."

    def act(self, form):
        return actions.extend_contract(
            contract=self.contract, accepted=self.accepted, by=self.request.user, **form.cleaned_data
        )
