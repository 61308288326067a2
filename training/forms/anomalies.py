"""Anomalies: filters in the address, and the answer « connu et expliqué »."""

from django import forms
from django.utils.functional import cached_property

from accounts.clean_text import CleanTextMixin
from accounts.computed_rows import Rows
from accounts.widgets import LeanSelect
from cohorts.models import Cohort
from regulations.anomaly_facts import AnomalyRule
from training.forms.careful import CarefulTextMixin

STATES = (("", "toutes"), ("ouvertes", "à expliquer"), ("expliquees", "connues et expliquées"))


class AnomalyFiltersForm(forms.Form):
    cohorte = forms.ModelChoiceField(
        Cohort.objects.none(), label="Cohorte", required=False, empty_label="toutes", widget=LeanSelect
    )
    regle = forms.ChoiceField(
        label="Règle", choices=[("", "toutes"), *AnomalyRule.choices()], required=False, widget=LeanSelect
    )
    etat = forms.ChoiceField(label="Réponse", choices=STATES, required=False, widget=LeanSelect)
    du = forms.DateField(label="Du", required=False)
    au = forms.DateField(label="Au", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohorte"].queryset = Cohort.objects.visible_to(user).order_by("-starts_on", "name").only("name")


class AnomalyFilters:
    """A bound form and the computed lines it keeps; what cannot be read keeps them all."""

    def __init__(self, data, *, queryset: Rows, request):
        self.rows = queryset
        self.form = AnomalyFiltersForm(data, user=request.user)

    @cached_property
    def qs(self) -> Rows:
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        return self.rows.filter(lambda line: self.keeps(line, asked))

    def keeps(self, line, asked: dict) -> bool:
        cohort, rule, state = asked.get("cohorte"), asked.get("regle"), asked.get("etat")
        if cohort and line.cohort_id != cohort.pk:
            return False
        if rule and line.anomaly.rule != rule:
            return False
        if state and line.is_open != (state == "ouvertes"):
            return False
        day = line.anomaly.day
        return (asked.get("du") or day) <= day <= (asked.get("au") or day)


class ExplainForm(CarefulTextMixin, CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Ce qui l'explique",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="300 signes au plus, sans détail de santé. La personne peut lire ce texte, le financeur non.",
    )
