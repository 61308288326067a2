"""Filters in the address, and the forms of the acts: received otherwise, moved, cancelled, days of the reminders."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.clean_text import CleanTextMixin
from accounts.models import Receipt
from accounts.reminders import MOST_DAYS_BEFORE
from accounts.scans import KINDS, MOST_BYTES, kind_of
from accounts.widgets import LeanSelect
from cohorts.models import Cohort
from regulations.due import Rule

WHEN = (
    ("", "d'ici 30 jours"),
    ("retard", "en retard"),
    ("mois", "ce mois-ci"),
    ("ouvertes", "à faire dès maintenant"),
)


class CohortChoice(forms.ModelChoiceField):
    widget = LeanSelect

    def __init__(self, **kwargs):
        super().__init__(Cohort.objects.none(), label="Cohorte", required=False, empty_label="toutes", **kwargs)


class ItemFiltersForm(forms.Form):
    quand = forms.ChoiceField(label="Quand", choices=WHEN, required=False, widget=LeanSelect)
    regle = forms.ChoiceField(
        label="Ce qui est attendu", choices=[("", "tout"), *Rule.choices()], required=False, widget=LeanSelect
    )
    cohorte = CohortChoice()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohorte"].queryset = Cohort.objects.visible_to(user).order_by("-starts_on", "name").only("name")


class UpcomingFiltersForm(ItemFiltersForm):
    quand = None


class ReceiptForm(CleanTextMixin, forms.Form):
    nature = forms.ChoiceField(label="Ce qu'il en est", choices=Receipt.Nature.choices, widget=forms.RadioSelect)
    received_on = forms.DateField(label="Le")
    how = forms.CharField(
        label="Comment, ou pourquoi",
        max_length=200,
        help_text="Par exemple : par courrier, au téléphone, sur SYLAé directement.",
    )
    scan = forms.FileField(
        label="Pièce numérisée",
        required=False,
        help_text=f"Facultative. {', '.join(kind.label for kind in KINDS)}, {MOST_BYTES // 1024**2} Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ",".join(kind.content_type for kind in KINDS)}),
        error_messages={"empty": "Ce fichier est vide."},
    )

    def __init__(self, *args, is_legal: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_legal:
            # What the law asks for is done or received: it is not left without an answer.
            del self.fields["nature"]
            self.fields["how"].label = "Comment"

    def clean_scan(self) -> UploadedFile | None:
        scan = self.cleaned_data.get("scan")
        if not scan:
            return None
        if scan.size > MOST_BYTES:
            raise ValidationError(f"Ce fichier dépasse {MOST_BYTES // 1024**2} Mo : numérisez-le plus légèrement.")
        kind = kind_of(scan)
        if kind is None:
            names = ", ".join(kind.label for kind in KINDS)
            raise ValidationError(f"Ce fichier n'est pas de ceux qu'on garde ici : {names}.")
        # The name of the file may say more than it should; the kind is enough.
        scan.name = f"piece.{kind.suffix}"
        return scan


class MoveForm(forms.Form):
    to = forms.DateField(label="Nouvelle date")


class CancelForm(CleanTextMixin, forms.Form):
    reason = forms.CharField(label="Pourquoi", max_length=200, help_text="Lu par vos collègues dans l'historique.")


class SettingForm(CleanTextMixin, forms.Form):
    is_active = forms.BooleanField(label="Rappeler par courriel", required=False)
    days_before = forms.CharField(
        label="Jours avant l'échéance",
        required=False,
        max_length=60,
        help_text=f"Séparés par des virgules, de 0 (le jour même) à {MOST_DAYS_BEFORE}. Par exemple : 30, 7.",
    )
    note = forms.CharField(label="Remarque", max_length=300, required=False)

    def clean_days_before(self) -> list[int]:
        typed = self.cleaned_data["days_before"].replace(";", ",").split(",")
        days = [part.strip() for part in typed if part.strip()]
        wrong = [day for day in days if not (day.isascii() and day.isdigit() and int(day[:4]) <= MOST_DAYS_BEFORE)]
        if wrong:
            raise ValidationError(f"« {wrong[0]} » n'est pas un nombre de jours de 0 à {MOST_DAYS_BEFORE}.")
        return [int(day) for day in days]

    def clean(self):
        cleaned = super().clean()
        if "days_before" in self.fields and cleaned.get("is_active") and cleaned.get("days_before") == []:
            self.add_error("days_before", "Donnez au moins un jour, ou éteignez les rappels.")
        return cleaned
