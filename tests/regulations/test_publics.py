"""Which publics of the orders are plausible for a person, and why."""

from dataclasses import dataclass

import pytest

from regulations.people import BenefitKind, Checked, EducationLevel, RegistrationLength
from regulations.publics import (
    PROTECTED_FACTS,
    TESTS,
    Likelihood,
    PersonFacts,
    PublicKind,
    plausible_publics,
)

L, K = Likelihood, PublicKind
YES, NO = Checked.YES, Checked.NO


@dataclass(frozen=True)
class Order:
    public_kind: str


def judged(kind, **facts):
    (found,) = plausible_publics([Order(str(kind))], PersonFacts(**facts))
    return found.likelihood, found.reasons


@pytest.mark.parametrize(
    "kind, facts, likelihood, reason",
    [
        pytest.param(K.QPV, {"priority_district": YES}, L.LIKELY, "réside en QPV", id="QPV"),
        pytest.param(K.QPV, {}, L.TO_CHECK, "résidence en QPV non vérifiée", id="QPV not checked"),
        pytest.param(K.QPV, {"priority_district": NO}, L.UNLIKELY, "ne réside pas en QPV", id="not in a QPV"),
        pytest.param(
            K.QPV_OR_FRR,
            {"priority_district": NO, "rural_zone": YES},
            L.LIKELY,
            "réside en zone FRR",
            id="either zone will do",
        ),
        pytest.param(K.YOUNG, {"age": 25}, L.LIKELY, "25 ans", id="arrêté NA 2021: under 26"),
        pytest.param(K.YOUNG, {"age": 26, "boeth": NO}, L.UNLIKELY, "26 ans", id="26 and no recognition"),
        pytest.param(K.YOUNG, {"age": 30, "boeth": YES}, L.LIKELY, "30 ans", id="arrêté NA 2021: 30 and disabled"),
        pytest.param(K.YOUNG, {"age": 31, "boeth": YES}, L.UNLIKELY, "31 ans", id="31 and disabled"),
        pytest.param(K.BOETH_FROM_31, {"age": 31, "boeth": YES}, L.LIKELY, "31 ans", id="arrêté NA: from 31"),
        pytest.param(K.YOUNG_QPV, {"age": 22}, L.TO_CHECK, "résidence en QPV non vérifiée", id="young, zone unknown"),
        pytest.param(K.SENIOR, {"age": 50}, L.LIKELY, "50 ans", id="50 that day"),
        pytest.param(K.SENIOR, {"age": None}, L.TO_CHECK, "âge inconnu", id="age unknown"),
        pytest.param(K.RSA, {"benefit": BenefitKind.RSA}, L.LIKELY, "touche : RSA", id="RSA"),
        pytest.param(K.RSA, {"benefit": BenefitKind.NONE}, L.UNLIKELY, "aucun minimum social", id="no benefit"),
        pytest.param(K.MINIMUM_INCOME, {"benefit": BenefitKind.AAH}, L.LIKELY, "touche : AAH", id="AAH"),
        pytest.param(
            K.LONG_TERM,
            {"registration": RegistrationLength.FROM_12_TO_23},
            L.LIKELY,
            "inscription : 12 à 23 mois",
            id="twelve months",
        ),
        pytest.param(K.RSA_BOETH_SENIOR, {"age": 54}, L.LIKELY, "54 ans", id="arrêté HdF: any of the three"),
        pytest.param(
            K.RSA_OR_BOETH, {"benefit": BenefitKind.NONE, "boeth": YES}, L.LIKELY, "bénéficiaire", id="either"
        ),
        pytest.param(
            K.FEW_STUDIES,
            {"education": EducationLevel.LEVEL_3, "registration": RegistrationLength.FROM_6_TO_11},
            L.LIKELY,
            "niveau 3",
            id="a CAP, registered for six months",
        ),
        pytest.param(
            K.FEW_STUDIES,
            {"education": EducationLevel.LEVEL_3, "registration": RegistrationLength.UNDER_6},
            L.UNLIKELY,
            "inscription : moins de 6 mois",
            id="a CAP, registered for less",
        ),
        pytest.param(K.FEW_STUDIES, {}, L.TO_CHECK, "niveau de formation inconnu", id="level unknown"),
        pytest.param(K.GENERAL, {}, L.OPEN, "aucune condition sur la personne", id="everybody"),
        pytest.param(K.OTHER, {}, L.TO_READ, "le critère ne se lit pas", id="a criterion of the job"),
        pytest.param("", {}, L.TO_READ, "le critère ne se lit pas", id="not coded"),
    ],
)
def test_a_public_is_plausible_for_reasons_that_are_said(kind, facts, likelihood, reason):
    found, reasons = judged(kind, **facts)
    assert found is likelihood
    assert any(one.startswith(reason) for one in reasons), reasons


def test_several_publics_match_one_person_and_none_is_chosen():
    facts = PersonFacts(age=54, boeth=YES, priority_district=NO)
    orders = [Order(str(kind)) for kind in (K.QPV, K.GENERAL, K.SENIOR, K.BOETH, K.RSA)]
    found = plausible_publics(orders, facts)
    assert [(one.order.public_kind, one.likelihood) for one in found] == [
        ("SENIOR", L.LIKELY),
        ("BOETH", L.LIKELY),
        ("RSA", L.TO_CHECK),
        ("GENERAL", L.OPEN),
        ("QPV", L.UNLIKELY),
    ]


@pytest.mark.parametrize("kind", list(TESTS))
def test_who_may_not_read_the_facts_is_told_so_and_nothing_else(kind):
    (found,) = plausible_publics([Order(str(kind))], None)
    assert (found.likelihood, found.reasons) == (L.PROTECTED, (PROTECTED_FACTS,))


def test_every_public_about_the_person_has_its_tests():
    assert set(TESTS) == set(K) - {K.GENERAL, K.OTHER}
