"""What has outlived its retention is proposed the day after its limit, and goes only once somebody entitled agrees."""

from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import jobs, work
from accounts.journal import log_access
from accounts.models import AccessLog, Job, Seal
from accounts.roles import OrganisationKind, Role
from cohorts.models import Barrier, Erasure, PersonNote, ProtectedFacts
from impec.retention import purging
from regulations.contracts import BreakReason
from regulations.people import BarrierCategory
from regulations.retention import ErasureDepth, Kept
from regulations.training import AbsenceReason
from tests import builders as b
from tests.access_proofs import an_absence_document
from tests.impec.retained import count, due, faults, on_day
from training.models import AbsenceDocument, Attendance

DAY = timedelta(days=1)
# Amina's contract ends on 1 February 2027; she was in class on 10 February 2026.
YEAR_AFTER, TWO_YEARS_AFTER = date(2028, 2, 1), date(2029, 2, 1)
SIX_YEARS_AFTER_CLASS = date(2032, 2, 10)


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def private(world, claire):
    """Of Amina: a criterion, a barrier, a note, a document of absence with its reason."""
    ProtectedFacts.objects.create(person=world.person)
    a_barrier(world.person)
    PersonNote.objects.create(person=world.person, text="À rappeler", author=claire)
    document = an_absence_document(world)
    Attendance.objects.filter(pk=document.attendance_id).update(absence_reason=AbsenceReason.ILLNESS)
    return world.person


def a_barrier(person, **changes):
    fields = {"category": BarrierCategory.MOBILITY, "action_needed": "Solution de garde à trouver", **changes}
    return Barrier.objects.create(person=person, **{"raised_on": date(2026, 1, 5), **fields})


# --- Each rule, the day of its limit and the day after ---


def test_protected_facts_go_a_year_after_the_contract(private):
    assert due(Kept.PROTECTED, YEAR_AFTER) == set()
    assert due(Kept.PROTECTED, YEAR_AFTER + DAY) == {private.public_code}


def test_protected_facts_stay_while_another_contract_runs(private, world):
    b.a_contract(enrolment=world.enrolment, establishment=world.closerie, starts_on=date(2027, 3, 1), ends_on=None)
    assert due(Kept.PROTECTED, YEAR_AFTER + DAY) == set()


def test_a_barrier_is_masked_six_months_after_it_was_lifted(world):
    barrier = a_barrier(world.person, lifted_on=date(2026, 5, 20))
    a_barrier(world.person)
    assert due(Kept.LIFTED_BARRIER, date(2026, 11, 20)) == set()
    assert due(Kept.LIFTED_BARRIER, date(2026, 11, 21)) == {f"{world.person.public_code} (frein n° {barrier.pk})"}


def test_who_never_started_goes_six_months_after_the_last_event(world):
    person = b.a_person()
    assert due(Kept.NEVER_STARTED, date(2027, 5, 20)) == set()
    assert due(Kept.NEVER_STARTED, date(2027, 5, 21)) == {person.public_code}


def test_an_event_gives_six_months_more(world, claire):
    person = b.a_person()
    b.a_referral(person, world.cohort, referred_on=date(2027, 5, 1))
    assert due(Kept.NEVER_STARTED, date(2027, 11, 1)) == set()
    assert due(Kept.NEVER_STARTED, date(2027, 11, 2)) == {person.public_code}


def test_no_event_gives_more_than_two_years(world, claire):
    person = b.a_person()
    b.a_referral(person, world.cohort, referred_on=date(2028, 11, 1))
    assert due(Kept.NEVER_STARTED, date(2028, 11, 20)) == set()
    assert due(Kept.NEVER_STARTED, date(2028, 11, 21)) == {person.public_code}


def test_a_contract_that_never_began_is_no_contract(world):
    contract = b.a_contract(starts_on=date(2026, 12, 1), signed_on=None, closed_on=date(2026, 12, 5))
    assert due(Kept.NEVER_STARTED, date(2027, 6, 6)) == {contract.enrolment.person.public_code}


def test_a_file_goes_two_years_after_the_contract(world):
    assert due(Kept.PEC_FILE, TWO_YEARS_AFTER) == set()
    assert due(Kept.PEC_FILE, TWO_YEARS_AFTER + DAY) == {world.person.public_code, world.neighbour.public_code}


