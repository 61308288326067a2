"""Forms about people: ordinary and private facts in one, protected facts in another, answers in a third."""

from django import forms

from accounts.clean_text import CleanTextMixin
from cohorts.models import Adviser, Cohort, Enrolment, Person, Prescriber, ProtectedFacts, Referral, Seat
from regulations.people import BarrierCategory, RefusalReason, RegistrationLength

# Class P2: only for a referent of a cohort of that person (accounts/disclosure/ says it of every field).
PRIVATE = (
    "birth_date",
    "address",
    "postcode",
    "town",
    "phone",
    "email",
    "mobility",
    "jobseeker_number",
    "registration_length",
)
READ_BY_HER = "La personne peut lire ce qui est écrit ici. 500 caractères au plus."


class PersonForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Person
        fields = ("title", "birth_name", "usual_name", "first_name", "sex", "education_level", *PRIVATE)
        widgets = {
            "address": forms.TextInput(attrs={"autocomplete": "off"}),
            "postcode": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }

    def __init__(self, *args, private=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not private:
            for name in PRIVATE:
                del self.fields[name]

    def _post_clean(self):
        """The action looks for near matches, then checks the row."""


class NewPersonForm(PersonForm):
    cohort = forms.ModelChoiceField(
        Cohort.objects.none(), label="Inscrire dans la cohorte", required=False, empty_label="pas encore"
    )

    def __init__(self, *args, cohorts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = cohorts


class NoticeForm(CleanTextMixin, forms.Form):
    on = forms.DateField(label="Remise le")
    channel = forms.CharField(label="Comment", max_length=60, help_text="Par exemple : en main propre, par courriel.")


class ProtectedForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = ProtectedFacts
        fields = ("boeth", "priority_district", "rural_zone", "zones_checked_on", "benefit_kind", "benefit_since")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Not having registered says nothing of how long a benefit has been paid.
        lengths = [one for one in RegistrationLength.choices() if one[0] != RegistrationLength.NOT_REGISTERED]
        self.fields["benefit_since"].choices = [("", "inconnu"), *lengths]

    def _post_clean(self):
        """The action checks the row."""


class BarrierForm(CleanTextMixin, forms.Form):
    category = forms.ChoiceField(label="Catégorie", choices=[("", "—"), *BarrierCategory.choices()])
    action_needed = forms.CharField(
        label="Action à mener",
        max_length=200,
        help_text="Ce qu'il faut faire, jamais une description de la personne. Par exemple : trouver un covoiturage.",
    )
    raised_on = forms.DateField(label="Repéré le")


class LiftBarrierForm(CleanTextMixin, forms.Form):
    lifted_on = forms.DateField(label="Levé le")


class NoteForm(CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Note", max_length=500, widget=forms.Textarea(attrs={"rows": 5}), help_text=READ_BY_HER
    )


class EnrolForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Enrolment
        fields = ("cohort", "enrolled_on", "wanted_job")

    def __init__(self, *args, cohorts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = cohorts

    def _post_clean(self):
        """The action checks the row."""


class EnrolmentForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Enrolment
        fields = ("wanted_job", "opinion", "diagnosis_on", "immersion_starts_on", "immersion_ends_on")

    def __init__(self, *args, private, **kwargs):
        super().__init__(*args, **kwargs)
        if not private:
            del self.fields["opinion"]

    def _post_clean(self):
        """The action checks the row under a lock."""


class HoldSeatForm(CleanTextMixin, forms.Form):
    seat = forms.ModelChoiceField(Seat.objects.none(), label="Place")
    on = forms.DateField(label="Acceptée par l'employeur le")

    def __init__(self, *args, seats, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seat"].queryset = seats


class WithdrawForm(CleanTextMixin, forms.Form):
    on = forms.DateField(label="Le")
    reason = forms.CharField(
        label="Pourquoi", max_length=200, help_text="Sans détail de santé ni de vie privée : la personne peut le lire."
    )


class ReferForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Referral
        fields = ("cohort", "prescriber", "adviser", "seat", "referred_on", "met_on")
        help_texts = {"seat": "Vide : proposée pour la cohorte, sans place encore choisie."}

    def __init__(self, *args, cohorts, seats, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = cohorts
        self.fields["seat"].queryset = seats
        self.fields["prescriber"].queryset = Prescriber.objects.order_by("name")
        self.fields["adviser"].queryset = Adviser.objects.select_related("prescriber").order_by("name", "pk")

    def _post_clean(self):
        """The action checks the row."""


class AdviserForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = Adviser
        fields = ("prescriber", "name", "email", "phone")
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        }
        help_texts = {"email": "Pour lui dire comment cela s'est terminé."}

    def _post_clean(self):
        """The action checks the row."""


class RefusalForm(CleanTextMixin, forms.Form):
    reason = forms.ChoiceField(
        label="Motif",
        choices=RefusalReason.choices(),
        widget=forms.RadioSelect,
        help_text="Ni la personne ni son prescripteur ne le voient.",
    )
