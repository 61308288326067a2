"""The forms of the monthly sheet: they check shape; what it means is checked by the action."""

import re
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.clean_text import CleanTextMixin
from accounts.scans import KINDS, MIB, MOST_BYTES, checked_scan
from regulations.sheets import Mood, SheetWay
from regulations.skills import Level
from regulations.trades import Trade
from tutoring.actions.sheets import SheetFacts
from tutoring.models import Skill
from tutoring.models.sheets import LONGEST_NOTE
from tutoring.sheets import Line, Lines

CENTURIES = range(2000, 2100)
LEVEL_FIELD = re.compile(r"niveau_(\d{1,12})")
LEVELS = ", ".join(level.label for level in Level)


class ShownLine(NamedTuple):
    """Un savoir-faire sur la page : chaque niveau, et celui qui est coché."""

    line: Line
    choices: list[tuple[Level, bool]]


class SheetForm(CleanTextMixin, forms.Form):
    """Cinq gestes ; chaque savoir-faire revient avec le niveau que la page montrait : seul ce qui change est gardé."""

    request_id = forms.CharField(required=False, widget=forms.HiddenInput)
    device_id = forms.RegexField(r"^[A-Za-z0-9-]{1,64}$", required=False, widget=forms.HiddenInput)
    typed_at = forms.CharField(required=False, widget=forms.HiddenInput)
    sent_at = forms.CharField(required=False, widget=forms.HiddenInput)
    absent = forms.BooleanField(required=False, widget=forms.HiddenInput)
    nothing_new = forms.BooleanField(label="Rien de nouveau ce mois-ci", required=False)
    mood = forms.ChoiceField(
        label="Comment cela va ?", choices=Mood.choices(), required=False, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="Une note",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="Facultative. La personne peut la lire. Jamais sa santé ni sa vie privée.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, lines: Lines, trade: Trade | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines, self.trade = lines, trade

    def clean(self):
        found = super().clean()
        found["levels"] = self._changed_levels()
        if not found.get("absent") and "mood" not in self.errors and not found.get("mood"):
            self.add_error("mood", "Touchez « tout va bien », « à suivre » ou « difficulté ».")
        return found

    def _changed_levels(self) -> dict[Skill, Level]:
        """A page kept on a telephone may be of an older version of the grid: its skills are still of that trade."""
        sent = {
            int(match[1]): value for name, value in self.data.items() if (match := LEVEL_FIELD.fullmatch(str(name)))
        }
        moved = {pk: value for pk, value in sent.items() if value != self.data.get(f"etait_{pk}")}
        skills = Skill.objects.filter(block__grid__trade=self.trade).in_bulk(moved) if self.trade else {}
        found = {}
        for pk, value in moved.items():
            if pk not in skills:
                self.add_error(None, "Un savoir-faire envoyé n'est pas dans la grille de ce métier : rechargez.")
            elif value not in list(Level):
                words = skills[pk].words
                self.add_error(None, f"« {words} » : ce niveau n'est pas dans la grille. Choisissez parmi : {LEVELS}.")
            else:
                found[skills[pk]] = Level(value)
        return found

    def clean_request_id(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["request_id"])
        except ValueError:
            return uuid.uuid4()

    def _instant(self, name: str) -> datetime | None:
        """A clock set wrong is kept as it is; what is no instant of our centuries is no time."""
        try:
            told = datetime.fromisoformat(self.cleaned_data[name].replace("Z", "+00:00"))
        except ValueError:
            return None
        return told if timezone.is_aware(told) and told.year in CENTURIES else None

    def clean_typed_at(self) -> datetime | None:
        return self._instant("typed_at")

    def clean_sent_at(self) -> datetime | None:
        return self._instant("sent_at")

    def age(self) -> timedelta:
        """How long the sending waited on the telephone, by its own clock: right even where that clock is wrong."""
        typed, sent = self.cleaned_data.get("typed_at"), self.cleaned_data.get("sent_at")
        return max(sent - typed, timedelta(0)) if typed and sent else timedelta(0)

    def facts(self, *, month: date, observed_on: date) -> SheetFacts:
        found = self.cleaned_data
        absent = found["absent"]
        return SheetFacts(
            request_id=found["request_id"],
            month=month,
            observed_on=observed_on,
            mood="" if absent else found["mood"],
            nothing_new=found["nothing_new"],
            absent_all_month=absent,
            note=found["note"],
            levels=found["levels"],
            device_id=found["device_id"],
            device_at=found["typed_at"],
        )

    @property
    def first_lines(self) -> list["ShownLine"]:
        return [self._shown(line) for line in self.lines.first]

    @property
    def other_lines(self) -> list["ShownLine"]:
        return [self._shown(line) for line in self.lines.others]

    def _shown(self, line: Line) -> "ShownLine":
        """What was touched stays when the page comes back with a fault."""
        chosen = self.data.get(line.name, line.level) if self.is_bound else line.level
        return ShownLine(line, [(level, level == chosen) for level in Level])


class HeldSheetForm(SheetForm):
    """La même fiche, saisie pour le compte du tuteur."""

    absent = forms.BooleanField(label="Absent tout le mois", required=False)
    observed_on = forms.DateField(label="Observé le")
    way = forms.ChoiceField(
        label="D'après quoi",
        choices=[(way.value, way.label) for way in SheetWay if way != SheetWay.LINK],
        widget=forms.RadioSelect,
    )
    scan = forms.FileField(
        label="Fiche papier photographiée",
        required=False,
        help_text=f"Facultative. {', '.join(kind.label for kind in KINDS)}, {MOST_BYTES // MIB} Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ",".join(kind.content_type for kind in KINDS)}),
        error_messages={"empty": "Ce fichier est vide."},
    )

    def clean_scan(self):
        scan = self.cleaned_data.get("scan")
        if not scan:
            return None
        # The name of the file may say more than it should; the kind is enough.
        scan.name = f"fiche.{checked_scan(scan, MOST_BYTES).suffix}"
        return scan

    def held_facts(self, month: date) -> SheetFacts:
        found = self.cleaned_data
        facts = self.facts(month=month, observed_on=found["observed_on"])
        return replace(facts, way=SheetWay(found["way"]), scan=found["scan"])


class AskSheetLinkForm(CleanTextMixin, forms.Form):
    """Une adresse ou un numéro, écrits comme on veut."""

    contact = forms.CharField(
        label="Votre courriel ou votre numéro de portable",
        max_length=254,
        help_text="Par exemple : 06 12 34 56 78.",
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class VoidSheetForm(CleanTextMixin, forms.Form):
    reason = forms.CharField(label="Pourquoi", max_length=200, help_text="Lu par vos collègues dans l'historique.")


def day_of(age: timedelta, now: datetime, month: date) -> date:
    """The day it was filled in; an age that leads before the month comes from a clock that was set meanwhile."""
    day = timezone.localtime(now - age).date() if age < timedelta(days=400) else timezone.localtime(now).date()
    return day if day >= month else timezone.localtime(now).date()


def shown(errors) -> str:
    """All that is refused, in one text for a telephone that sent it from its queue."""
    return " ".join(dict.fromkeys(message for messages in errors.values() for message in messages))


def refusal_in_words(refusal: ValidationError) -> str:
    return " ".join(refusal.messages)
