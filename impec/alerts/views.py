"""Pages of the warnings: the list, and the answer to one."""

from collections import Counter

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.clean_text import CleanTextMixin
from accounts.journal import log_access
from accounts.pages import FormPage
from impec.alerts.gather import alerts_for, alerts_of, watched_by
from regulations.warnings import WarningRule
from tutoring.actions.warnings import answer_warning
from tutoring.models import WarningAnswer

ANSWER = "tutoring.answer_warning"


@permission_required(ANSWER, raise_exception=True)
@require_safe
def alert_list(request):
    """Alertes : ouvertes d'abord ; chacune dit les faits qui l'ont déclenchée. Rien n'est noté, rien n'est caché."""
    alerts = alerts_for(request.user, clock.today())
    waiting = [alert for alert in alerts if alert.answer is None]
    answers = WarningAnswer.objects.visible_to(request.user)
    kept = answers.select_related("contract__enrolment__person", "answered_by").order_by("-answered_at", "-pk")
    log_access(user=request.user, action="read", obj=None, request=request, count=len(waiting))
    useful = Counter(answers.values_list("rule", "was_useful"))
    counts = Counter(alert.warning.rule for alert in waiting)
    context = {
        "title": "Alertes",
        "waiting": waiting,
        "answers": kept[:100],
        "rules": [(rule, counts[rule], useful[rule.value, True], useful[rule.value, False]) for rule in WarningRule],
    }
    return render(request, "impec/alert_list.html", context)


class AnswerForm(CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Ce qui a été fait",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une phrase : qui a été vu, ce qui est convenu. Rien de la santé.",
    )
    was_useful = forms.ChoiceField(
        label="L'alerte était-elle utile ?",
        choices=(("", "sans avis"), ("oui", "oui"), ("non", "non")),
        required=False,
        help_text="Pour juger la règle, jamais la personne.",
    )


class AnswerAlert(FormPage):
    form_class = AnswerForm
    permission_required = ANSWER
    title = "Alerte traitée"
    submit_label = "Noter comme traitée"
    done_message = "L'alerte est traitée : elle reste dans la liste de celles qui le sont."

    @cached_property
    def alert(self):
        contract = get_object_or_404(watched_by(self.request.user, clock.today()), pk=self.kwargs["pk"])
        for alert in alerts_of([contract], clock.today()):
            if alert.mark == self.kwargs["mark"]:
                return alert
        raise Http404("Cette alerte n'existe plus : le fait a changé.")

    def act(self, form):
        useful = {"oui": True, "non": False}.get(form.cleaned_data["was_useful"])
        return answer_warning(
            contract=self.alert.contract,
            warning=self.alert.warning,
            text=form.cleaned_data["text"],
            was_useful=useful,
            by=self.request.user,
            at=clock.now(),
        )

    def get_success_url(self):
        return reverse("alerts:alert_list")

    def cancel_url(self):
        return reverse("alerts:alert_list")

    def get_context_data(self, **kwargs):
        alert = self.alert
        name = alert.contract.enrolment.person.full_name
        intro = f"{name}, {alert.warning.rule.label}. {alert.warning.facts}"
        return super().get_context_data(**kwargs) | {"intro": intro, "row": f"{name}, {alert.warning.rule.label}"}
