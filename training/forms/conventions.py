"""Conventions and invoices: these forms check shape, the actions check meaning."""

from django import forms

from accounts import clock
from accounts.clean_text import CleanTextMixin
from contracts.forms.shape import FrenchNumbers, RowForm
from regulations.certificates import minutes_of
from regulations.siret import clean_siret
from regulations.training import hundredths
from training.models import Convention, TrainingBody
from training.models.certificate import PAYMENT_TERMS


class TrainingBodyForm(RowForm):
    # Longer than the columns: people part the digits with spaces.
    siret = forms.CharField(label="SIRET", max_length=24, required=False)
    declaration_number = forms.CharField(
        label="Numéro de déclaration d'activité", max_length=24, required=False, help_text="11 chiffres (NDA)."
    )

    class Meta:
        model = TrainingBody
        fields = ("name", "siret", "declaration_number", "address", "representative", "representative_role", "town")
        help_texts = {
            "representative": "Qui signe les conventions et les certificats.",
            "representative_role": "Par exemple directrice.",
            "town": "Par exemple Avranches : « Fait à Avranches, le… ».",
        }

    def clean_siret(self):
        return clean_siret(self.cleaned_data["siret"])

    def clean_declaration_number(self):
        return "".join(self.cleaned_data["declaration_number"].split())


class TermsForm(CleanTextMixin, FrenchNumbers, forms.Form):
    """What all the conventions of a cohort have in common. One price or none yet."""

    hourly_rate = forms.DecimalField(
        label="Prix de l'heure par stagiaire, HT", min_value=0, max_digits=7, decimal_places=2, required=False
    )
    group_price = forms.DecimalField(
        label="ou prix du groupe de chaque employeur, HT",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        required=False,
        help_text="L'un ou l'autre. Il se partage entre les stagiaires au prorata des heures suivies.",
    )
    subcontractor = forms.ModelChoiceField(
        TrainingBody.objects.none(), label="Sous-traitant", required=False, empty_label="aucun"
    )
    payment_terms = forms.CharField(label="Conditions de paiement", max_length=300, initial=PAYMENT_TERMS)

    def __init__(self, *args, body, **kwargs):
        super().__init__(*args, **kwargs)
        others = TrainingBody.objects.exclude(pk=body.pk) if body else TrainingBody.objects.none()
        self.fields["subcontractor"].queryset = others.order_by("name")

    def clean(self):
        cleaned = super().clean()
        refuse_two_prices(self)
        return cleaned


def refuse_two_prices(form):
    if form.cleaned_data.get("hourly_rate") is not None and form.cleaned_data.get("group_price") is not None:
        form.add_error("group_price", "Le prix est à l'heure par stagiaire, ou pour le groupe : pas les deux.")


class PeopleChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, enrolment):
        return enrolment.person.full_name


class ConventionForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    planned_hours = forms.CharField(label="Heures prévues par stagiaire", help_text="Par exemple 84,00 ou 84 h.")
    people = PeopleChoice(None, label="Stagiaires", widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Convention
        fields = (
            "title",
            "nature",
            "starts_on",
            "ends_on",
            "planned_hours",
            "hourly_rate",
            "group_price",
            "payment_terms",
            "subcontractor",
            "file_number",
            "people",
        )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people
        others = TrainingBody.objects.exclude(pk=self.instance.training_body_id)
        self.fields["subcontractor"].queryset = others.order_by("name")
        self.fields["subcontractor"].empty_label = "aucun"

    def clean_planned_hours(self):
        return read_minutes(self.cleaned_data["planned_hours"])

    def clean(self):
        cleaned = super().clean()
        refuse_two_prices(self)
        return cleaned

    def _post_clean(self):
        """The action writes under a lock."""

    def facts(self) -> dict:
        found = {name: value for name, value in self.cleaned_data.items() if name not in ("people", "planned_hours")}
        return found | {"planned_minutes": self.cleaned_data["planned_hours"]}


def read_minutes(text: str) -> int:
    try:
        return minutes_of(text)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


def typed_hours(minutes: int) -> str:
    """« 13,50 », as a field takes it back."""
    return str(hundredths(minutes)).replace(".", ",")


class SignForm(forms.Form):
    signed_on = forms.DateField(label="Signée le", help_text="Le jour où l'employeur et l'organisme l'ont signée.")


class FileNumberForm(CleanTextMixin, forms.Form):
    file_number = forms.CharField(
        label="Numéro de dossier du financeur",
        max_length=40,
        required=False,
        help_text="Celui que le financeur a donné à son accord.",
    )


class InvoiceForm(CleanTextMixin, forms.Form):
    """One field of hours per trainee, filled with what was followed."""

    number = forms.CharField(label="Numéro de la facture", max_length=40)
    invoiced_on = forms.DateField(label="Datée du")
    starts_on = forms.DateField(label="Période, du")
    ends_on = forms.DateField(label="au")

    def __init__(self, *args, standings, **kwargs):
        super().__init__(*args, **kwargs)
        self.standings = {f"h{one.enrolment.pk}": one for one in standings}
        self.fields["invoiced_on"].initial = clock.today
        for name, standing in self.standings.items():
            self.fields[name] = forms.CharField(
                label=f"Heures de {standing.person.full_name}",
                max_length=12,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def clean(self):
        cleaned = super().clean()
        for name in self.standings:
            text = cleaned.get(name)
            if text:
                try:
                    cleaned[name] = minutes_of(text)
                except ValueError as error:
                    self.add_error(name, str(error))
        return cleaned

    def hours(self) -> list:
        return [(one.enrolment, self.cleaned_data[name] or 0) for name, one in self.standings.items()]


class VoidForm(CleanTextMixin, forms.Form):
    whole = forms.BooleanField(label="Annuler toute la facture, et pas seulement cette ligne", required=False)
    reason = forms.CharField(label="Raison", max_length=200, required=False)
