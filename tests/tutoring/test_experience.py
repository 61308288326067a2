"""The certificate of experience: prepared from what was observed, issued once, frozen."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from contracts.models import DoneStep
from regulations.deadlines import Step
from regulations.skills import Level
from tests.builders import TODAY, a_contract, a_grid, an_experience_certificate, an_observation
from tutoring.actions.experience import issue_experience, void_experience
from tutoring.actions.grids import BlockContent, SkillContent, write_grid
from tutoring.experience import Signatory
from tutoring.models import ExperienceCertificate, Observation

DENIS = Signatory("Denis TURPIN", "directeur", "Avranches")


@pytest.fixture
def skills(db):
    return a_grid().skills_in_order()


def issue(world, by, on=TODAY):
    return issue_experience(contract=world.contract, signatory=DENIS, on=on, by=by)


def test_it_says_what_was_seen_alone_and_with_help_by_block(world, denis, skills):
    an_observation(world.tutorship, skills[0], Level.WITH_HELP, date(2026, 6, 5))
    an_observation(world.tutorship, skills[0], Level.ALONE, date(2026, 11, 6))
    an_observation(world.tutorship, skills[1], Level.WITH_HELP)
    an_observation(world.tutorship, skills[2], Level.NOT_SHOWN)
    certificate = issue(world, denis)
    assert certificate.facts["blocks"] == [
        {
            "title": "Entretenir",
            "diploma": "DEAES, bloc 1",
            "alone": ["Faire la chambre"],
            "helped": ["Trier les déchets"],
        }
    ]
    assert certificate.facts["tutors"] == ["Bruno HAMON"]
    assert certificate.number == "SM-2026-AE-001"


def test_a_skill_the_grid_has_dropped_since_stays_with_what_was_seen(world, denis, claire, skills):
    an_observation(world.tutorship, skills[0], Level.ALONE, date(2026, 10, 5))
    an_observation(world.tutorship, skills[1], Level.WITH_HELP, date(2026, 10, 5))
    an_observation(world.tutorship, skills[2], Level.NOT_SHOWN, date(2026, 10, 5))
    block = BlockContent("Entretenir", (SkillContent("Refaire la chambre", skills[0].key),))
    write_grid(based_on=skills[0].block.grid, blocks=[block], valid_from=TODAY, by=claire)
    said = [(one["title"], one["alone"], one["helped"]) for one in issue(world, denis).facts["blocks"]]
    assert said == [
        ("Entretenir", ["Refaire la chambre"], []),
        ("Autres savoir-faire", [], [skills[1].words]),
    ]


def test_without_a_grid_it_says_what_the_tutor_wrote_in_his_own_words(world, denis):
    facts = {"tutorship": world.tutorship, "observed_on": date(2026, 10, 5), "recorded_by": denis}
    Observation.objects.create(skill="Faire le tour du matin", level=Level.ALONE, **facts)
    (block,) = issue(world, denis).facts["blocks"]
    assert block["alone"] == ["Faire le tour du matin"]


def test_issued_it_never_changes_whatever_happens_later(world, denis, claire, skills):
    an_observation(world.tutorship, skills[0], Level.ALONE)
    certificate = issue(world, denis)
    before = certificate.facts
    an_observation(world.tutorship, skills[1], Level.ALONE, TODAY)
    block = BlockContent("Autre", (SkillContent("Autre chose"),))
    write_grid(based_on=skills[0].block.grid, blocks=[block], valid_from=TODAY, by=claire)
    world.contract.job_title = "Autre emploi"
    world.contract.save()
    certificate.refresh_from_db()
    assert certificate.facts == before


def test_the_step_of_the_contract_is_done_and_comes_back_when_it_is_voided(world, denis, skills):
    certificate = issue(world, denis)
    step = DoneStep.objects.get(step=Step.CERTIFICATE)
    assert (step.done_on, step.note) == (TODAY, certificate.number)
    void_experience(certificate=certificate, reason="Mauvais signataire.", by=denis)
    assert not DoneStep.objects.valid().filter(step=Step.CERTIFICATE).exists()
    again = issue(world, denis)
    assert again.number == "SM-2026-AE-002"
    assert ExperienceCertificate.objects.standing().get() == again


def test_a_step_noted_by_hand_stays(world, denis, skills):
    DoneStep.objects.create(contract=world.contract, step=Step.CERTIFICATE, done_on=date(2026, 11, 9))
    void_experience(certificate=issue(world, denis), reason="Essai.", by=denis)
    assert DoneStep.objects.valid().get(step=Step.CERTIFICATE).done_on == date(2026, 11, 9)


@pytest.mark.parametrize(
    "changes, words",
    [
        pytest.param({"ends_on": date(2027, 2, 21)}, "à partir du 21/11/2026", id="la veille de l'ouverture"),
        pytest.param({"ends_on": None, "kind": "CDI_PEC"}, "pas de fin prévue", id="un CDI"),
        pytest.param({"closed_on": date(2026, 2, 1)}, "jamais commencé", id="caduc"),
    ],
)
def test_before_its_time_or_without_an_end_it_is_refused_in_words(claire, db, changes, words):
    contract = a_contract(**changes)
    with pytest.raises(ValidationError, match=words):
        issue_experience(contract=contract, signatory=DENIS, on=TODAY, by=claire)


def test_it_may_be_prepared_three_months_before_the_end(claire, db):
    assert issue_experience(contract=a_contract(ends_on=date(2027, 2, 20)), signatory=DENIS, on=TODAY, by=claire).pk


def test_one_stands_per_contract(world, denis, skills):
    issue(world, denis)
    with pytest.raises(ValidationError, match="déjà émise"):
        issue(world, denis)
    with pytest.raises(IntegrityError, match=r"(?i)experience_?certificate"), transaction.atomic():
        an_experience_certificate(world.contract, denis)


def test_voiding_asks_why_and_happens_once(world, denis, skills):
    certificate = issue(world, denis)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        void_experience(certificate=certificate, reason=" ", by=denis)
    void_experience(certificate=certificate, reason="Erreur.", by=denis)
    with pytest.raises(ValidationError, match="déjà annulée"):
        void_experience(certificate=certificate, reason="Encore.", by=denis)


def test_the_employer_sees_what_it_would_say_then_issues_it(world, denis, amina, client_of, skills):
    an_observation(world.tutorship, skills[0], Level.ALONE)
    client, address = client_of(denis), reverse("tutoring:issue_experience", args=[world.contract.pk])
    page = client.get(address).content.decode()
    assert "Faire la chambre" in page
    assert "01/01/2027" in page
    assert client.post(address, {"made_at": "Avranches"}).status_code == 200
    page = client.post(address, {"name": "Denis TURPIN", "role": "", "made_at": "Avranches"}, follow=True)
    assert "SM-2026-AE-001" in page.content.decode()
    assert "déjà émise" in client.get(address).content.decode()
    own = client_of(amina).get(reverse("own_skills:my_skills")).content.decode()
    assert "SM-2026-AE-001" in own


def test_a_voided_one_says_so_and_leaves_her_space(world, denis, amina, client_of, skills):
    certificate = issue(world, denis)
    client_of(denis).post(reverse("tutoring:void_experience", args=[certificate.pk]), {"reason": "Erreur de nom."})
    page = client_of(denis).get(certificate.get_absolute_url()).content.decode()
    assert "ANNULÉE" in page
    assert "Erreur de nom." in page
    assert client_of(amina).get(reverse("own_skills:my_experience", args=[certificate.pk])).status_code == 404


def test_the_certificate_of_another_is_not_hers(world, claire, amina, client_of, skills):
    other = an_experience_certificate(world.other_contract, claire)
    assert client_of(amina).get(reverse("own_skills:my_experience", args=[other.pk])).status_code == 404


def test_her_birth_date_is_not_told_to_her_tutor(world, denis, bruno, client_of, skills):
    address = issue(world, denis).get_absolute_url()
    assert "date de naissance" in client_of(denis).get(address).content.decode()
    assert client_of(bruno).get(address).status_code == 404
