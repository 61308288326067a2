"""Forms of the tutoring room: they check shape, the actions check meaning."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.clean_text import CleanTextMixin
from contracts.forms.acts import TermsForm
from contracts.forms.shape import NUMBER_HELP, RowForm
from employers.models import Establishment
from regulations.phones import in_words, read_phone
from regulations.tutors import LEAST_YEARS, MOST_FOLLOWED
from tutoring.actions import TutorFacts
from tutoring.models import Tutor


class TutorChoice(forms.ModelChoiceField):
    """Each tutor with the number of people followed, so that nobody has to count."""

    def label_from_instance(self, tutor):
        job = f", {tutor.job_title}" if tutor.job_title else ""
        return f"{tutor}{job} — suit {tutor.following} sur {MOST_FOLLOWED}"


class TutorForm(RowForm):
    class Meta:
        model = Tutor
        fields = (
            "last_name",
            "first_name",
            "job_title",
            "status",
            "phone",
            "email",
            "experience_since",
            "volunteer",
            "trained_on",
        )
        help_texts = {"experience_since": f"La loi demande {LEAST_YEARS} ans d'expérience (R5134-38)."}

    def clean_phone(self) -> str:
        """Written in any way, kept in one; what no telephone has is said at once, not on the day of a reminder."""
        typed = self.cleaned_data["phone"]
        number = read_phone(typed)
        if typed and number is None:
            raise ValidationError("Ce n'est pas un numéro de téléphone. Par exemple : 06 12 34 56 78.")
        return in_words(number) if number else ""

    def facts(self) -> TutorFacts:
        return TutorFacts(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class AddTutorForm(TutorForm):
    establishment = forms.ModelChoiceField(Establishment.objects.none(), label="Établissement")
    field_order = ("establishment", "last_name", "first_name")

    def __init__(self, *args, establishments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["establishment"].queryset = establishments


class NameTutorForm(CleanTextMixin, forms.Form):
    tutor = TutorChoice(Tutor.objects.none(), label="Tuteur")
    starts_on = forms.DateField(label="À partir du")

    def __init__(self, *args, tutors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tutor"].queryset = tutors


# What is asked first: a contract needs nothing else to be recorded.
MAIN = ("establishment", "decision_number", "starts_on", "weekly_hours", "job_title", "tutor")
NEW_TUTOR = ("tutor_last_name", "tutor_first_name", "tutor_phone", "tutor_experience_since", "tutor_volunteer")
VOLUNTEER = (("", "non précisé"), ("true", "oui"), ("false", "non"))


class ContractForm(TermsForm):
    """Le contrat et son tuteur, sur une page : le reste se déduit ou se complète ensuite."""

    establishment = forms.ModelChoiceField(Establishment.objects.none(), label="Établissement")
    decision_number = forms.CharField(
        label="Numéro de la demande d'aide", max_length=12, required=False, help_text=f"S'il est connu. {NUMBER_HELP}"
    )
    request_signed_on = forms.DateField(label="Demande d'aide signée le", required=False)
    tutor = TutorChoice(
        Tutor.objects.none(), label="Tuteur", required=False, empty_label="à nommer plus tard, ou nouveau ci-dessous"
    )
    tutor_last_name = forms.CharField(label="Nom", max_length=80, required=False)
    tutor_first_name = forms.CharField(label="Prénom", max_length=80, required=False)
    tutor_phone = forms.CharField(label="Téléphone portable", max_length=20, required=False)
    tutor_experience_since = forms.DateField(label="Expérience professionnelle depuis le", required=False)
    tutor_volunteer = forms.TypedChoiceField(
        label="Volontaire",
        required=False,
        choices=VOLUNTEER,
        coerce=lambda text: text == "true",
        empty_value=None,
    )

    field_order = (*MAIN, *NEW_TUTOR, "kind", "ends_on", "signed_on", "request_signed_on")

    def __init__(self, *args, establishments, tutors, months, **kwargs):
        super().__init__(*args, **kwargs)
        self.months = months
        self.fields["establishment"].queryset = establishments
        self.fields["tutor"].queryset = tutors

    def clean(self):
        cleaned = super().clean()
        names = (cleaned.get("tutor_last_name"), cleaned.get("tutor_first_name"))
        if any(names) and not all(names):
            raise ValidationError({"tutor_last_name": "Donnez le nom et le prénom du nouveau tuteur."})
        if any(names) and cleaned.get("tutor"):
            raise ValidationError({"tutor": "Choisissez un tuteur connu, ou décrivez-en un nouveau, pas les deux."})
        return cleaned

    def chosen_tutor(self) -> Tutor | TutorFacts | None:
        typed = self.cleaned_data
        if not typed["tutor_last_name"]:
            return typed["tutor"]
        return TutorFacts(
            last_name=typed["tutor_last_name"],
            first_name=typed["tutor_first_name"],
            phone=typed["tutor_phone"],
            experience_since=typed["tutor_experience_since"],
            volunteer=typed["tutor_volunteer"],
        )

    @property
    def main(self):
        return [self[name] for name in MAIN]

    @property
    def new_tutor(self):
        return [self[name] for name in NEW_TUTOR]

    @property
    def others(self):
        """Everything else, the written reasons included."""
        return [field for field in self if field.name not in (*MAIN, *NEW_TUTOR)]

    @property
    def asked(self):
        return [field for field in self if field.name.startswith("motif_")]
