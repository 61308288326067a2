"""Forms of the dated rows of the authorities."""

from django import forms
from django.db import models

from accounts.clean_text import CleanTextMixin
from contracts.forms.shape import FrenchNumbers
from contracts.models import AidOrder, AidRules, EntryStop, RsaRate, SmicRate
from contracts.models.reference import EVERYWHERE
from regulations.regions import REGIONS


def form_field(field, **options):
    """An address typed without its scheme is taken as https."""
    return field.formfield(**options | ({"assume_scheme": "https"} if isinstance(field, models.URLField) else {}))


class SmicForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    class Meta:
        formfield_callback = form_field
        model = SmicRate
        fields = ("territory", "valid_from", "hourly_gross", "legal_basis", "source_url", "note")


class OrderForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    region = forms.ChoiceField(label="Région", choices=[(region, region) for region in REGIONS], initial="Normandie")

    class Meta:
        formfield_callback = form_field
        model = AidOrder
        fields = (
            "region",
            "public",
            "public_kind",
            "rate",
            "weekly_hours_min",
            "weekly_hours_max",
            "initial_months_min",
            "initial_months_max",
            "renewal_months_min",
            "renewal_months_max",
            "renewal",
            "valid_from",
            "valid_to",
            "legal_reference",
            "source_url",
            "note",
        )
        help_texts = {
            "public": "Les mots de l'arrêté.",
            "public_kind": "Pour rapprocher ce public des faits connus d'une personne ; il n'en choisit aucun.",
            "renewal": "Ce que les nombres de mois ne disent pas, par exemple un bilan demandé.",
            "valid_to": "Vide tant que l'arrêté suivant n'est pas publié.",
        }


class FollowingOrderForm(OrderForm):
    """L'arrêté qui suit, même région et même public ; ce qui ne change pas est déjà rempli."""

    KEPT = (
        *("rate", "weekly_hours_min", "weekly_hours_max", "initial_months_min", "initial_months_max"),
        *("renewal_months_min", "renewal_months_max", "renewal"),
    )
    region = None

    class Meta(OrderForm.Meta):
        fields = [name for name in OrderForm.Meta.fields if name not in ("region", "public", "public_kind")]


class StopForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    territory = forms.ChoiceField(
        label="Territoire",
        choices=[(EVERYWHERE, "France entière"), *((region, region) for region in REGIONS)],
        help_text="Une région : l'arrêt n'est montré et demandé que pour ses établissements.",
    )

    class Meta:
        formfield_callback = form_field
        model = EntryStop
        fields = ("territory", "starts_on", "ends_on", "covers_entries", "covers_renewals", "source_url", "note")


class RsaForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    class Meta:
        formfield_callback = form_field
        model = RsaRate
        fields = ("valid_from", "single_amount", "legal_basis", "source_url", "note")
        help_texts = {"single_amount": "Montant forfaitaire d'une personne seule, en euros par mois."}


class RulesForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    """Ce qu'aucune source ne fixe : chaque réglage est une hypothèse, et le dit."""

    # Two years unpaid are late whatever one supposes of the payer.
    payment_months = forms.IntegerField(
        label="Mois laissés au payeur",
        min_value=0,
        max_value=24,
        initial=2,
        help_text="Hypothèse : un mois impayé plus récent n'est pas encore échu.",
    )

    class Meta:
        formfield_callback = form_field
        model = AidRules
        fields = (
            "valid_from",
            "proration",
            "tolerance",
            "payment_months",
            "statement_opens_day",
            "statement_reminder_day",
            "statement_alert_day",
            "note",
        )
        help_texts = {
            "valid_from": "Le réglage vaut pour ce mois et les suivants, jusqu'au réglage d'après.",
            "proration": "Hypothèse : le payeur ne publie pas son diviseur.",
            "tolerance": "Hypothèse : un écart de ce montant ou moins n'est pas montré.",
            "statement_opens_day": "Hypothèse : jour du mois suivant, de 1 à 28.",
            "statement_reminder_day": "Hypothèse : jour du mois suivant, celui de l'ouverture ou après.",
            "statement_alert_day": "Hypothèse : jour du mois suivant, celui du rappel ou après, 28 au plus.",
        }
