"""Forms of the employer's month: days of absence as one writes them, the day of the declaration, why it is undone."""

import re
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from accounts.clean_text import CleanTextMixin
from contracts.actions.month import Absence
from contracts.forms.shape import FrenchNumbers
from contracts.month import MonthLine, month_name
from regulations.aid import month_bounds
from regulations.contracts import PayKept
from regulations.periods import ONE_DAY, Period

EXAMPLE = "Écrivez des jours du mois, par exemple 12-16, ou 3, 12-16."
PARTS = re.compile(r"\s*(?:[,;+]|\bet\b)\s*")
RANGE = re.compile(r"(?:du\s+|le\s+)?(?P<first>[\d/.]+(?:er)?)(?:\s*(?:-|–|—|\bau\b|\bà\b)\s*(?P<last>[\d/.]+))?")
FULL_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?")


def read_days(text: str, month: date) -> list[Period]:
    """« 12-16 », « du 12 au 16 », « 3, 12-16 », « 12/10-16/10 » : periods inside the month."""
    periods: list[Period] = []
    for part in PARTS.split(text.strip().lower()):
        found = RANGE.fullmatch(part)
        if found is None:
            raise ValidationError(f"« {part} » : {EXAMPLE}")
        first = _day(found["first"], month, part)
        last = _day(found["last"], month, part) if found["last"] else first
        if last < first:
            raise ValidationError(f"« {part} » : le dernier jour doit suivre le premier.")
        period = Period(first, last)
        if any(period.overlaps(other) for other in periods):
            raise ValidationError(f"« {text.strip()} » : des jours sont écrits deux fois.")
        periods.append(period)
    return sorted(periods, key=lambda one: one.starts_on)


def _day(text: str, month: date, part: str) -> date:
    first, last = month_bounds(month)
    full = FULL_DAY.fullmatch(text)
    number = full[1] if full else text.removesuffix("er")
    if full and (int(full[2]) != month.month or (full[3] and int(full[3]) != month.year)):
        raise ValidationError(f"« {part} » : ce jour n'est pas en {month_name(month)}.")
    if not number.isascii() or not number.isdigit() or len(number) > 2:
        raise ValidationError(f"« {part} » : {EXAMPLE}")
    if not 1 <= int(number) <= last.day:
        raise ValidationError(f"« {part} » : {month_name(month)} va du 1er au {last.day}.")
    return first + (int(number) - 1) * ONE_DAY


class AbsenceForm(CleanTextMixin, FrenchNumbers, forms.Form):
    """Une absence à signaler sur une ligne du mois : des jours et le salaire, jamais le motif."""

    days = forms.CharField(label="Une absence à signaler", required=False, max_length=80)
    pay_kept = forms.ChoiceField(label="Salaire", choices=PayKept.choices(), initial=PayKept.NONE.value, required=False)
    kept_percent = forms.DecimalField(
        label="Part maintenue (%)", required=False, max_digits=5, decimal_places=2, help_text="Par exemple 50 ou 66,5."
    )

    def __init__(self, *args, line: MonthLine, **kwargs):
        super().__init__(*args, prefix=f"l{line.request.pk}", **kwargs)
        self.line = line
        self.fields["days"].widget.attrs |= {"autocomplete": "off", "inputmode": "text"}

    @property
    def pay(self) -> list[forms.BoundField]:
        return [self["pay_kept"], self["kept_percent"]]

    @property
    def is_open(self) -> bool:
        """Whether the part about pay must be seen: something was chosen there, or is wrong."""
        return self.is_bound and any(field.errors or field.data not in ("", None, PayKept.NONE) for field in self.pay)

    def clean_days(self) -> list[Period]:
        text = self.cleaned_data["days"]
        periods = read_days(text, self.line.month) if text else []
        aided = self.line.period
        outside = [one for one in periods if one.starts_on < aided.starts_on or one.ends_on > aided.ends_on]
        if outside:
            raise ValidationError(
                f"« {text} » : pour ce mois, l'aide va du {aided.starts_on:%d/%m/%Y} au {aided.ends_on:%d/%m/%Y}."
            )
        return periods

    def clean_kept_percent(self) -> Decimal | None:
        percent = self.cleaned_data["kept_percent"]
        if percent == 100:
            raise ValidationError("100 % : choisissez « maintenu en totalité ».")
        if percent is not None and not 0 < percent < 100:
            raise ValidationError(f"{self['kept_percent'].data} % : la part maintenue est entre 0 et 100 %.")
        return percent

    def clean(self):
        cleaned = super().clean()
        pay, percent = cleaned.get("pay_kept") or PayKept.NONE, cleaned.get("kept_percent")
        if self.errors:
            return cleaned
        if pay == PayKept.PARTIAL and percent is None:
            self.add_error("kept_percent", "Donnez la part du salaire maintenue, par exemple 50.")
        if pay != PayKept.PARTIAL and percent is not None:
            self.add_error("pay_kept", "Une part se donne avec « maintenu en partie ».")
        if not cleaned.get("days") and (pay != PayKept.NONE or percent is not None):
            self.add_error("days", f"Donnez les jours de cette absence. {EXAMPLE}")
        return cleaned

    def absences(self) -> list[Absence]:
        typed = self.cleaned_data
        pay_kept = PayKept(typed["pay_kept"] or PayKept.NONE)
        return [Absence(period, pay_kept, typed["kept_percent"]) for period in typed["days"]]


class DeclarationForm(CleanTextMixin, forms.Form):
    declared_on = forms.DateField(label="Déclaré sur SYLAé le")


class VoidForm(CleanTextMixin, forms.Form):
    reason = forms.CharField(
        label="Pourquoi", max_length=200, help_text="Le motif reste avec la ligne annulée. Pas de motif médical."
    )
