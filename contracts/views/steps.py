"""Pages of what is noted as done: a step of the contract, a suspension or a break told to the authority."""

from django.http import Http404

from accounts import clock
from contracts import actions
from contracts.forms.acts import SuspensionForm
from contracts.forms.life import DeclaredForm, ReasonForm, StepForm
from contracts.models import DoneStep, Suspension
from contracts.views.acts import ActPage
from regulations.contracts import PayKept, SuspensionReason
from regulations.deadlines import Step, notice_deadline


class MarkStep(ActPage):
    form_class = StepForm
    permission_required = "contracts.record_contract"
    submit_label = "Noter comme fait"
    done_message = "L'étape est notée."

    @property
    def step(self):
        if self.kwargs["step"] not in Step.__members__:
            raise Http404
        return Step(self.kwargs["step"])

    @property
    def title(self):
        return f"Étape faite : {self.step.label}"

    def get_initial(self):
        return {"done_on": clock.today()}

    def act(self, form):
        return actions.mark_step(contract=self.contract, step=self.step, by=self.request.user, **form.cleaned_data)


class VoidStep(ActPage):
    model = DoneStep
    form_class = ReasonForm
    permission_required = "contracts.record_contract"
    title = "Annuler une étape"
    submit_label = "Annuler cette étape"
    done_message = "L'étape est annulée : elle est de nouveau à faire."

    def get_queryset(self):
        rows = DoneStep.objects.visible_to(self.request.user).valid()
        return rows.select_related("contract__enrolment__person", "contract__establishment", "contract__cohort")

    @property
    def contract(self):
        return self.row.contract

    def act(self, form):
        return actions.void_step(done_step=self.row, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        said = f"{self.row.get_step_display()}, {self.row.done_on:%d/%m/%Y}"
        return context | {"intro": f"{context['intro']} : {said}."}


class Declared(ActPage):
    form_class = DeclaredForm
    submit_label = "Noter comme signalée"

    def get_initial(self):
        return {"declared_on": clock.today()}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.event_on is None:
            return context
        due = notice_deadline(self.event_on)
        return context | {"intro": f"{context['intro']} : à signaler avant le {due:%d/%m/%Y} (R5134-28)."}


class DeclareBreak(Declared):
    permission_required = "contracts.break_contract"
    title = "Rupture signalée"
    done_message = "La rupture est notée comme signalée."

    @property
    def event_on(self):
        return self.contract.broken_on

    def act(self, form):
        return actions.declare_break(contract=self.contract, by=self.request.user, **form.cleaned_data)


class AboutSuspension:
    model = Suspension
    permission_required = "contracts.suspend_contract"

    def get_queryset(self):
        rows = Suspension.objects.visible_to(self.request.user)
        return rows.select_related("contract__enrolment__person", "contract__establishment", "contract__cohort")

    @property
    def contract(self):
        return self.row.contract


class DeclareSuspension(AboutSuspension, Declared):
    title = "Suspension signalée"
    done_message = "La suspension est notée comme signalée."

    @property
    def event_on(self):
        return self.row.starts_on

    def act(self, form):
        return actions.declare_suspension(suspension=self.row, by=self.request.user, **form.cleaned_data)


class ChangeSuspension(AboutSuspension, ActPage):
    form_class = SuspensionForm
    title = "Corriger la suspension"
    done_message = "La suspension est corrigée."

    def get_queryset(self):
        """The reason is private: who may not read it cannot correct it."""
        return super().get_queryset().private_to(self.request.user, clock.today())

    def get_initial(self):
        return {name: getattr(self.row, name) for name in SuspensionForm.Meta.fields}

    def act(self, form):
        typed = form.cleaned_data
        codes = {"reason": SuspensionReason(typed["reason"]), "pay_kept": PayKept(typed["pay_kept"])}
        return actions.change_suspension(suspension=self.row, by=self.request.user, **typed | codes)
