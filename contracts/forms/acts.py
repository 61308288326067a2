"""Forms of the contracts' room: they check shape, the actions check meaning."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from accounts.clean_text import CleanTextMixin
from contracts.actions import Decision, Outcome, Terms
from contracts.forms.shape import NUMBER_HELP, RowForm
from contracts.models import AidOrder, AidRequest, Contract, Exit, Suspension
from regulations.breaks import Repayment
from regulations.contracts import BreakReason, ContractKind
from regulations.deadlines import USUAL_MONTHS, end_of
from regulations.exits import ExitSituation, FollowUp


class TermsForm(RowForm):
    """Ce que dit le contrat écrit ; la fin d'un CDD se déduit quand elle est vide."""

    months = USUAL_MONTHS

    class Meta:
        model = Contract
        fields = (
            "kind",
            "job_title",
            "weekly_hours",
            "starts_on",
            "ends_on",
            "signed_on",
            "rome_code",
            "professional_category",
            "hourly_pay",
        )
        help_texts = {
            "weekly_hours": "Heures du contrat. Les heures aidées sont un autre nombre, donné par la décision.",
            "ends_on": "Vide pour un CDD : déduite de la durée de la cohorte. Vide pour un CDI.",
            "signed_on": "Vide tant que le contrat n'est pas signé.",
        }

    def clean(self):
        cleaned = super().clean()
        kind = ContractKind(cleaned.get("kind") or ContractKind.OTHER)
        if cleaned.get("starts_on") and not cleaned.get("ends_on") and not kind.is_open_ended:
            cleaned["ends_on"] = end_of(cleaned["starts_on"], self.months)
        return cleaned

    def leave_out(self, name, value):
        """A field that this person may not read keeps its value and is not shown."""
        self.kept = {**getattr(self, "kept", {}), name: value}
        del self.fields[name]

    def terms(self) -> Terms:
        typed = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        return Terms(**typed | getattr(self, "kept", {}) | {"kind": ContractKind(typed["kind"])})


class RequestForm(RowForm):
    class Meta:
        model = AidRequest
        fields = ("signed_on", "decision_number")
        help_texts = {"decision_number": f"S'il est déjà connu. {NUMBER_HELP}"}

    signed_on = forms.DateField(label="Demande signée le")


class OrderChoice(forms.ModelChoiceField):
    def label_from_instance(self, order):
        return order.in_words()


class DecisionForm(RowForm):
    """Décision accordée : l'arrêté donne le taux et borne les heures ; une personne choisit la ligne."""

    class Meta:
        model = AidRequest
        fields = (
            "decision_number",
            "decided_on",
            "order",
            "rate",
            "weekly_hours",
            "aid_starts_on",
            "aid_ends_on",
            "is_cofinanced",
            "referent_name",
        )
        help_texts = {
            "decision_number": NUMBER_HELP,
            "rate": "Vide : celui de l'arrêté choisi.",
            "is_cofinanced": "Personne au RSA : la part du département est une ligne à part.",
        }

    order = OrderChoice(
        AidOrder.objects.none(),
        label="Arrêté",
        required=False,
        empty_label="aucun arrêté choisi",
        help_text="Arrêtés confirmés de la région de l'établissement.",
    )
    decision_number = forms.CharField(label="Numéro de décision", max_length=12, min_length=12, help_text=NUMBER_HELP)
    decided_on = forms.DateField(label="Décision du")
    weekly_hours = forms.DecimalField(
        label="Heures aidées par semaine", max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=35
    )
    aid_starts_on = forms.DateField(label="Aide du")

    def __init__(self, *args, orders, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["order"].queryset = orders

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("rate") is None and "rate" not in self.errors:
            if cleaned.get("order") is None:
                raise ValidationError({"rate": "Donnez le taux notifié, ou choisissez l'arrêté qui le fixe."})
            cleaned["rate"] = cleaned["order"].rate
        return cleaned

    def decision(self) -> Decision:
        typed = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return Decision(number=typed.pop("decision_number"), **typed)


class RefusalForm(CleanTextMixin, forms.Form):
    decided_on = forms.DateField(label="Refus du")
    number = forms.CharField(label="Numéro", max_length=12, required=False, help_text=NUMBER_HELP)


class SignatureForm(CleanTextMixin, forms.Form):
    signed_on = forms.DateField(label="Contrat signé le")


class BreakForm(CleanTextMixin, forms.Form):
    broken_on = forms.DateField(label="Dernier jour", help_text="Dernier jour payé.")
    reason = forms.ChoiceField(label="Motif", choices=[("", "—"), *BreakReason.choices()])


class NotifiedForm(CleanTextMixin, forms.Form):
    outcome = forms.ChoiceField(label="Suite notifiée par l'ASP", choices=Repayment.choices())
    reason = forms.CharField(
        label="Référence et motif", max_length=300, help_text="Par exemple le courrier reçu, avec sa date."
    )


class CloseForm(CleanTextMixin, forms.Form):
    closed_on = forms.DateField(label="Caduc depuis le")


class ExtensionForm(CleanTextMixin, forms.Form):
    ends_on = forms.DateField(label="Nouvelle fin")


class SuspensionForm(RowForm):
    """Ouvrir ou corriger une suspension."""

    class Meta:
        model = Suspension
        fields = ("starts_on", "ends_on", "reason", "pay_kept", "kept_percent")
        help_texts = {
            "ends_on": "Vide tant que la reprise n'est pas connue.",
            "kept_percent": "Seulement si le salaire est maintenu en partie : l'aide suit cette part.",
        }


class ResumptionForm(CleanTextMixin, forms.Form):
    ends_on = forms.DateField(label="Dernier jour suspendu")


class ExitForm(RowForm):
    class Meta:
        model = Exit
        fields = ("recorded_on", "situation", "same_employer", "same_job", "next_training")

    situation = forms.ChoiceField(
        label="Situation à la sortie",
        choices=[("", "—"), *((one.value, one.label) for one in FollowUp.AT_EXIT.situations)],
    )

    def outcome(self) -> Outcome:
        return Outcome(**{name: self.cleaned_data[name] for name in self.Meta.fields if name != "recorded_on"})


class FollowUpForm(CleanTextMixin, forms.Form):
    follow_up = forms.ChoiceField(
        label="Moment", choices=[choice for choice in FollowUp.choices() if choice[0] != FollowUp.AT_EXIT]
    )
    situation = forms.ChoiceField(label="Situation", choices=[("", "—"), *ExitSituation.choices()])
    checked_on = forms.DateField(label="Relevée le")
