"""Les sorties : situations, classes de sortie, taux « n sur N » où l'inconnu reste au dénominateur.

Sources
  Lasting, transitional and positive exits: help of the IAE community, RAP 2023 of programme 102, Dares. H
  Exits taken out of the calculation: rule of the IAE. M
  Undocumented exits kept in the denominator: design review read as an inspector's view. M
  No percentage alone below ten people: choice of the programme. P
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from regulations.enums import LabelledEnum
from regulations.money import NO_BREAK_SPACE, french_number


class ExitSituation(LabelledEnum):
    """Situation à la sortie, puis à trois et six mois."""

    CDI = "CDI", "CDI"
    CDD_6_PLUS = "CDD_6_PLUS", "CDD de 6 mois ou plus"
    INTERIM_6_PLUS = "INTERIM_6_PLUS", "intérim de 6 mois ou plus"
    TITULARISATION = "TITULARISATION", "titularisation ou stage de fonctionnaire"
    CREATION = "CREATION", "création d'entreprise"
    CDD_MOINS_6 = "CDD_MOINS_6", "CDD de moins de 6 mois"
    INTERIM_MOINS_6 = "INTERIM_MOINS_6", "intérim de moins de 6 mois"
    CONTRAT_AIDE = "CONTRAT_AIDE", "contrat aidé"
    FORMATION_QUALIFIANTE = "FORMATION_QUALIFIANTE", "formation qualifiante"
    PREQUALIFIANTE = "PREQUALIFIANTE", "formation préqualifiante"
    IAE = "IAE", "autre structure d'insertion"
    CHOMAGE = "CHOMAGE", "demandeur d'emploi"
    INACTIVITE = "INACTIVITE", "inactivité"
    AUTRE = "AUTRE", "autre"
    RETIREE = "RETIREE", "retirée du calcul"
    INCONNUE = "INCONNUE", "inconnue après recherche"
    INJOIGNABLE = "INJOIGNABLE", "injoignable"


class ExitClass(LabelledEnum):
    LASTING = "LASTING", "emploi durable"
    TRANSITION = "TRANSITION", "emploi de transition"
    POSITIVE = "POSITIVE", "sortie positive"
    OTHER = "OTHER", "autre sortie"
    UNDOCUMENTED = "UNDOCUMENTED", "sortie non documentée"
    WITHDRAWN = "WITHDRAWN", "sortie retirée du calcul"


class FollowUp(LabelledEnum):
    """Moment du relevé."""

    AT_EXIT = "AT_EXIT", "à la sortie"
    AT_3_MONTHS = "AT_3_MONTHS", "à 3 mois"
    AT_6_MONTHS = "AT_6_MONTHS", "à 6 mois"

    @property
    def months(self) -> int:
        """After the last day of the contract."""
        return _MONTHS_AFTER[self]

    @property
    def situations(self) -> tuple[ExitSituation, ...]:
        """« Injoignable » is said of somebody looked for later, never on the day she leaves."""
        if self is FollowUp.AT_EXIT:
            return tuple(one for one in ExitSituation if one is not ExitSituation.INJOIGNABLE)
        return tuple(ExitSituation)


_MONTHS_AFTER = {FollowUp.AT_EXIT: 0, FollowUp.AT_3_MONTHS: 3, FollowUp.AT_6_MONTHS: 6}


# Default classes; a CDD or an assignment of exactly six months counts as lasting (RAP 2023).
EXIT_CLASSES: Mapping[ExitSituation, ExitClass] = MappingProxyType(
    {
        ExitSituation.CDI: ExitClass.LASTING,
        ExitSituation.CDD_6_PLUS: ExitClass.LASTING,
        ExitSituation.INTERIM_6_PLUS: ExitClass.LASTING,
        ExitSituation.TITULARISATION: ExitClass.LASTING,
        ExitSituation.CREATION: ExitClass.LASTING,
        ExitSituation.CDD_MOINS_6: ExitClass.TRANSITION,
        ExitSituation.INTERIM_MOINS_6: ExitClass.TRANSITION,
        ExitSituation.CONTRAT_AIDE: ExitClass.TRANSITION,
        ExitSituation.FORMATION_QUALIFIANTE: ExitClass.POSITIVE,
        ExitSituation.PREQUALIFIANTE: ExitClass.POSITIVE,
        ExitSituation.IAE: ExitClass.POSITIVE,
        ExitSituation.CHOMAGE: ExitClass.OTHER,
        ExitSituation.INACTIVITE: ExitClass.OTHER,
        ExitSituation.AUTRE: ExitClass.OTHER,
        ExitSituation.RETIREE: ExitClass.WITHDRAWN,
        ExitSituation.INCONNUE: ExitClass.UNDOCUMENTED,
        ExitSituation.INJOIGNABLE: ExitClass.UNDOCUMENTED,
    }
)

# Sortie dynamique: the sum of the three.
DYNAMIC: frozenset[ExitClass] = frozenset({ExitClass.LASTING, ExitClass.TRANSITION, ExitClass.POSITIVE})

# Entrées en formation, parmi les sorties positives.
IN_TRAINING: frozenset[ExitSituation] = frozenset({ExitSituation.FORMATION_QUALIFIANTE, ExitSituation.PREQUALIFIANTE})

FEWEST_FOR_PERCENT = 10  # P: no percentage alone below ten people


class DdetsExit(LabelledEnum):
    """Liste des situations de sortie d'un suivi de DDETS."""

    LASTING = "LASTING", "Emploi durable"
    TRANSITION = "TRANSITION", "Emploi de transition"
    POSITIVE = "POSITIVE", "Formation / sortie positive"
    JOBSEEKER = "JOBSEEKER", "Demandeur d'emploi"
    OTHER = "OTHER", "Autre"
    UNKNOWN = "UNKNOWN", "Inconnue"


