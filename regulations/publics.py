"""Les publics des arrêtés : lesquels sont plausibles pour une personne, et pourquoi. Une personne choisit.

Sources
  Rates vary with the person's difficulties, the orders name publics: L5134-30. H
  Publics and their words: regional orders of 2018 to 2025, `contracts/reference`. H
  Youth: under 26, or under 31 with disability recognition, orders of 2020 to 2022. H
  « Éloigné de l'emploi » is the prescriber's diagnosis: long registration and benefits only make it plausible. P
Nothing here says that somebody has a right: it shows why a line of an order may be hers, and what is not known yet.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from regulations.enums import LabelledEnum
from regulations.people import BenefitKind, Checked, EducationLevel, RegistrationLength

YOUNG_AGE = 26  # under it, orders of 2020 to 2022
YOUNG_DISABLED_AGE = 31  # under it with disability recognition, same orders
SENIOR_AGE = 50  # or over
FEW_STUDIES = frozenset({EducationLevel.LEVEL_2, EducationLevel.LEVEL_3})  # no certificate, or a CAP
SHORT = frozenset({RegistrationLength.NOT_REGISTERED, RegistrationLength.UNDER_6})


class PublicKind(LabelledEnum):
    """Public d'un arrêté, codé pour être comparé aux faits connus d'une personne."""

    GENERAL = "GENERAL", "tous publics, ou cas général"
    QPV = "QPV", "résident d'un QPV"
    QPV_OR_FRR = "QPV_OR_FRR", "résident d'un QPV ou d'une zone rurale (FRR, ex-ZRR)"
    YOUNG = "YOUNG", "moins de 26 ans, ou travailleur handicapé de moins de 31 ans"
    YOUNG_QPV = "YOUNG_QPV", "jeune résident d'un QPV"
    SENIOR = "SENIOR", "50 ans ou plus"
    BOETH = "BOETH", "bénéficiaire de l'obligation d'emploi"
    BOETH_FROM_31 = "BOETH_FROM_31", "travailleur handicapé de 31 ans ou plus"
    RSA = "RSA", "bénéficiaire du RSA"
    RSA_OR_BOETH = "RSA_OR_BOETH", "bénéficiaire du RSA, ou de l'obligation d'emploi"
    MINIMUM_INCOME = "MINIMUM_INCOME", "bénéficiaire d'un minimum social (RSA, ASS, AAH)"
    LONG_TERM = "LONG_TERM", "demandeur d'emploi de longue durée"
    FEW_STUDIES = "FEW_STUDIES", "sans diplôme ou de niveau CAP, inscrit depuis six mois"
    RSA_BOETH_SENIOR = "RSA_BOETH_SENIOR", "RSA, obligation d'emploi, ou 50 ans et plus"
    FAR_FROM_WORK = "FAR_FROM_WORK", "éloigné de l'emploi (apprécié par le prescripteur)"
    OTHER = "OTHER", "autre critère : poste, contrat, secteur"


class Likelihood(LabelledEnum):
    """Ce que les faits connus disent d'un public, du plus utile à lire au moins utile."""

    LIKELY = "LIKELY", "plausible"
    TO_CHECK = "TO_CHECK", "à vérifier"
    OPEN = "OPEN", "ouvert à tous"
    TO_READ = "TO_READ", "à lire dans l'arrêté"
    PROTECTED = "PROTECTED", "faits protégés"
    UNLIKELY = "UNLIKELY", "peu plausible"


