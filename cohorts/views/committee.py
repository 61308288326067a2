"""Pages of a committee's decisions; its pack, which gathers several rooms, is in impec/."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import ChangePage, FormPage, Scoped
from cohorts.actions import committee
from cohorts.forms.committee import DecisionForm
from cohorts.models import Cohort, CommitteeDecision


class AddDecision(Scoped, FormPage):
    model = Cohort
    form_class = DecisionForm
    permission_required = "cohorts.change_cohort"
    submit_label = "Noter la décision"
    done_message = "La décision est notée."

    @cached_property
    def cohort(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    @property
    def title(self):
        return f"Noter une décision de comité — {self.cohort}"

    def get_initial(self):
        return {"decided_on": clock.today()}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": CommitteeDecision(cohort=self.cohort)}

    def act(self, form):
        return committee.record_decision(cohort=self.cohort, by=self.request.user, **form.cleaned_data)

    def cancel_url(self):
        return CommitteeDecision(cohort=self.cohort).get_absolute_url()


class ChangeDecision(ChangePage):
    model = CommitteeDecision
    form_class = DecisionForm
    permission_required = "cohorts.change_cohort"
    done_message = "La décision est enregistrée."

    @property
    def title(self):
        return f"Décision du {self.row.decided_on:%d/%m/%Y} : {self.row.what}"

    def act(self, form):
        return committee.change_decision(decision=self.row, version=self.version, **form.cleaned_data)

    def cancel_url(self):
        return self.row.get_absolute_url()
