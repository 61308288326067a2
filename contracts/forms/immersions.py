"""Forms of an immersion: where, when, why; who agrees; what was learned."""

from django import forms

from accounts.clean_text import CleanTextMixin
from contracts.actions import Place
from contracts.forms.life import SiteChoice
from contracts.forms.shape import RowForm
from contracts.models import Immersion, SwapAgreement
from employers.models import Establishment
from regulations.immersions import MOST_MONTHS_EACH, SHARE_OF_CONTRACT, ImmersionEnding, ImmersionNature, ImmersionParty
from regulations.periods import Period

OF_PLACE = ("nature", "host_establishment", "host_tutor", "objective")


class ImmersionForm(RowForm):
    """`sites`: establishments of the other employers of the cohort; none for whoever may not see them."""

    class Meta:
        model = Immersion
        fields = ("nature", "host_establishment", "host", "host_tutor", "starts_on", "ends_on", "purpose", "objective")
        help_texts = {
            "ends_on": f"{MOST_MONTHS_EACH} mois au plus, 1/{SHARE_OF_CONTRACT} du contrat en tout (D5134-50-1).",
            "objective": "Le métier ou le geste que l'on veut découvrir.",
        }

    host_establishment = SiteChoice(
        Establishment.objects.none(),
        label="Établissement d'accueil, s'il est de la cohorte",
        required=False,
        empty_label="une autre structure, nommée ci-dessous",
    )
    host = forms.CharField(label="Structure d'accueil", max_length=160, required=False)

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["host_establishment"].queryset = sites
        if not sites.exists():
            del self.fields["host_establishment"], self.fields["nature"]

    def clean(self):
        found = super().clean()
        site = found.get("host_establishment")
        if found.get("nature") == ImmersionNature.SWAP and not site:
            self.add_error("host_establishment", "Une semaine d'échange se passe dans un établissement de la cohorte.")
        elif not found.get("host") and not site:
            self.add_error("host", "Dites où se passe l'immersion.")
        return found

    def period(self) -> Period:
        return Period(self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])

    def place(self) -> Place:
        return Place(**{name: self.cleaned_data[name] for name in OF_PLACE if name in self.fields})


class AgreementForm(CleanTextMixin, forms.Form):
    party = forms.ChoiceField(label="Qui donne son accord", widget=forms.RadioSelect)
    agreed_on = forms.DateField(label="Accord donné le")

    def __init__(self, *args, parties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [(party.value, party.label) for party in parties]

    def clean_party(self) -> ImmersionParty:
        return ImmersionParty(self.cleaned_data["party"])


class EndingForm(RowForm):
    class Meta:
        model = Immersion
        fields = ("ending", "outcome", "learned")
        widgets = {"learned": forms.Textarea(attrs={"rows": 3})}

    ending = forms.ChoiceField(label="Comment elle s'est passée", choices=[("", "—"), *ImmersionEnding.choices()])

    def clean_ending(self) -> ImmersionEnding:
        return ImmersionEnding(self.cleaned_data["ending"])


class SwapAgreementForm(RowForm):
    class Meta:
        model = SwapAgreement
        fields = ("authority", "reference", "valid_from", "valid_to")
