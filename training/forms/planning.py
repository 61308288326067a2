"""Modules, sessions and half-days: these forms check shape, the actions check meaning."""

from datetime import date, time

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.clean_text import CleanTextMixin
from regulations.training import HalfDayPart, TrainingMode
from training.actions import Slot

# Usual hours of the half-days, proposed and never imposed.
USUAL = {
    HalfDayPart.MORNING: (time(9), time(12, 30)),
    HalfDayPart.AFTERNOON: (time(13, 30), time(17)),
}


def day_field(label="Jour"):
    said = "Choisissez un jour entre 2000 et 2100."
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=DAY_FORMATS,
        validators=[MinValueValidator(date(2000, 1, 1), said), MaxValueValidator(date(2100, 12, 31), said)],
    )


DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


def time_field(label):
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class SlotForm(CleanTextMixin, forms.Form):
    """One half-day; `reason` answers the question that a holiday or a day outside the cohort raises."""

    day = day_field()
    part = forms.ChoiceField(label="Demi-journée", choices=HalfDayPart.choices())
    starts_at = time_field("Début")
    ends_at = time_field("Fin")
    reason = forms.CharField(
        label="Raison, si le jour sort de l'ordinaire",
        help_text="Jour férié, dimanche, hors des dates de la cohorte : dites pourquoi.",
        required=False,
        max_length=200,
    )

    def slot(self) -> Slot:
        found = self.cleaned_data
        return Slot(
            day=found["day"],
            part=HalfDayPart(found["part"]),
            starts_at=found["starts_at"],
            ends_at=found["ends_at"],
        )

    def accepted(self) -> dict[str, str]:
        return reasons(self.cleaned_data["reason"])


def reasons(text: str) -> dict[str, str]:
    return dict.fromkeys(("jour_ferie", "dimanche", "hors_dates_cohorte"), text) if text.strip() else {}


class PlanSessionForm(CleanTextMixin, forms.Form):
    """A session of one day: morning, afternoon or both, at the usual hours unless told otherwise."""

    module = forms.ChoiceField(label="Module")
    day = day_field()
    parts = forms.MultipleChoiceField(
        label="Demi-journées",
        choices=HalfDayPart.choices(),
        initial=[HalfDayPart.MORNING.value, HalfDayPart.AFTERNOON.value],
        widget=forms.CheckboxSelectMultiple,
    )
    morning_starts_at = time_field("Début du matin")
    morning_ends_at = time_field("Fin du matin")
    afternoon_starts_at = time_field("Début de l'après-midi")
    afternoon_ends_at = time_field("Fin de l'après-midi")
    trainer_name = forms.CharField(label="Intervenant", max_length=120, required=False)
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    remote_link = forms.URLField(label="Lien à distance", required=False, assume_scheme="https")
    mode = forms.ChoiceField(label="Modalité", choices=TrainingMode.choices())
    reason = SlotForm.base_fields["reason"]

    def __init__(self, *args, modules, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = [("", "choisir un module"), *((title, title) for title in modules)]
        for part, name in ((HalfDayPart.MORNING, "morning"), (HalfDayPart.AFTERNOON, "afternoon")):
            starts_at, ends_at = USUAL[part]
            self.fields[f"{name}_starts_at"].initial = starts_at
            self.fields[f"{name}_ends_at"].initial = ends_at

    def slots(self) -> list[Slot]:
        found = self.cleaned_data
        return [
            Slot(
                day=found["day"],
                part=HalfDayPart(part),
                starts_at=found[f"{part.lower()}_starts_at"],
                ends_at=found[f"{part.lower()}_ends_at"],
            )
            for part in found["parts"]
        ]

    def accepted(self) -> dict[str, str]:
        return reasons(self.cleaned_data["reason"])


class SessionForm(CleanTextMixin, forms.Form):
    trainer_name = forms.CharField(label="Intervenant", max_length=120, required=False)
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    remote_link = forms.URLField(label="Lien à distance", required=False, assume_scheme="https")
    mode = forms.ChoiceField(label="Modalité", choices=TrainingMode.choices())
    capacity = forms.IntegerField(label="Capacité", min_value=1, max_value=500, required=False)


class ModuleForm(CleanTextMixin, forms.Form):
    title = forms.CharField(label="Module", max_length=160)
    hours = forms.DecimalField(
        label="Heures prévues",
        min_value=0,
        max_value=500,
        max_digits=5,
        decimal_places=2,
        required=False,
        localize=True,
    )

    def minutes(self) -> int:
        return int((self.cleaned_data["hours"] or 0) * 60)
