"""What to prepare, for whom, up to which day; how it left."""

from django import forms

from accounts import clock
from accounts.clean_text import CleanTextMixin
from cohorts.models import Cohort
from employers.models import Establishment, Financer
from exports.destinations import ddets_of, financers_of, sites_of, to_employer
from exports.registry import KINDS
from exports.scope import AGENCY, DDETS, EMPLOYER, Destination, FileScope


class CohortForm(forms.Form):
    """Which cohort, up to which day."""

    cohorte = forms.ModelChoiceField(Cohort.objects.none(), label="Cohorte", empty_label=None)
    au = forms.DateField(label="Arrêté au", help_text="Rien de ce qui suit ce jour n'entre dans les fichiers.")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["cohorte"].queryset = Cohort.objects.visible_to(user).order_by("-starts_on", "name")

    def clean_au(self):
        day = self.cleaned_data["au"]
        if day > clock.today():
            raise forms.ValidationError("Un fichier s'arrête au plus tard à aujourd'hui.")
        return day


class DeliveryForm(CohortForm):
    """One file: everything but the day was chosen by the button that led here."""

    code = forms.ChoiceField(choices=[(code, kind.name) for code, kind in KINDS.items()])
    financeur = forms.ModelChoiceField(Financer.objects.all(), required=False)
    etablissement = forms.ModelChoiceField(Establishment.objects.none(), required=False)
    # A file that goes to the DDETS or stays with the coordination says which.
    pour = forms.ChoiceField(choices=[("", ""), (DDETS, DDETS)], required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["etablissement"].queryset = Establishment.objects.visible_to(self.user)
        for name in ("cohorte", "code", "financeur", "etablissement", "pour"):
            self.fields[name].widget = forms.HiddenInput()

    def scope(self) -> FileScope:
        """Of a form that is valid."""
        chosen = self.cleaned_data
        return FileScope(chosen["cohorte"], self._destination(), chosen["au"], self.user)

    def _destination(self) -> Destination:
        chosen = self.cleaned_data
        cohort, site = chosen["cohorte"], chosen["etablissement"]
        goes_to = KINDS[chosen["code"]].goes_to
        if EMPLOYER in goes_to and site:
            return to_employer(site)
        if DDETS in goes_to and (chosen["pour"] == DDETS or AGENCY not in goes_to):
            return Destination(organisation=ddets_of(cohort, sites_of(cohort, self.user)), ddets=True)
        if site:
            return Destination(financers_of(cohort, chosen["au"]).get(site.employer_id), establishment=site)
        return Destination(chosen["financeur"])


class SendForm(CleanTextMixin, forms.Form):
    sent_on = forms.DateField(label="Remise le")
    through = forms.CharField(
        label="Par quelle voie",
        max_length=120,
        required=False,
        help_text="Par exemple : portail du financeur, dépôt sécurisé. Vide quand il la prend ici, avec son compte.",
    )