def test_a_broken_contract_counts_from_its_last_day(world):
    contract = world.contract
    contract.broken_on, contract.break_reason = date(2026, 6, 30), BreakReason.RESIGNATION
    contract.save()
    assert due(Kept.PEC_FILE, date(2028, 6, 30)) == set()
    assert due(Kept.PEC_FILE, date(2028, 7, 1)) == {world.person.public_code}


def test_a_contract_without_end_keeps_its_file(world):
    contract = world.contract
    contract.kind, contract.ends_on = "CDI_PEC", None
    contract.save()
    assert due(Kept.PEC_FILE, date(2040, 1, 1)) == {world.neighbour.public_code}


def test_the_evidence_of_training_stays_six_years(world, claire):
    purging.approve(by=claire, on=TWO_YEARS_AFTER + DAY)
    archived = Erasure.objects.get(person=world.person)
    assert (archived.depth, archived.ground) == (ErasureDepth.ARCHIVED, Kept.TRAINING)
    assert due(Kept.TRAINING, SIX_YEARS_AFTER_CLASS) == set()
    assert world.person.public_code in due(Kept.TRAINING, SIX_YEARS_AFTER_CLASS + DAY)


@pytest.mark.parametrize(
    "cofinancing, kept, limit",
    [("ESF", Kept.ESF, date(2032, 12, 31)), ("STATE_AID", Kept.STATE_AID, date(2037, 12, 31))],
)
def test_the_evidence_of_a_cofinanced_cohort_stays_longer(world, claire, cofinancing, kept, limit):
    world.cohort.cofinancing = cofinancing
    world.cohort.save()
    purging.approve(by=claire, on=TWO_YEARS_AFTER + DAY)
    assert due(Kept.TRAINING, SIX_YEARS_AFTER_CLASS + DAY) == set()
    purging.approve(by=claire, on=limit)
    assert Erasure.objects.get(person=world.person).completed_at is None
    assert due(kept, limit) == set()
    assert world.person.public_code in due(kept, limit + DAY)


def test_the_last_ground_ends_the_erasure(world, claire):
    purging.approve(by=claire, on=TWO_YEARS_AFTER + DAY)
    purging.approve(by=claire, on=SIX_YEARS_AFTER_CLASS + DAY)
    erasure = Erasure.objects.get(person=world.person)
    assert (erasure.depth, erasure.archived_name) == (ErasureDepth.COMPLETE, "")


def test_a_broken_contract_ends_its_erasure_too(world, claire):
    contract = world.contract
    contract.broken_on, contract.break_reason = date(2026, 6, 30), BreakReason.UNFITNESS
    contract.save()
    purging.approve(by=claire, on=TWO_YEARS_AFTER + DAY)
    purging.approve(by=claire, on=SIX_YEARS_AFTER_CLASS + DAY)
    contract.refresh_from_db()
    world.other_contract.refresh_from_db()
    assert (contract.break_reason, world.other_contract.break_reason) == (BreakReason.OTHER, "")
    assert Erasure.objects.get(person=world.person).depth == ErasureDepth.COMPLETE
    assert not any(purging.approve(by=claire, on=SIX_YEARS_AFTER_CLASS + DAY).values())


def test_the_log_is_kept_a_year_and_reads_three(world, claire):
    for action in ("sign-in", "refusal", "read", "export", "download"):
        log_access(user=claire, action=action)
    long_ago = date(2027, 11, 20)
    assert (count(Kept.ACCESS_LOG, long_ago), count(Kept.ACCESS_LOG, long_ago + DAY)) == (0, 2)
    three_years = date(2029, 11, 20)
    assert (count(Kept.PROTECTED_READS, three_years), count(Kept.PROTECTED_READS, three_years + DAY)) == (0, 3)


# --- What an approval does ---


