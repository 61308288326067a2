"""Pages of what happens to a contract: suspension, exit."""

from django.shortcuts import get_object_or_404

from accounts import clock
from contracts import actions
from contracts.forms.acts import (
    ExitForm,
    FollowUpForm,
    ResumptionForm,
    SuspensionForm,
)
from contracts.models import Exit, Suspension
from contracts.views.acts import ActPage
from regulations.contracts import PayKept, SuspensionReason
from regulations.exits import FollowUp


class Suspend(ActPage):
    form_class = SuspensionForm
    permission_required = "contracts.suspend_contract"
    title = "Suspendre le contrat"
    done_message = "La suspension est enregistrée."

    def act(self, form):
        typed = form.cleaned_data
        return actions.suspend(
            contract=self.contract,
            by=self.request.user,
            **typed | {"reason": SuspensionReason(typed["reason"]), "pay_kept": PayKept(typed["pay_kept"])},
        )


class EndSuspension(ActPage):
    model = Suspension
    form_class = ResumptionForm
    permission_required = "contracts.suspend_contract"
    title = "Fin de suspension"
    done_message = "La reprise est enregistrée."

    def get_queryset(self):
        rows = Suspension.objects.visible_to(self.request.user)
        return rows.select_related("contract__enrolment__person", "contract__establishment")

    @property
    def contract(self):
        return self.row.contract

    def act(self, form):
        return actions.end_suspension(suspension=self.row, by=self.request.user, **form.cleaned_data)


class RecordExit(ActPage):
    form_class = ExitForm
    permission_required = "contracts.record_exit"
    title = "Relever la sortie"
    done_message = "La sortie est relevée."

    def get_initial(self):
        return {"recorded_on": clock.today()}

    def act(self, form):
        return actions.record_exit(
            contract=self.contract,
            outcome=form.outcome(),
            recorded_on=form.cleaned_data["recorded_on"],
            by=self.request.user,
        )


class RecordFollowUp(ActPage):
    form_class = FollowUpForm
    permission_required = "contracts.record_exit"
    title = "Situation à trois ou six mois"
    done_message = "La situation est relevée."

    def get_initial(self):
        return {"checked_on": clock.today(), "follow_up": self.request.GET.get("moment")}

    def act(self, form):
        exit_row = get_object_or_404(Exit.objects.visible_to(self.request.user), contract=self.contract)
        typed = form.cleaned_data
        return actions.record_follow_up(
            exit_row=exit_row, by=self.request.user, **typed | {"follow_up": FollowUp(typed["follow_up"])}
        )
