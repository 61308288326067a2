"""Forms of what changes a contract on its way: amendments, renewal, steps and notices."""

from decimal import Decimal

from django import forms

from accounts.clean_text import CleanTextMixin
from contracts.actions import Change, Renewal
from contracts.forms.shape import NUMBER_HELP, RowForm
from contracts.models import AidRequest, Amendment
from employers.models import Establishment
from regulations.contracts import CeilingException
from regulations.deadlines import MOST_MONTHS

HOURS = {"max_digits": 5, "decimal_places": 2, "min_value": Decimal("0.01")}


class SiteChoice(forms.ModelChoiceField):
    """The establishments of several employers are told apart by theirs."""

    def label_from_instance(self, site):
        return f"{site.name} ({site.employer.name})"


class AmendmentForm(RowForm):
    """Avenant : d'autres heures, un autre lieu de travail ; ce qui ne change pas reste tel qu'il est."""

    class Meta:
        model = Amendment
        fields = ("effective_on", "signed_on", "reason")
        help_texts = {
            "effective_on": "Premier jour des nouvelles conditions. Un avenant passé prend sa place parmi les autres.",
            "signed_on": "Vide tant que l'avenant n'est pas signé.",
        }

    weekly_hours = forms.DecimalField(label="Heures par semaine", required=False, **HOURS)
    establishment = forms.ModelChoiceField(
        Establishment.objects.none(), label="Lieu de travail", required=False, empty_label="inchangé"
    )
    field_order = ("effective_on", "weekly_hours", "establishment", "signed_on", "reason")

    def __init__(self, *args, establishments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["establishment"].queryset = establishments

    def change(self) -> Change:
        names = ("effective_on", "weekly_hours", "establishment", "signed_on", "reason")
        return Change(**{name: self.cleaned_data[name] for name in names})


class EmployerChangeForm(AmendmentForm):
    """Changement d'employeur : un établissement d'un autre employeur de la cohorte."""

    establishment = SiteChoice(
        Establishment.objects.none(),
        label="Nouvel établissement",
        help_text="Établissements des autres employeurs de la cohorte.",
    )
    field_order = ("effective_on", "establishment", "weekly_hours", "signed_on", "reason")

    class Meta(AmendmentForm.Meta):
        help_texts = {
            "effective_on": "Aujourd'hui ou avant : dès l'enregistrement, l'ancien employeur ne voit plus ce contrat.",
            "reason": "Par exemple une fusion, un transfert d'activité.",
        }


class ReasonForm(CleanTextMixin, forms.Form):
    reason = forms.CharField(label="Pourquoi", max_length=200, help_text="Ce motif est gardé avec la ligne annulée.")


class RenewalForm(RowForm):
    """Demande de renouvellement, motivée : le bilan dit ce qui a été fait, et à quoi servira la suite."""

    class Meta:
        model = AidRequest
        fields = ("signed_on", "review", "decision_number")
        help_texts = {
            "review": "Actions d'accompagnement et de formation menées, leur bilan, et ce que la suite apporterait.",
            "decision_number": f"S'il est déjà connu. {NUMBER_HELP}",
        }

    signed_on = forms.DateField(label="Demande signée le")
    asked_until = forms.DateField(label="Aide demandée jusqu'au")
    exception = forms.ChoiceField(
        label=f"Au-delà de {MOST_MONTHS} mois : le cas qui le permet",
        required=False,
        choices=[("", f"sans objet : {MOST_MONTHS} mois ou moins"), *CeilingException.choices()],
    )
    field_order = ("signed_on", "asked_until", "review", "exception", "decision_number")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["review"].required = True
        self.fields["review"].label = "Bilan et motif de la demande"

    def renewal(self) -> Renewal:
        typed = self.cleaned_data
        return Renewal(
            signed_on=typed["signed_on"],
            asked_until=typed["asked_until"],
            review=typed["review"],
            number=typed["decision_number"],
            exception=CeilingException(typed["exception"]) if typed["exception"] else None,
        )


class StepForm(CleanTextMixin, forms.Form):
    done_on = forms.DateField(label="Fait le")
    note = forms.CharField(label="Remarque", max_length=300, required=False)


class DeclaredForm(CleanTextMixin, forms.Form):
    declared_on = forms.DateField(
        label="Signalée le", help_text="Le jour où l'autorité qui a accordé l'aide et l'ASP en ont été informées."
    )
