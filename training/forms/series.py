"""A series: what it needs to be placed, its half-days one by one, the periods without any."""

from datetime import date

from django import forms

from accounts.clean_text import CleanTextMixin
from accounts.templatetags.french import as_day
from regulations.planning import SATURDAY, WEEKDAYS, Hours, Need, Pattern, part_of
from regulations.training import HalfDayPart, TrainingMode
from training.actions import Slot
from training.actions.series import SeriesRow, Terms
from training.diary import Where
from training.forms.planning import USUAL, day_field, time_field

WEEK = [
    (f"{weekday}-{part}", f"{WEEKDAYS[weekday]} {part.label}")
    for weekday in range(SATURDAY + 1)
    for part in HalfDayPart
]
PAIRS = {HalfDayPart.MORNING: "morning", HalfDayPart.AFTERNOON: "afternoon"}


def coded(pattern: Pattern) -> list[str]:
    return [f"{weekday}-{part}" for weekday, part in pattern]


class SeriesForm(CleanTextMixin, forms.Form):
    """Premier jour, motif de la semaine, lieu, intervenant : de quoi placer tous les modules."""

    first_day = day_field("Premier jour")
    pattern = forms.MultipleChoiceField(
        label="Demi-journées de la semaine",
        choices=WEEK,
        widget=forms.CheckboxSelectMultiple,
        help_text="Une ou plusieurs. Le dimanche et les jours fériés sont laissés de côté.",
        error_messages={"required": "Choisissez au moins une demi-journée de la semaine."},
    )
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    remote_link = forms.URLField(label="ou lien à distance", required=False, assume_scheme="https")
    trainer_name = forms.CharField(label="Intervenant", max_length=120, required=False)
    capacity = forms.IntegerField(label="Capacité (places)", min_value=1, max_value=500, required=False)
    modules = forms.MultipleChoiceField(
        label="Modules à placer",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un module à placer."},
    )
    morning_starts_at = time_field("Début du matin")
    morning_ends_at = time_field("Fin du matin")
    afternoon_starts_at = time_field("Début de l'après-midi")
    afternoon_ends_at = time_field("Fin de l'après-midi")

    def __init__(self, *args, cohort, needs: list[Need], **kwargs):
        super().__init__(*args, **kwargs)
        self.cohort, self.needs = cohort, needs
        self.fields["modules"].choices = [(need.title, need.title) for need in needs]
        self.fields["modules"].initial = [need.title for need in needs]
        for part, name in PAIRS.items():
            self.fields[f"{name}_starts_at"].initial, self.fields[f"{name}_ends_at"].initial = USUAL[part]

    def clean_first_day(self) -> date:
        day, cohort = self.cleaned_data["first_day"], self.cohort
        if not cohort.starts_on <= day <= cohort.ends_on:
            raise forms.ValidationError(
                f"Le premier jour doit être dans la cohorte, du {as_day(cohort.starts_on)} au {as_day(cohort.ends_on)}."
            )
        return day

    def clean(self):
        cleaned = super().clean()
        for name in PAIRS.values():
            starts_at, ends_at = cleaned.get(f"{name}_starts_at"), cleaned.get(f"{name}_ends_at")
            if starts_at and ends_at and ends_at <= starts_at:
                self.add_error(f"{name}_ends_at", "La fin doit suivre le début.")
        if not cleaned.get("place") and not cleaned.get("remote_link") and not self.errors.keys() & {"remote_link"}:
            self.add_error("place", "Dites où : un lieu, ou un lien à distance.")
        return cleaned

    def chosen(self) -> list[Need]:
        return [need for need in self.needs if need.title in self.cleaned_data["modules"]]

    def week(self) -> Pattern:
        chosen = [one.split("-") for one in self.cleaned_data["pattern"]]
        return tuple((int(weekday), HalfDayPart(part)) for weekday, part in chosen)

    def hours(self) -> Hours:
        found = self.cleaned_data
        return {part: (found[f"{name}_starts_at"], found[f"{name}_ends_at"]) for part, name in PAIRS.items()}

    def terms(self) -> Terms:
        found = self.cleaned_data
        return Terms(
            trainer_name=found["trainer_name"],
            place=found["place"],
            remote_link=found["remote_link"],
            mode=mode_of(found["place"], found["remote_link"]),
            capacity=found["capacity"],
        )

    def where(self) -> Where:
        return Where(self.cleaned_data["trainer_name"], self.cleaned_data["place"])


def mode_of(place: str, remote_link: str) -> TrainingMode:
    if place and remote_link:
        return TrainingMode.MIXED
    return TrainingMode.REMOTE if remote_link else TrainingMode.ON_SITE


class RowForm(CleanTextMixin, forms.Form):
    """One half-day of the series: moved by its fields."""

    title = forms.CharField(max_length=160, widget=forms.HiddenInput)
    day = day_field()
    starts_at = time_field("Début")
    ends_at = time_field("Fin")

    def clean(self):
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "La fin doit suivre le début.")
        return cleaned

    def row(self) -> SeriesRow:
        found = self.cleaned_data
        slot = Slot(
            day=found["day"],
            part=part_of(found["starts_at"]),
            starts_at=found["starts_at"],
            ends_at=found["ends_at"],
        )
        return SeriesRow(title=found["title"], slot=slot)


class ClosedPeriodForm(CleanTextMixin, forms.Form):
    """Congés de l'organisme, salle fermée… asked for on the page of the series, where it may well stay empty."""

    label = forms.CharField(label="Pourquoi", max_length=120, required=False)
    starts_on = day_field("Du")
    ends_on = day_field("Au")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].required = self.fields["ends_on"].required = False

    def clean(self):
        cleaned = super().clean()
        for name in ("label", "starts_on", "ends_on"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "À remplir pour ajouter une période.")
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "La fin doit suivre le début.")
        return cleaned