def test_protected_facts_go_with_their_history(private, world, claire, django_capture_on_commit_callbacks):
    note, document = PersonNote.objects.get(), AbsenceDocument.objects.get()
    name = document.file.name
    jobs.seal_history()
    with django_capture_on_commit_callbacks(execute=True):
        done = purging.approve(by=claire, on=YEAR_AFTER + DAY, only=["PROTECTED"])
    assert done == {Kept.PROTECTED: 1}
    for model in (ProtectedFacts, Barrier, PersonNote, AbsenceDocument):
        assert not model.objects.exists(), model
        lines = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
        assert not lines.exists(), model
    assert note.pk
    assert not default_storage.exists(name)
    assert not Attendance.objects.exclude(absence_reason="").exists()
    world.person.refresh_from_db()
    assert world.person.erased_on is None
    assert faults() == {}


def test_a_masked_barrier_keeps_its_category(world, claire):
    barrier = a_barrier(world.person, lifted_on=date(2026, 5, 20))
    purging.approve(by=claire, on=date(2026, 11, 21), only=["LIFTED_BARRIER"])
    barrier.refresh_from_db()
    assert (barrier.action_needed, barrier.category) == ("masqué", BarrierCategory.MOBILITY)


def test_each_rule_leaves_a_line_with_its_count_and_no_name(world, private, claire):
    purging.approve(by=claire, on=TWO_YEARS_AFTER + DAY)
    lines = {row.filters["rule"]: row for row in AccessLog.objects.filter(action="purge")}
    assert {rule: row.count for rule, row in lines.items()} == {"PROTECTED": 1, "PEC_FILE": 2}
    assert all(row.user == claire for row in lines.values())


def test_run_twice_is_run_once(world, private, claire, ines, settings):
    on_day(settings, TWO_YEARS_AFTER + DAY)
    for name in (claire, ines):
        purging.approve(by=name, on=TWO_YEARS_AFTER + DAY)
    kept = (AccessLog.objects.count(), LogEntry.objects.count(), Seal.objects.count())
    for name in (claire, ines):
        assert not any(purging.approve(by=name, on=TWO_YEARS_AFTER + DAY).values())
    assert (AccessLog.objects.count(), LogEntry.objects.count(), Seal.objects.count()) == kept


def test_verify_holds_after_everything_has_gone(world, private, claire, ines):
    for action in ("sign-in", "read", "sign-in"):
        log_access(user=claire, action=action)
    jobs.seal_history()
    for on in (TWO_YEARS_AFTER + DAY, SIX_YEARS_AFTER_CLASS + DAY):
        for name in (claire, ines):
            purging.approve(by=name, on=on)
        assert faults() == {}
    assert not AccessLog.objects.filter(action="read").exists()


# --- Who approves what ---


def test_a_coordinator_removes_the_people_of_her_agency_alone(world, claire):
    elsewhere = b.a_person(agency=b.an_organisation(OrganisationKind.AGENCY, "Mission de Vire"))
    own = b.a_person()
    log_access(user=claire, action="sign-in")
    purging.approve(by=claire, on=date(2028, 11, 21))
    elsewhere.refresh_from_db()
    own.refresh_from_db()
    assert (elsewhere.erased_on, own.erased_on) == (None, date(2028, 11, 21))
    assert AccessLog.objects.filter(action="sign-in").exists()


def test_the_administrator_removes_no_person(world, ines, claire):
    person = b.a_person()
    log_access(user=claire, action="sign-in")
    purging.approve(by=ines, on=date(2028, 11, 21))
    person.refresh_from_db()
    assert person.erased_on is None
    assert not AccessLog.objects.filter(action="sign-in").exists()


def test_nobody_else_approves(world, claire, denis, esther, hugo):
    colleague = b.a_user()
    b.a_membership(colleague, world.cohort.agency, Role.COORDINATOR)
    for user in (denis, esther, hugo, colleague):
        with pytest.raises(ValidationError, match="s'approuve par"):
            purging.approve(by=user, on=date(2040, 1, 1))


# --- The command ---


@pytest.fixture
def later(settings):
    on_day(settings, TWO_YEARS_AFTER + DAY)


def test_the_list_is_printed_and_nothing_goes(world, private, later, capsys):
    before = (AccessLog.objects.count(), LogEntry.objects.count(), Barrier.objects.count())
    call_command("purge")
    told = capsys.readouterr().out
    assert "Dossiers de contrats aidés, PEC_FILE : 2" in told
    assert world.person.public_code in told
    assert "24 mois depuis la fin du contrat (R5134-23, R5132-1-23, source secondaire)" in told
    assert told.endswith("Rien n'est retiré sans --approve-as.\n")
    assert "BAUDRY" not in told
    assert "Amina" not in told
    assert (AccessLog.objects.count(), LogEntry.objects.count(), Barrier.objects.count()) == before
    world.person.refresh_from_db()
    assert world.person.erased_on is None