_DDETS_BY_CLASS: Mapping[ExitClass, DdetsExit] = MappingProxyType(
    {
        ExitClass.LASTING: DdetsExit.LASTING,
        ExitClass.TRANSITION: DdetsExit.TRANSITION,
        ExitClass.POSITIVE: DdetsExit.POSITIVE,
        ExitClass.OTHER: DdetsExit.OTHER,
        ExitClass.WITHDRAWN: DdetsExit.OTHER,
        ExitClass.UNDOCUMENTED: DdetsExit.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Rate:
    """Un taux s'écrit « n sur N » ; seul, un pourcentage ne dit rien d'un petit groupe."""

    count: int
    total: int

    @property
    def words(self) -> str:
        return f"{self.count} sur {self.total}"

    @property
    def sentence(self) -> str:
        """« 7 sur 19 (36,8 %) »; below ten people, « 4 sur 7 » alone."""
        percent = self.percent
        return self.words if percent is None else f"{self.words} ({french_number(percent)}{NO_BREAK_SPACE}%)"

    @property
    def percent(self) -> Decimal | None:
        """None below ten people, and when there is nobody."""
        if self.total < FEWEST_FOR_PERCENT:
            return None
        return (Decimal(100) * self.count / self.total).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def exit_class(situation: ExitSituation | None, classes: Mapping[ExitSituation, ExitClass] = EXIT_CLASSES) -> ExitClass:
    """An exit whose situation was never recorded is undocumented, not a failure."""
    return ExitClass.UNDOCUMENTED if situation is None else classes[situation]


def ddets_exit(situation: ExitSituation) -> DdetsExit:
    if situation is ExitSituation.CHOMAGE:
        return DdetsExit.JOBSEEKER
    return _DDETS_BY_CLASS[EXIT_CLASSES[situation]]


def exit_rates(
    situations: Iterable[ExitSituation | None], classes: Mapping[ExitSituation, ExitClass] = EXIT_CLASSES
) -> dict[ExitClass, Rate]:
    """Every class over all exits of the period: undocumented ones stay in the total, withdrawn ones leave it."""
    counts = Counter(exit_class(situation, classes) for situation in situations)
    total = counts.total() - counts[ExitClass.WITHDRAWN]
    return {one: Rate(counts[one], total) for one in ExitClass if one is not ExitClass.WITHDRAWN}


def dynamic_rate(rates: Mapping[ExitClass, Rate]) -> Rate:
    total = next((rate.total for rate in rates.values()), 0)
    return Rate(sum(rate.count for one, rate in rates.items() if one in DYNAMIC), total)


def exits_sentence(rates: Mapping[ExitClass, Rate]) -> str:
    """« 7 sorties dynamiques sur 19, dont 3 durables ; 4 sorties non documentées, comptées dans les 19 »."""
    dynamic, lasting, unknown = dynamic_rate(rates), rates[ExitClass.LASTING], rates[ExitClass.UNDOCUMENTED].count
    said = (
        f"{dynamic.count} {_plural('sortie dynamique', dynamic.count)} sur {dynamic.total}, "
        f"dont {lasting.count} {_plural('durable', lasting.count)}"
    )
    if not unknown:
        return said
    words = "sortie non documentée, comptée" if unknown == 1 else "sorties non documentées, comptées"
    return f"{said} ; {unknown} {words} dans le total"


def _plural(words: str, count: int) -> str:
    return words if count < 2 else " ".join(f"{word}s" for word in words.split())
