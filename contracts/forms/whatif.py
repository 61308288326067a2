"""Hypotheses of a simulation, in the address: they check shape, and each refusal says what to write."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.clean_text import CleanTextMixin
from contracts.forms.acts import OrderChoice
from contracts.forms.shape import FrenchNumbers
from contracts.models import AidOrder
from contracts.whatif import Hypothesis
from regulations.aid import HIGHEST_HOURS, HIGHEST_RATE
from regulations.deadlines import MOST_MONTHS_BY_EXCEPTION
from regulations.money import french_number

LEAST = Decimal("0.01")
MOST_RISE = Decimal(50)
MOST_RATE = HIGHEST_RATE * 100
FARTHEST_YEARS = 10


class NumberWithUnit(forms.DecimalField):
    """« 2,5 » as well as « 2,5 % » or « 24 h »."""

    def __init__(self, *, unit: str, most: Decimal | int, **kwargs):
        self.unit = unit
        span = f"de {french_number(LEAST)} à {french_number(most)} ({unit})"
        refusal = f"Écrivez un nombre {span}, par exemple {kwargs.pop('example')}."
        super().__init__(required=False, max_digits=7, decimal_places=2, error_messages={"invalid": refusal}, **kwargs)
        # A validator writes its parameters in its message, where a lone « % » would be one.
        said = refusal.replace("%", "%%")
        self.validators += [MinValueValidator(LEAST, said), MaxValueValidator(most, said)]

    def to_python(self, value):
        text = value.strip().removesuffix(self.unit).strip() if isinstance(value, str) else value
        return super().to_python(text)


def typed(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return french_number(value)
    return "on" if value is True else str(value)


class HypothesisForm(CleanTextMixin, FrenchNumbers, forms.Form):
    """Plusieurs hypothèses à la fois ; ce qui reste vide ne change pas."""

    smic = NumberWithUnit(label="Hausse du SMIC (%)", unit="%", most=MOST_RISE, example="2,5")
    smic_du = forms.DateField(label="À partir du", required=False)
    taux = NumberWithUnit(label="Autre taux (%)", unit="%", most=MOST_RATE, example="45")
    heures = NumberWithUnit(label="Autres heures aidées par semaine", unit="h", most=HIGHEST_HOURS, example="24")
    arrete = OrderChoice(
        AidOrder.objects.none(),
        label="Décisions concernées",
        required=False,
        empty_label="toutes les décisions",
    )
    decisions_du = forms.DateField(label="Décisions prises à partir du", required=False)
    mois = forms.IntegerField(
        label="Prolonger de (mois)",
        required=False,
        min_value=1,
        max_value=MOST_MONTHS_BY_EXCEPTION,
        error_messages={
            "invalid": "Écrivez un nombre entier de mois, par exemple 1.",
            "min_value": "Au moins 1 mois.",
            "max_value": f"Au plus {MOST_MONTHS_BY_EXCEPTION} mois (L5134-25-1).",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    arret_du = forms.DateField(label="Plus d'entrée à partir du", required=False)
    renouvellements = forms.BooleanField(label="Ni de renouvellement", required=False)

    # Name in the address → what is supposed.
    SUPPOSED = {
        "smic": "smic_percent",
        "smic_du": "smic_from",
        "taux": "rate",
        "heures": "weekly_hours",
        "arrete": "order",
        "decisions_du": "decided_from",
        "mois": "months",
        "arret_du": "no_entry_from",
        "renouvellements": "no_renewal",
    }

    def __init__(self, *args, orders, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["arrete"].queryset = orders

    @classmethod
    def is_asked(cls, query) -> bool:
        return any(query.get(name) for name in cls.SUPPOSED)

    @classmethod
    def address_of(cls, hypothesis: Hypothesis) -> dict[str, str]:
        """The parameters that ask for this hypothesis again, as one would type them."""
        given = {name: getattr(hypothesis, supposed) for name, supposed in cls.SUPPOSED.items()}
        return {name: typed(value) for name, value in given.items() if value}

    def clean_smic_du(self):
        return self._to_come("smic_du")

    def clean_arret_du(self):
        return self._to_come("arret_du")

    def _to_come(self, name: str) -> date | None:
        day = self.cleaned_data[name]
        first = self.on.replace(day=1)
        if day is not None and day < first:
            raise ValidationError(
                f"Le {day:%d/%m/%Y} est passé : une simulation ne refait pas les mois écoulés. "
                f"Choisissez une date à partir du {first:%d/%m/%Y}."
            )
        if day is not None and day.year > self.on.year + FARTHEST_YEARS:
            raise ValidationError(f"Le {day:%d/%m/%Y} est trop loin : {FARTHEST_YEARS} ans au plus.")
        return day

    def clean(self):
        cleaned = super().clean()
        self._goes_with("smic", "smic_du", "Donnez la hausse du SMIC en %, par exemple 2,5.")
        self._goes_with("smic_du", "smic", "Dites à partir de quel jour le SMIC augmente.")
        asked = any(cleaned.get(name) for name in ("taux", "heures"))
        failed = any(name in self.errors for name in ("taux", "heures"))
        for name in ("arrete", "decisions_du"):
            if cleaned.get(name) and not asked and not failed:
                self.add_error(name, "Donnez aussi l'autre taux ou les autres heures aidées de ces décisions.")
        self._goes_with("arret_du", "renouvellements", "Dites à partir de quel jour il n'y a plus de renouvellement.")
        if not self.errors and self.hypothesis().is_empty:
            raise ValidationError("Donnez au moins une hypothèse : sans elle, rien ne change.")
        return cleaned

    def _goes_with(self, name: str, other: str, message: str) -> None:
        """What is typed in `other` means nothing without `name`."""
        cleaned = self.cleaned_data
        if cleaned.get(other) and not cleaned.get(name) and name not in self.errors:
            self.add_error(name, message)

    def hypothesis(self) -> Hypothesis:
        typed = self.cleaned_data
        given = {field: typed[name] for name, field in self.SUPPOSED.items() if typed.get(name)}
        if "order" in given:
            given["order"] = given["order"].pk
        return Hypothesis(**given)


class ScenarioForm(CleanTextMixin, forms.Form):
    name = forms.CharField(label="Nom", max_length=120, help_text="Par exemple : SMIC + 2 % au 1er janvier.")
