"""Forms of a cohort: opening it, its settings, seats, milestones and invitations."""

import re

from django import forms

from accounts.clean_text import CleanTextMixin
from accounts.models import Organisation, User
from accounts.roles import OrganisationKind, Role
from cohorts.models import Cohort, CohortTemplate, Seat
from employers.models import Establishment
from regulations.employers import LegalCategory
from regulations.nir import looks_like_nir

MOST_SEATS = 500
HIDDEN = "(ligne masquée)"


def training_bodies():
    return Organisation.objects.active().filter(kind=OrganisationKind.TRAINING_BODY).order_by("name")


class OpenCohortForm(CleanTextMixin, forms.Form):
    """Four fields to fill; the rest is proposed."""

    template = forms.ModelChoiceField(
        CohortTemplate.objects.filter(retired_on=None).order_by("name"), label="Modèle", empty_label=None
    )
    starts_on = forms.DateField(label="Premier jour")
    seats_planned = forms.IntegerField(label="Places visées", min_value=1, max_value=MOST_SEATS)
    territory = forms.CharField(label="Bassin", max_length=120, help_text="Par exemple Avranches.")
    name = forms.CharField(
        label="Nom", max_length=120, required=False, help_text="Vide : « ImPEC Avranches, février 2027 »."
    )
    code = forms.CharField(label="Code", max_length=30, required=False, help_text="Vide : « AVR 02/2027 ».")
    region = forms.CharField(label="Région", max_length=60, initial="Normandie")
    training_organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Organisme de formation", required=False, empty_label="à choisir plus tard"
    )

    proposed = ("name", "code", "region", "training_organisation")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["training_organisation"].queryset = training_bodies()
        self.fields["template"].initial = self.fields["template"].queryset.first()

    def main_fields(self):
        return [field for field in self if field.name not in self.proposed]

    def proposed_fields(self):
        return [field for field in self if field.name in self.proposed]


class CohortForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Cohort
        fields = (
            "name",
            "code",
            "starts_on",
            "ends_on",
            "seats_planned",
            "territory",
            "region",
            "training_organisation",
            "cofinancing",
        )
        help_texts = {
            "starts_on": "Les jalons que personne n'a déplacés suivent le premier jour.",
            "cofinancing": "Allonge la durée de conservation des pièces.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["training_organisation"].queryset = training_bodies()

    def _post_clean(self):
        """The action checks the row under a lock."""


class SeatForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Seat
        fields = ("establishment", "quantity", "job_title", "rome_code", "weekly_hours")
        help_texts = {"rome_code": "Une lettre et quatre chiffres, par exemple K2204."}

    def __init__(self, *args, user, on, **kwargs):
        super().__init__(*args, **kwargs)
        sites = Establishment.objects.visible_to(user).open(on)
        self.fields["establishment"].queryset = sites.order_by("name", "pk")

    def clean_rome_code(self):
        code = self.cleaned_data["rome_code"].strip().upper()
        if code and not re.fullmatch(r"[A-N]\d{4}", code):
            raise forms.ValidationError("Un code ROME est une lettre, de A à N, et quatre chiffres.")
        return code

    def _post_clean(self):
        """The action checks the row under a lock."""


class MilestoneForm(CleanTextMixin, forms.Form):
    label = forms.CharField(label="Jalon", max_length=160)
    due_on = forms.DateField(label="Échéance")
    owner_role = forms.ChoiceField(label="Qui s'en charge", choices=Role.choices)


class MoveMilestoneForm(CleanTextMixin, forms.Form):
    due_on = forms.DateField(label="Nouvelle échéance", help_text="Ce jalon ne suivra plus le premier jour.")


class ReferentForm(CleanTextMixin, forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label="Conseillère ou conseiller")
    valid_from = forms.DateField(label="Depuis le")

    def __init__(self, *args, cohort, **kwargs):
        super().__init__(*args, **kwargs)
        members = cohort.agency.memberships.active().filter(role=Role.COORDINATOR)
        self.fields["user"].queryset = User.objects.filter(memberships__in=members).order_by("last_name", "pk")


class EndReferentForm(CleanTextMixin, forms.Form):
    valid_to = forms.DateField(label="Jusqu'au")


class InviteEmployersForm(forms.Form):
    """Lines as they come from a workbook or a mail; a name and a status may be given to each new employer."""

    lines = forms.CharField(
        label="Employeurs",
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text="Une ligne par établissement : SIRET ; courriel ; places. Collez depuis Excel ou un message.",
    )

    def clean_lines(self):
        """A social security number pasted by mistake is judged, and never shown back."""
        text = self.cleaned_data["lines"]
        lines = text.splitlines()
        masked = [HIDDEN if looks_like_nir(line) else line for line in lines]
        if masked != lines:
            self.data = self.data.copy()
            self.data["lines"] = "\n".join(masked)
        return text

    def name_for(self, siret: str) -> str:
        return " ".join(self.data.get(f"nom-{siret}", "").replace("\0", "").split())[:160]

    def legal_category_for(self, siret: str) -> LegalCategory | None:
        code = self.data.get(f"statut-{siret}", "")
        return LegalCategory(code) if code in dict(LegalCategory.choices()) else None


class AddressForm(CleanTextMixin, forms.Form):
    email = forms.EmailField(
        label="Adresse électronique", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class ReplyForm(CleanTextMixin, forms.Form):
    """L'employeur répond : des places, ou la raison d'un refus."""

    ACCEPT, REFUSE = "oui", "non"

    answer = forms.ChoiceField(
        label="Votre réponse",
        choices=[(ACCEPT, "Oui, nous proposons des places"), (REFUSE, "Non, pas cette fois")],
        widget=forms.RadioSelect,
    )
    seats = forms.IntegerField(label="Nombre de places", min_value=1, max_value=99, required=False)
    job_title = forms.CharField(
        label="Métier", max_length=120, required=False, help_text="Par exemple agent de service hospitalier."
    )
    contact_name = forms.CharField(label="Votre nom", max_length=120, required=False)
    establishment_name = forms.CharField(label="Nom de l'établissement", max_length=160, required=False)
    legal_category = forms.ChoiceField(label="Statut", choices=[("", "—"), *LegalCategory.choices()], required=False)
    reason = forms.CharField(
        label="Pourquoi pas cette fois", max_length=200, required=False, help_text="Seulement si vous refusez."
    )

    def __init__(self, *args, invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seats"].initial = invitation.seats_offered
        # A known employer is not renamed by a link.
        if invitation.establishment.employer.legal_category != LegalCategory.OTHER:
            del self.fields["establishment_name"], self.fields["legal_category"]
