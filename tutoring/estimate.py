"""Ce que l'aide serait, arrêté par arrêté, pendant que le formulaire se remplit. Rien n'est enregistré ni deviné."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms

from contracts.expected import INDICATIVE, read_inputs
from contracts.models import AidOrder
from employers.models import Establishment
from regulations.aid import formula
from regulations.contracts import ContractKind
from regulations.deadlines import USUAL_MONTHS, end_of
from regulations.orders import matching
from regulations.regions import region_of


class QuestionForm(forms.Form):
    """The few facts an estimate needs; what is not readable yet is simply not known yet."""

    establishment = forms.ModelChoiceField(Establishment.objects.none(), required=False)
    kind = forms.ChoiceField(choices=ContractKind.choices(), required=False)
    starts_on = forms.DateField(required=False)
    weekly_hours = forms.DecimalField(max_digits=5, decimal_places=2, min_value=0, required=False, localize=True)


@dataclass(frozen=True)
class Candidate:
    order: AidOrder
    weekly_hours: Decimal
    formula: str


@dataclass(frozen=True)
class Estimate:
    starts_on: date | None = None
    ends_on: date | None = None
    region: str = ""
    is_pec: bool = False
    candidates: tuple[Candidate, ...] = ()
    missing: str = ""
    indicative: str = INDICATIVE

    @classmethod
    def read(cls, query, establishments) -> "Estimate":
        form = QuestionForm(query)
        form.fields["establishment"].queryset = establishments
        form.is_valid()
        known = form.cleaned_data
        starts_on, site, hours = (known.get(name) for name in ("starts_on", "establishment", "weekly_hours"))
        kind = ContractKind(known.get("kind") or ContractKind.CDD_PEC)
        ends_on = end_of(starts_on, USUAL_MONTHS) if starts_on and not kind.is_open_ended else None
        if not (kind.is_pec and starts_on and site and hours):
            return cls(starts_on, ends_on, is_pec=kind.is_pec)
        inputs = read_inputs()
        region = region_of(site.postcode)
        smic = inputs.hourly(site.postcode, starts_on.replace(day=1))
        orders = matching(inputs.orders, region=region, day=starts_on)
        missing = missing_words(region, starts_on, orders, smic)
        found = () if missing else tuple(_candidate(order, hours, smic) for order in orders)
        return cls(starts_on, ends_on, region, True, found, missing)


def missing_words(region: str, day: date, orders: list[AidOrder], smic) -> str:
    if not region:
        return "Aucun montant : le code postal de l'établissement n'est pas connu, donc sa région non plus."
    if not orders:
        return f"Aucun arrêté saisi et confirmé pour la région {region} au {day:%d/%m/%Y} : aucun montant."
    return "" if smic else "Aucun SMIC saisi pour ce mois : aucun montant."


def _candidate(order: AidOrder, hours: Decimal, smic) -> Candidate:
    aided = min(hours, order.weekly_hours_max or hours)
    return Candidate(order, aided, formula(smic.hourly_gross, order.rate / 100, aided))