PROTECTED_FACTS = "faits protégés : la référente de la cohorte peut les lire"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Ce que l'on sait d'une personne le jour de la décision ; None et « non vérifié » veulent dire inconnu."""

    age: int | None = None
    priority_district: Checked = Checked.NOT_CHECKED
    rural_zone: Checked = Checked.NOT_CHECKED
    boeth: Checked = Checked.NOT_CHECKED
    benefit: BenefitKind | None = None
    registration: RegistrationLength | None = None
    education: EducationLevel | None = None


Said = tuple[Checked, str]
Test = Callable[[PersonFacts], Said]


def _checked(answer: Checked, yes: str, no: str, unknown: str) -> Said:
    return answer, {Checked.YES: yes, Checked.NO: no}.get(answer, unknown)


def _yes_no(holds: bool, words: str) -> Said:
    return (Checked.YES if holds else Checked.NO), words


def _in_priority_district(facts: PersonFacts) -> Said:
    words = ("réside en QPV", "ne réside pas en QPV", "résidence en QPV non vérifiée")
    return _checked(facts.priority_district, *words)


def _in_rural_zone(facts: PersonFacts) -> Said:
    words = ("réside en zone FRR", "ne réside pas en zone FRR", "résidence en zone FRR non vérifiée")
    return _checked(facts.rural_zone, *words)


def _boeth(facts: PersonFacts) -> Said:
    yes, no = "bénéficiaire de l'obligation d'emploi", "pas d'obligation d'emploi"
    return _checked(facts.boeth, yes, no, "obligation d'emploi non vérifiée")


def _age(holds: Callable[[int], bool]) -> Test:
    def test(facts: PersonFacts) -> Said:
        if facts.age is None:
            return Checked.NOT_CHECKED, "âge inconnu"
        return _yes_no(holds(facts.age), f"{facts.age} ans")

    return test


def _benefit(*kinds: BenefitKind) -> Test:
    wanted = ", ".join(kind.label for kind in kinds)

    def test(facts: PersonFacts) -> Said:
        if facts.benefit is None:
            return Checked.NOT_CHECKED, f"minimum social inconnu ({wanted})"
        none = facts.benefit is BenefitKind.NONE
        return _yes_no(facts.benefit in kinds, "aucun minimum social" if none else f"touche : {facts.benefit.label}")

    return test


def _few_studies(facts: PersonFacts) -> Said:
    if facts.education is None:
        return Checked.NOT_CHECKED, "niveau de formation inconnu"
    return _yes_no(facts.education in FEW_STUDIES, f"niveau {facts.education.label}")


def _registered_six_months(facts: PersonFacts) -> Said:
    if facts.registration is None:
        return Checked.NOT_CHECKED, "durée d'inscription inconnue"
    return _yes_no(facts.registration not in SHORT, f"inscription : {facts.registration.label}")


def _long_term(facts: PersonFacts) -> Said:
    if facts.registration is None:
        return Checked.NOT_CHECKED, "durée d'inscription inconnue"
    return _yes_no(facts.registration.is_long_term, f"inscription : {facts.registration.label}")


_YOUNG = _age(lambda age: age < YOUNG_AGE)
_YOUNG_DISABLED = _age(lambda age: age < YOUNG_DISABLED_AGE)
_NO_LONGER_YOUNG = _age(lambda age: age >= YOUNG_DISABLED_AGE)
_SENIOR = _age(lambda age: age >= SENIOR_AGE)
_RSA = _benefit(BenefitKind.RSA)
_MINIMUM = _benefit(BenefitKind.RSA, BenefitKind.ASS, BenefitKind.AAH)

# For each public, any line whose tests all hold.
TESTS: Mapping[PublicKind, tuple[tuple[Test, ...], ...]] = MappingProxyType(
    {
        PublicKind.QPV: ((_in_priority_district,),),
        PublicKind.QPV_OR_FRR: ((_in_priority_district,), (_in_rural_zone,)),
        PublicKind.YOUNG: ((_YOUNG,), (_YOUNG_DISABLED, _boeth)),
        PublicKind.YOUNG_QPV: ((_YOUNG, _in_priority_district), (_YOUNG_DISABLED, _boeth, _in_priority_district)),
        PublicKind.SENIOR: ((_SENIOR,),),
        PublicKind.BOETH: ((_boeth,),),
        PublicKind.BOETH_FROM_31: ((_NO_LONGER_YOUNG, _boeth),),
        PublicKind.RSA: ((_RSA,),),
        PublicKind.RSA_OR_BOETH: ((_RSA,), (_boeth,)),
        PublicKind.FEW_STUDIES: ((_few_studies, _registered_six_months),),
        PublicKind.MINIMUM_INCOME: ((_MINIMUM,),),
        PublicKind.LONG_TERM: ((_long_term,),),
        PublicKind.RSA_BOETH_SENIOR: ((_RSA,), (_boeth,), (_SENIOR,)),
        PublicKind.FAR_FROM_WORK: ((_long_term,), (_MINIMUM,), (_boeth,)),
    }
)


class CodedOrder(Protocol):
    @property
    def public_kind(self) -> str: ...


Order = TypeVar("Order", bound=CodedOrder)


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Order]):
    """Un arrêté possible, et ce qui le rend plausible ou non."""

    order: Order
    likelihood: Likelihood
    reasons: tuple[str, ...]


def plausible_publics(orders: Iterable[Order], facts: PersonFacts | None) -> list[Candidate[Order]]:
    """Every order with its reasons, the most plausible first; without the facts, nothing protected is said."""
    found = [Candidate(order, *_of(order.public_kind, facts)) for order in orders]
    ranks = list(Likelihood)
    return sorted(found, key=lambda one: ranks.index(one.likelihood))


def _of(code: str, facts: PersonFacts | None) -> tuple[Likelihood, tuple[str, ...]]:
    kind = PublicKind(code) if code else PublicKind.OTHER
    if kind is PublicKind.GENERAL:
        return Likelihood.OPEN, ("aucune condition sur la personne",)
    if kind not in TESTS:
        return Likelihood.TO_READ, ("le critère ne se lit pas dans les faits de la personne",)
    if facts is None:
        return Likelihood.PROTECTED, (PROTECTED_FACTS,)
    lines = [[test(facts) for test in line] for line in TESTS[kind]]
    held = [line for line in lines if all(answer is Checked.YES for answer, _ in line)]
    if held:
        return Likelihood.LIKELY, _words(held, Checked.YES)
    open_lines = [line for line in lines if all(answer is not Checked.NO for answer, _ in line)]
    if open_lines:
        return Likelihood.TO_CHECK, _words(open_lines, Checked.NOT_CHECKED)
    return Likelihood.UNLIKELY, _words(lines, Checked.NO)


def _words(lines: Iterable[list[Said]], wanted: Checked) -> tuple[str, ...]:
    """Each reason once, in the order of the table."""
    return tuple(dict.fromkeys(words for line in lines for answer, words in line if answer is wanted))