def test_an_approval_says_what_it_removed(world, later, capsys):
    call_command("purge", login="claire@agence.example")
    assert "PEC_FILE : 2" in capsys.readouterr().out
    call_command("purge", login="claire@agence.example")
    assert capsys.readouterr().out.endswith("Rien n'a passé sa durée : rien n'est retiré.\n")


def test_one_rule_may_be_approved_alone(world, private, later, capsys):
    call_command("purge", login="claire@agence.example", rules=["PROTECTED"])
    assert capsys.readouterr().out.startswith("PROTECTED : 1\nRetiré.")
    world.person.refresh_from_db()
    assert world.person.erased_on is None


@pytest.mark.parametrize(
    "login, said", [("personne@agence.example", "Aucun compte actif"), ("denis@closerie.example", "s'approuve par")]
)
def test_a_stranger_approves_nothing(world, later, login, said):
    with pytest.raises(CommandError, match=said):
        call_command("purge", login=login)
    assert not AccessLog.objects.filter(action="purge").exists()


# --- The page ---


def test_the_page_shows_the_proposal_without_a_name(world, private, later, claire, client_of):
    page = client_of(claire).get(reverse("retention:proposals")).content.decode()
    assert "Dossiers de contrats aidés : 2" in page
    assert world.person.public_code in page
    assert "BAUDRY" not in page
    assert "Journal d&#x27;accès" not in page


def test_the_administrator_sees_the_service_and_no_person(world, private, later, ines, client_of):
    page = client_of(ines).get(reverse("retention:proposals")).content.decode()
    assert "Comptes inutilisés" in page
    assert world.person.public_code not in page


def test_who_manages_no_member_reads_and_does_not_approve(world, later, client_of):
    colleague = b.a_user()
    b.a_membership(colleague, world.cohort.agency, Role.COORDINATOR)
    b.a_membership(colleague, b.an_organisation(OrganisationKind.OPERATOR, "Autre"), Role.ADMINISTRATOR)
    browser = client_of(colleague)
    page = browser.get(reverse("retention:proposals")).content.decode()
    assert reverse("retention:approve") not in page
    assert "s&#x27;approuve par" in page
    assert browser.get(reverse("retention:approve")).status_code == 403


def test_an_approval_on_the_page_is_one_work(world, private, later, claire, client_of):
    browser = client_of(claire)
    form = browser.get(reverse("retention:approve")).context["form"]
    assert [value for value, _ in form.fields["rules"].choices] == ["PROTECTED", "PEC_FILE"]
    for _ in range(2):
        browser.post(reverse("retention:approve"), {"rules": ["PROTECTED"], "form_token": "un"})
    job = Job.objects.get(kind="purge")
    work.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["message"]) == (Job.State.DONE, "Retiré. Critères protégés et notes : 1.")
    world.person.refresh_from_db()
    assert (world.person.erased_on, Barrier.objects.count()) == (None, 0)


def test_nothing_ticked_removes_nothing(world, private, later, claire, client_of):
    answer = client_of(claire).post(reverse("retention:approve"), {})
    assert "Cochez au moins une règle." in answer.content.decode()
    assert not Job.objects.filter(kind="purge").exists()


def test_an_approval_asks_who_it_is_again(world, later, claire, client_of):
    claire.set_password("la-baie-au-petit-matin")
    claire.save()
    browser = client_of(claire)
    for answer in (browser.get(reverse("retention:approve")), browser.post(reverse("retention:approve"), {})):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("people", [2, 20])
def test_the_page_asks_the_same_number_of_queries(
    world, later, claire, client_of, people, django_assert_max_num_queries
):
    for _ in range(people):
        b.a_contract(cohort=world.cohort, establishment=world.closerie)
        b.a_person()
    browser = client_of(claire)
    with django_assert_max_num_queries(56):
        browser.get(reverse("retention:proposals"))
