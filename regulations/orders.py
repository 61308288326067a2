"""Les arrêtés préfectoraux : trouver les lignes possibles, ne jamais deviner un taux.

Sources
  Rates, hours and lengths are set by each regional prefect's order: L5134-30, R5134-42 and regional orders. H
  No order entered for the region, the public and the date: no amount at all (decision b). P
  The rate of a contract is chosen and confirmed by a person among the rows in force. P
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from regulations.deadlines import end_of
from regulations.findings import Finding, Strength
from regulations.money import french_number
from regulations.periods import Period

SOURCE = "L5134-30"


class OrderRow(Protocol):
    """What is read of an order: a dated row of the house has these columns."""

    @property
    def region(self) -> str: ...
    @property
    def public(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


class HoursBand(Protocol):
    @property
    def weekly_hours_min(self) -> Decimal | None: ...
    @property
    def weekly_hours_max(self) -> Decimal | None: ...


Order = TypeVar("Order", bound=OrderRow)


def is_in_force(order: OrderRow, day: date) -> bool:
    """Both days are in; no last day means that the order still holds."""
    return order.valid_from <= day and (order.valid_to is None or day <= order.valid_to)


def matching(orders: Iterable[Order], *, region: str, day: date, public: str | None = None) -> list[Order]:
    """The candidates, newest first. Without a public, all those of the region and the day: a person chooses."""
    found = [
        order
        for order in orders
        if order.region == region and is_in_force(order, day) and (public is None or order.public == public)
    ]
    return sorted(found, key=lambda order: order.valid_from, reverse=True)


def missing_order_finding(orders: Iterable[OrderRow], *, region: str, public: str, day: date) -> Finding | None:
    """None when at least one order applies; otherwise one sentence that says which of the three is missing."""
    orders = list(orders)
    if matching(orders, region=region, public=public, day=day):
        return None
    of_region = [order for order in orders if order.region == region]
    if not of_region:
        missing = f"aucun pour la région {region}" if region else "la région n'est pas connue"
    elif not any(order.public == public for order in of_region):
        missing = f"aucun pour le public « {public} » en région {region}"
    else:
        missing = f"aucun ne couvre le {day:%d/%m/%Y} pour le public « {public} » en région {region}"
    message = f"Aucun arrêté saisi : {missing}. Aucun montant n'est calculé tant qu'il manque."
    return Finding("aucun_arrete", message, SOURCE, Strength.WARNING)


def hours_band_findings(order: HoursBand, subsidised_hours: Decimal) -> list[Finding]:
    """Heures aidées hors de la fourchette de l'arrêté : un avertissement, jamais un refus."""
    low, high = order.weekly_hours_min, order.weekly_hours_max
    if (low is None or subsidised_hours >= low) and (high is None or subsidised_hours <= high):
        return []
    limits = []
    if low is not None:
        limits.append(f"au moins {french_number(low)} h")
    if high is not None:
        limits.append(f"au plus {french_number(high)} h")
    message = f"Heures aidées : {french_number(subsidised_hours)} par semaine ; l'arrêté dit {' et '.join(limits)}."
    return [Finding("heures_hors_arrete", message, SOURCE, Strength.WARNING)]


class LengthBand(Protocol):
    @property
    def initial_months_min(self) -> int | None: ...
    @property
    def initial_months_max(self) -> int | None: ...
    @property
    def renewal_months_min(self) -> int | None: ...
    @property
    def renewal_months_max(self) -> int | None: ...


def length_band_findings(order: LengthBand, aided: Period, *, is_renewal: bool) -> list[Finding]:
    """Durée accordée hors de celle de l'arrêté, initiale ou de renouvellement : un avertissement."""
    if aided.ends_on is None:
        return []
    if is_renewal:
        low, high = order.renewal_months_min, order.renewal_months_max
    else:
        low, high = order.initial_months_min, order.initial_months_max
    too_short = low is not None and aided.ends_on < end_of(aided.starts_on, low)
    too_long = high is not None and aided.ends_on > end_of(aided.starts_on, high)
    if not (too_short or too_long):
        return []
    what = "un renouvellement" if is_renewal else "une durée initiale"
    message = (
        f"L'aide irait du {aided.starts_on:%d/%m/%Y} au {aided.ends_on:%d/%m/%Y} ; "
        f"l'arrêté donne à {what} {months_band(low, high)}."
    )
    return [Finding("duree_hors_arrete", message, SOURCE, Strength.WARNING)]


def months_band(low: int | None, high: int | None) -> str:
    """« 6 à 12 mois », « 9 mois au moins », or nothing when the order says nothing."""
    if low and high:
        return f"{low} mois" if low == high else f"{low} à {high} mois"
    return f"{low} mois au moins" if low else f"{high} mois au plus" if high else ""
