"""Le tuteur : deux ans d'expérience, volontaire, trois personnes suivies au plus à toute date.

Sources
  R5134-38: tutor among volunteer qualified employees, two years of experience, at most three people at once. H
  R5134-38: exceptionally the employer itself, with the authority's leave. H
  Active volunteer of an association accepted in 2021 (Nouvelle-Aquitaine, Île-de-France). M
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from regulations.enums import LabelledEnum
from regulations.findings import Finding, Strength
from regulations.money import french_number
from regulations.periods import ONE_DAY, Period, busiest

MOST_FOLLOWED = 3  # R5134-38
LEAST_YEARS = 2  # R5134-38


class TutorStatus(LabelledEnum):
    """À quel titre la personne est tutrice."""

    EMPLOYEE = "EMPLOYEE", "salarié de la structure"
    EMPLOYER = "EMPLOYER", "l'employeur lui-même"
    VOLUNTEER = "VOLUNTEER", "bénévole actif de l'association"


def tutor_findings(
    followed: Iterable[Period],
    added: Period,
    *,
    experience_years: Decimal | int | None = None,
    volunteer: bool | None = None,
) -> list[Finding]:
    """Ce que R5134-38 dit d'un tuteur à qui l'on confie une personne de plus ; None veut dire « inconnu »."""
    findings = _load_findings(followed, added)
    if experience_years is not None and experience_years < LEAST_YEARS:
        # Under two years, French keeps the singular: « 0 an », « 1,5 an ».
        years = french_number(experience_years)
        message = f"{years} an d'expérience professionnelle : il en faut au moins {LEAST_YEARS}."
        findings.append(Finding("experience_insuffisante", message, "R5134-38", Strength.QUESTION))
    if volunteer is False:
        message = "Le tuteur est choisi parmi les salariés qualifiés volontaires."
        findings.append(Finding("tuteur_non_volontaire", message, "R5134-38", Strength.QUESTION))
    return findings


def _load_findings(followed: Iterable[Period], added: Period) -> list[Finding]:
    # Only what happens during the added period counts: two tutorships that follow each other are one person.
    together = [clipped for period in followed if (clipped := period.clipped_to(added)) is not None]
    count, on = busiest([*together, added])
    if count <= MOST_FOLLOWED:
        return []
    message = f"Ce tuteur suivrait {count} personnes à la fois à partir du {on:%d/%m/%Y} ; {MOST_FOLLOWED} au plus."
    return [Finding("tuteur_plus_de_trois", message, "R5134-38", Strength.QUESTION)]


def load_steps(followed: Iterable[Period], first: date, last: date) -> list[tuple[Period, int]]:
    """La charge dans le temps : de tel jour à tel jour, tant de personnes ensemble."""
    whole = Period(first, last)
    periods = [clipped for period in followed if (clipped := period.clipped_to(whole)) is not None]
    edges = {first, *(period.starts_on for period in periods)}
    edges |= {period.ends_on + ONE_DAY for period in periods if period.ends_on < last}
    days = sorted(edges)
    steps = [
        (Period(day, after - ONE_DAY), sum(period.covers(day) for period in periods))
        for day, after in zip(days, [*days[1:], last + ONE_DAY], strict=True)
    ]
    # Somebody who leaves the day somebody else arrives changes nothing.
    merged: list[tuple[Period, int]] = []
    for period, count in steps:
        if merged and merged[-1][1] == count:
            merged[-1] = (Period(merged[-1][0].starts_on, period.ends_on), count)
        else:
            merged.append((period, count))
    return merged


def given_minutes(weekly_minutes_of_days: Iterable[int]) -> int:
    """Le temps donné, de tant de minutes par semaine : un septième chaque jour suivi, arrondi une fois."""
    total = Decimal(sum(weekly_minutes_of_days)) / 7
    return int(total.quantize(Decimal(1), ROUND_HALF_UP))
