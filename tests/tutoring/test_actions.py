"""Tutors and tutorships."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.questions import Questions
from accounts.rows import Conflict
from contracts.actions import Terms
from contracts.models import Contract
from regulations.contracts import BreakReason, ContractKind
from tests import builders as b
from tutoring import actions
from tutoring.models import Observation, Tutor, Tutorship

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return b.an_establishment()


@pytest.fixture
def tutor(home):
    return b.a_tutor(home)


def three_tutees(tutor, **changes):
    for _ in range(3):
        b.a_tutorship(b.a_contract(establishment=tutor.establishment, **changes), tutor)


def test_a_tutor_follows_from_the_first_day_of_the_contract(home, tutor):
    contract = b.a_contract(establishment=home)
    tutorship = actions.name_tutor(contract=contract, tutor=tutor)
    assert (tutorship.starts_on, tutorship.ends_on) == (b.FIRST_DAY, None)


def test_a_fourth_person_is_a_question(home, tutor):
    three_tutees(tutor)
    contract = b.a_contract(establishment=home)
    with pytest.raises(Questions) as asked:
        actions.name_tutor(contract=contract, tutor=tutor)
    assert [finding.code for finding in asked.value.findings] == ["tuteur_plus_de_trois"]
    accepted = {"tuteur_plus_de_trois": "remplacement de trois semaines"}
    assert "remplacement" in actions.name_tutor(contract=contract, tutor=tutor, accepted=accepted).exception_reason


def test_a_fourth_person_after_the_three_others_is_no_question(home, tutor):
    three_tutees(tutor)
    contract = b.a_contract(establishment=home, starts_on=date(2027, 2, 2), ends_on=date(2028, 2, 1))
    assert actions.name_tutor(contract=contract, tutor=tutor).pk


def test_a_broken_contract_frees_its_tutor(home, tutor):
    """The tutorship has no end of its own: the contract's real last day counts."""
    three_tutees(tutor)
    Tutorship.objects.filter(tutor=tutor).update(ends_on=None)
    contract = Contract.objects.filter(tutorships__tutor=tutor).first()
    contract.broken_on, contract.break_reason = date(2026, 6, 12), BreakReason.RESIGNATION
    contract.save()
    newcomer = b.a_contract(establishment=home, starts_on=date(2026, 6, 13), ends_on=date(2027, 6, 12))
    assert actions.name_tutor(contract=newcomer, tutor=tutor).pk


def test_two_years_of_experience_are_asked(home):
    beginner = b.a_tutor(home, experience_since=date(2024, 2, 3))
    contract = b.a_contract(establishment=home)
    with pytest.raises(Questions) as asked:
        actions.name_tutor(contract=contract, tutor=beginner)
    assert [finding.code for finding in asked.value.findings] == ["experience_insuffisante"]
    just_enough = b.a_tutor(home, experience_since=date(2024, 2, 2))
    assert actions.name_tutor(contract=contract, tutor=just_enough).pk


def test_a_tutor_of_another_employer_is_refused(home, tutor):
    with pytest.raises(ValidationError, match="autre employeur"):
        actions.name_tutor(contract=b.a_contract(), tutor=tutor)


def test_a_contract_has_one_tutor_at_a_time(home, tutor):
    contract = b.a_contract(establishment=home)
    actions.name_tutor(contract=contract, tutor=tutor)
    with pytest.raises(ValidationError, match="déjà un tuteur"):
        actions.name_tutor(contract=contract, tutor=b.a_tutor(home), starts_on=date(2026, 5, 1))


def test_changing_closes_one_period_and_opens_the_next(home, tutor):
    contract = b.a_contract(establishment=home)
    actions.name_tutor(contract=contract, tutor=tutor)
    other = b.a_tutor(home, last_name="HAMON")
    actions.change_tutor(contract=contract, tutor=other, starts_on=date(2026, 5, 4))
    periods = contract.tutorships.order_by("starts_on").values_list("tutor", "starts_on", "ends_on")
    assert list(periods) == [
        (tutor.pk, b.FIRST_DAY, date(2026, 5, 3)),
        (other.pk, date(2026, 5, 4), None),
    ]


def test_changing_is_all_or_nothing(home, tutor):
    contract = b.a_contract(establishment=home)
    actions.name_tutor(contract=contract, tutor=tutor)
    busy = b.a_tutor(home, last_name="HAMON")
    three_tutees(busy)
    with pytest.raises(Questions):
        actions.change_tutor(contract=contract, tutor=busy, starts_on=date(2026, 5, 4))
    assert contract.tutorships.get().ends_on is None
    with pytest.raises(ValidationError, match="déjà le tuteur"):
        actions.change_tutor(contract=contract, tutor=tutor, starts_on=date(2026, 5, 4))
    with pytest.raises(ValidationError, match="commence après"):
        actions.change_tutor(contract=contract, tutor=b.a_tutor(home), starts_on=b.FIRST_DAY)


TERMS = Terms(
    kind=ContractKind.CDD_PEC,
    job_title="Agent de service hospitalier",
    weekly_hours=Decimal("28.00"),
    starts_on=b.FIRST_DAY,
    ends_on=b.LAST_DAY,
)


def test_contract_and_new_tutor_are_one_act(claire, home):
    facts = actions.TutorFacts(last_name="GIRARD", first_name="Sylvie", experience_since=date(2015, 1, 1))
    contract = actions.record_contract_with_tutor(
        enrolment=b.an_enrolment(), establishment=home, terms=TERMS, tutor=facts, by=claire
    )
    assert str(contract.tutorships.get().tutor) == "GIRARD Sylvie"


def test_a_tutor_in_question_leaves_no_contract_behind(claire, home, tutor):
    three_tutees(tutor)
    before = Contract.objects.count()
    with pytest.raises(Questions):
        actions.record_contract_with_tutor(
            enrolment=b.an_enrolment(), establishment=home, terms=TERMS, tutor=tutor, by=claire
        )
    assert Contract.objects.count() == before


def test_an_observation_is_added_inside_the_tutorship(bruno, home, tutor):
    tutorship = b.a_tutorship(b.a_contract(establishment=home), tutor)
    observation = actions.record_observation(
        tutorship=tutorship,
        skill="Faire un lit occupé",
        level=Observation.Level.ALONE,
        observed_on=date(2026, 5, 4),
        by=bruno,
    )
    assert observation.recorded_by == bruno
    with pytest.raises(ValidationError, match="en dehors de votre tutorat"):
        actions.record_observation(
            tutorship=tutorship,
            skill="Faire un lit occupé",
            level=Observation.Level.ALONE,
            observed_on=date(2027, 5, 4),
            by=bruno,
        )


def test_of_two_corrections_of_a_tutor_the_second_is_stopped(tutor):
    facts = actions.TutorFacts(last_name="BLANCHET", first_name="Nicole", job_title="Infirmière")
    actions.change_tutor_facts(tutor=tutor, facts=facts, version=0)
    with pytest.raises(Conflict):
        actions.change_tutor_facts(tutor=tutor, facts=facts, version=0)
    assert Tutor.objects.get().version == 1
