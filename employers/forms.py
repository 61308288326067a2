"""Forms of the employers' room: they check shape, the actions check meaning."""

from django import forms

from accounts.clean_text import CleanTextMixin
from employers.models import Contact, Employer, Establishment, Financer, Financing
from regulations.employers import LegalCategory
from regulations.people import Checked

SIRET_HELP = "14 chiffres, avec ou sans espaces."
IDCC_HELP = "Numéro de la convention, par exemple 29. Vide s'il n'y en a pas."


class PlaceFields(forms.ModelForm):
    class Meta:
        model = Establishment
        fields = ("name", "siret", "address", "postcode", "town", "headcount")
        widgets = {
            "siret": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20}),
            "postcode": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        }
        help_texts = {"siret": SIRET_HELP}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Spaces are welcome in what is typed: the action cleans, and says what is wrong.
        self.fields["siret"] = forms.CharField(
            label="SIRET", max_length=40, help_text=SIRET_HELP, widget=self.fields["siret"].widget
        )

    def _post_clean(self):
        """The action builds the row and checks it; a half-clean one here would say things twice."""


class EstablishmentForm(CleanTextMixin, PlaceFields):
    """A site, under a legal entity already known or being changed."""


class SiteForm(CleanTextMixin, PlaceFields):
    """A new employer in one page: its site, its legal entity, who finances it."""

    legal_category = forms.ChoiceField(label="Statut", choices=[("", "—"), *LegalCategory.choices()])
    idcc = forms.IntegerField(
        label="Convention collective (IDCC)", required=False, min_value=1, max_value=99999, help_text=IDCC_HELP
    )
    employer_name = forms.CharField(
        label="Raison sociale",
        required=False,
        max_length=160,
        help_text="Seulement si elle diffère du nom de l'établissement.",
    )
    financer = forms.ModelChoiceField(
        Financer.objects.order_by("name"),
        label="Financeur de la formation",
        required=False,
        empty_label="d'après le statut et la convention",
    )

    field_order = ("siret", "name", "legal_category", "idcc", "financer", "employer_name")


class EmployerForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Employer
        fields = ("name", "siren", "legal_category", "idcc")
        widgets = {"siren": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 14})}
        help_texts = {"siren": "9 chiffres.", "idcc": IDCC_HELP}

    def _post_clean(self):
        """The action checks the row under a lock."""


class DeclarationsForm(CleanTextMixin, forms.Form):
    """Déclarations sur l'honneur : datées, elles avertissent et n'empêchent pas."""

    contributions_up_to_date = forms.ChoiceField(label="Cotisations à jour", choices=Checked.choices())
    recent_economic_dismissal = forms.ChoiceField(
        label="Licenciement économique dans les six derniers mois", choices=Checked.choices()
    )
    declared_on = forms.DateField(label="Déclarations faites le")
    reason = forms.CharField(
        label="Réserve levée parce que",
        required=False,
        max_length=300,
        help_text="Par exemple la pièce vue, avec sa date.",
    )


class FinancingForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Financing
        fields = ("financer", "member_number", "valid_from")
        help_texts = {"valid_from": "Le rattachement précédent s'arrête la veille."}

    def _post_clean(self):
        """The action closes the one before, then checks this one."""


class ContactForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Contact
        fields = ("name", "role", "email", "phone")
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        }

    def _post_clean(self):
        """The action checks the row."""


class AccessForm(CleanTextMixin, forms.Form):
    email = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        help_text="L'invitation ne vaut que pour cette adresse. La première personne gère ensuite les autres comptes.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
