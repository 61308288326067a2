import pytest

from regulations.employers import (
    IDCC_FINANCERS,
    Declarations,
    FinancerKind,
    LegalCategory,
    financer_findings,
    financer_for,
    idcc_number,
    is_pseudo_idcc,
    pec_findings,
)
from regulations.findings import Strength
from regulations.people import Checked

DGEFP = "table DGEFP"


@pytest.mark.parametrize(
    "category",
    [
        pytest.param(LegalCategory.ASSOCIATION, id="L5134-21, organisme privé sans but lucratif"),
        pytest.param(LegalCategory.PUBLIC_HOSPITAL, id="L5134-21, personne morale de droit public"),
        pytest.param(LegalCategory.LOCAL_AUTHORITY, id="L5134-21, collectivité"),
        pytest.param(LegalCategory.MUTUAL, id="L5134-21, mutuelle"),
        pytest.param(LegalCategory.FOUNDATION, id="L5134-21, fondation"),
        pytest.param(LegalCategory.SCIC, id="L5134-21, SCIC"),
        pytest.param(LegalCategory.PUBLIC_SERVICE, id="L5134-21, service public"),
    ],
)
def test_who_may_sign_a_pec(category):
    assert pec_findings(category) == []


@pytest.mark.parametrize(
    ("category", "words"),
    [
        pytest.param(LegalCategory.COMPANY, "société commerciale", id="L5134-21, secteur marchand"),
        pytest.param(LegalCategory.STATE, "État", id="L5134-21, État employeur"),
    ],
)
def test_who_may_not_and_why(category, words):
    (finding,) = pec_findings(category)
    assert (finding.code, finding.strength) == ("employeur_non_eligible_pec", Strength.REFUSAL)
    assert words in finding.message
    assert finding.source == "L5134-21"


def test_an_unnamed_statute_is_a_question():
    (finding,) = pec_findings(LegalCategory.OTHER)
    assert (finding.code, finding.strength) == ("statut_a_preciser", Strength.QUESTION)


@pytest.mark.parametrize(
    ("declarations", "code", "strength"),
    [
        pytest.param(
            Declarations(economic_dismissal=Checked.YES), "licenciement_economique", Strength.WARNING, id="décision f"
        ),
        pytest.param(
            Declarations(contributions_up_to_date=Checked.NO),
            "cotisations_non_a_jour",
            Strength.WARNING,
            id="Cerfa 14818",
        ),
        pytest.param(
            Declarations(replaces_dismissed=Checked.YES), "remplacement_licencie", Strength.QUESTION, id="L5134-21-2"
        ),
        pytest.param(
            Declarations(earlier_contracts_reviewed=Checked.NO), "bilan_manquant", Strength.WARNING, id="L5134-21-1"
        ),
    ],
)
def test_declarations(declarations, code, strength):
    (finding,) = pec_findings(LegalCategory.ASSOCIATION, declarations)
    assert (finding.code, finding.strength) == (code, strength)


def test_what_was_not_checked_says_nothing():
    assert pec_findings(LegalCategory.ASSOCIATION, Declarations()) == []


@pytest.mark.parametrize(
    ("category", "idcc", "financer"),
    [
        pytest.param(LegalCategory.ASSOCIATION, 29, FinancerKind.OPCO_SANTE, id=f"{DGEFP}, 29"),
        pytest.param(LegalCategory.ASSOCIATION, 413, FinancerKind.OPCO_SANTE, id=f"{DGEFP}, 413"),
        pytest.param(LegalCategory.ASSOCIATION, 783, FinancerKind.OPCO_SANTE, id=f"{DGEFP}, 783"),
        pytest.param(LegalCategory.ASSOCIATION, 405, FinancerKind.OPCO_SANTE, id=f"{DGEFP}, 405"),
        pytest.param(LegalCategory.ASSOCIATION, 1001, FinancerKind.OPCO_SANTE, id=f"{DGEFP}, 1001"),
        pytest.param(LegalCategory.COMPANY, 2264, FinancerKind.OPCO_SANTE, id=f"{DGEFP}, 2264"),
        pytest.param(LegalCategory.ASSOCIATION, 2941, FinancerKind.UNIFORMATION, id=f"{DGEFP}, 2941"),
        pytest.param(LegalCategory.MUTUAL, 2128, FinancerKind.UNIFORMATION, id=f"{DGEFP}, 2128"),
        pytest.param(LegalCategory.ASSOCIATION, 1261, FinancerKind.UNIFORMATION, id=f"{DGEFP}, 1261"),
        pytest.param(LegalCategory.ASSOCIATION, 3016, FinancerKind.UNIFORMATION, id=f"{DGEFP}, 3016"),
        pytest.param(LegalCategory.COMPANY, 3127, FinancerKind.OPCO_EP, id=f"{DGEFP}, 3127"),
        pytest.param(LegalCategory.COMPANY, 3043, FinancerKind.AKTO, id=f"{DGEFP}, 3043"),
        pytest.param(LegalCategory.PUBLIC_HOSPITAL, None, FinancerKind.ANFH, id="ANFH, fonction publique hospitalière"),
        pytest.param(LegalCategory.PUBLIC_HOSPITAL, 29, FinancerKind.ANFH, id="ANFH, le statut passe avant"),
        pytest.param(LegalCategory.LOCAL_AUTHORITY, None, FinancerKind.CNFPT, id="CNFPT, CCAS"),
        pytest.param(LegalCategory.ASSOCIATION, None, None, id="inconnu sans convention"),
        pytest.param(LegalCategory.ASSOCIATION, 1518, None, id="convention hors table"),
        pytest.param(LegalCategory.ASSOCIATION, 9999, None, id="pseudo-code"),
    ],
)
def test_who_pays_for_the_training(category, idcc, financer):
    assert financer_for(category, idcc) is financer


def test_pseudo_codes_are_never_mapped():
    assert not {9998, 9999} & set(IDCC_FINANCERS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("29", 29),
        ("0029", 29),
        ("0413", 413),
        ("413 ", 413),
        ("IDCC 2941", 2941),
        ("29.0", 29),
        ("9999", None),
        ("9998", None),
        ("sans objet", None),
        ("", None),
        ("29 et 413", None),
    ],
)
def test_idcc_are_compared_as_integers(text, number):
    assert idcc_number(text) == number


def test_a_pseudo_code_is_told_from_nothing():
    assert is_pseudo_idcc("9999")
    assert not is_pseudo_idcc("29")
    assert not is_pseudo_idcc("sans objet")


def test_a_financer_that_does_not_follow_the_agreement_is_a_question():
    (finding,) = financer_findings(LegalCategory.ASSOCIATION, 2941, FinancerKind.OPCO_SANTE)
    assert (finding.code, finding.strength) == ("financeur_incoherent", Strength.QUESTION)
    assert "Uniformation" in finding.message
    assert "2941" in finding.message


def test_a_financer_is_not_questioned_when_it_agrees_or_nothing_tells():
    assert financer_findings(LegalCategory.ASSOCIATION, 29, FinancerKind.OPCO_SANTE) == []
    assert financer_findings(LegalCategory.ASSOCIATION, None, FinancerKind.AKTO) == []
