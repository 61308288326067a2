"""Expenses, what is granted of them, and the settings of the room."""

from django import forms

from accounts.clean_text import CleanTextMixin
from contracts.forms.reference import form_field
from contracts.forms.shape import FrenchNumbers, RowForm
from training.forms.conventions import PeopleChoice
from training.models import Expense, ExpenseCap, TrainingRules


class OnePersonChoice(forms.ModelChoiceField):
    label_from_instance = PeopleChoice.label_from_instance


class ChangeExpenseForm(RowForm):
    class Meta:
        model = Expense
        fields = ("kind", "starts_on", "ends_on", "quantity", "unit_amount", "document_name")
        help_texts = {
            "quantity": "Rémunération : les heures suivies de la période. Coût pédagogique : 1, la facture.",
            "unit_amount": "Par heure (salaire brut et charges), kilomètre, repas, nuit ; ou le montant de la facture.",
            "document_name": "Par exemple : bulletin de paie de mars, billet de train.",
        }


class ExpenseForm(ChangeExpenseForm):
    enrolment = OnePersonChoice(None, label="Stagiaire", empty_label=None)
    field_order = ("enrolment", *ChangeExpenseForm.Meta.fields)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enrolment"].queryset = people


class ProposeForm(forms.Form):
    starts_on = forms.DateField(label="Période, du")
    ends_on = forms.DateField(label="au")

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "La fin de la période doit suivre son début.")
        return cleaned


class GrantForm(FrenchNumbers, forms.Form):
    granted_amount = forms.DecimalField(
        label="Montant accordé",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        required=False,
        help_text="Vide : le financeur n'a pas encore répondu.",
    )


class CapForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    class Meta:
        formfield_callback = form_field
        model = ExpenseCap
        fields = ("financer_kind", "kind", "unit_amount", "deducts_state_aid", "valid_from", "source_url", "note")
        help_texts = {
            "unit_amount": "Hypothèse : par heure (coût pédagogique, rémunération), kilomètre, repas ou nuit.",
            "deducts_state_aid": "Hypothèse, rémunération seulement : aucun texte lu ne dit qu'un financeur la déduit.",
            "valid_from": "Le plafond vaut jusqu'au suivant.",
        }


class TrainingRulesForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    class Meta:
        formfield_callback = form_field
        model = TrainingRules
        fields = (
            "valid_from",
            "lock_hours",
            "rest_after_night",
            "most_minutes_a_day",
            "together_seconds",
            "countersign_days",
            "code_seconds",
            "note",
        )
        help_texts = {"valid_from": "Le réglage vaut jusqu'au suivant."}
