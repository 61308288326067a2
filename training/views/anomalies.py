"""Pages of the anomalies: the list before the funder sees it, one answer, one answer taken back."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property

from accounts import clock
from accounts.actions import log_access
from accounts.computed_rows import Rows
from accounts.pages import FormPage, Link, ListPage, Scoped
from accounts.templatetags.french import as_count
from regulations.anomaly_facts import AnomalyRule
from training import actions
from training.anomalies import lines_for, put_names
from training.forms.anomalies import AnomalyFilters, ExplainForm
from training.forms.reason import ReasonForm
from training.models import AnomalyAnswer
from training.tables import AnomalyTable

MAY_ANSWER = "training.answer_anomaly"
ORDERS = {"day": lambda line: line.anomaly.day, "rule": lambda line: line.anomaly.rule.label}


class AnomalyList(ListPage):
    permission_required = MAY_ANSWER
    template_name = "training/anomalies.html"
    table_class = AnomalyTable
    filterset_class = AnomalyFilters
    title = "Anomalies d'émargement"
    intro = (
        "Ce qu'un financeur verrait dans les présences des cohortes en cours ou finies depuis moins d'un an. "
        "Corrigez le fait, ou dites ce qui l'explique : une explication n'efface rien."
    )
    default_order = ()
    export_name = "anomalies"
    empty_text = "Aucune anomalie : les présences sont prêtes à partir."

    def get_queryset(self):
        return Rows(lines_for(self.request.user, at=clock.now()), ORDERS)

    def get_table(self):
        table = super().get_table()
        put_names(self.page.rows)
        return table

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"rules": list(AnomalyRule)}

    def totals(self, rows):
        waiting = sum(line.is_open for line in rows)
        return [("à expliquer", as_count(waiting)), ("connues et expliquées", as_count(len(rows) - waiting))]

    def links(self):
        return [Link("Présences", reverse("training:attendance_list"), "training.view_session", "list")]


class ExplainAnomaly(FormPage):
    """The answer to one anomaly: out of scope, or gone since, is 404."""

    permission_required = MAY_ANSWER
    form_class = ExplainForm
    title = "Connu et expliqué"
    submit_label = "Garder cette explication"
    done_message = "L'explication est gardée. L'anomalie reste dans la liste, marquée « connue et expliquée »."
    success_url = reverse_lazy("training:anomaly_list")

    @cached_property
    def line(self):
        wanted = self.kwargs["rule"], self.kwargs["pk"], self.kwargs["enrolment"]
        lines = lines_for(self.request.user, at=clock.now())
        line = next((one for one in lines if one.ident == wanted), None)
        if line is None:
            raise Http404("Cette anomalie n'existe pas, ou plus.")
        put_names([line])
        return line

    @property
    def intro(self):
        who = f"{self.line.enrolment.person.full_name} : " if self.line.enrolment else ""
        return f"{who}{self.line.anomaly.message} ({self.line.anomaly.rule.source})"

    def act(self, form):
        line = self.line
        if form.cleaned_data.get("knowingly"):
            log_access(user=self.request.user, action="note-kept-knowingly", obj=line.half_day, request=self.request)
        return actions.explain_anomaly(
            half_day=line.half_day,
            enrolment=line.enrolment,
            rule=line.anomaly.rule,
            text=form.cleaned_data["text"],
            by=self.request.user,
            at=clock.now(),
        )

    def cancel_url(self):
        return self.success_url


class TakeBackExplanation(Scoped, FormPage):
    permission_required = MAY_ANSWER
    model = AnomalyAnswer
    form_class = ReasonForm
    title = "Reprendre une explication"
    submit_label = "Reprendre : l'anomalie attend de nouveau"
    done_message = "L'explication est reprise : l'anomalie attend de nouveau."
    success_url = reverse_lazy("training:anomaly_list")

    @cached_property
    def answer(self):
        return get_object_or_404(self.get_queryset().valid(), pk=self.kwargs["pk"])

    @property
    def intro(self):
        return f"« {self.answer.text} », expliqué par {self.answer.answered_by}."

    def act(self, form):
        return actions.take_back_explanation(
            answer=self.answer, reason=form.cleaned_data["reason"], by=self.request.user, at=clock.now()
        )

    def cancel_url(self):
        return self.success_url
