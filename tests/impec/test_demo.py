"""The demonstration's world: complete, the same at each run, and never on somebody else's data."""

import json
import stat
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from accounts.models import Membership, Message, Organisation, Receipt, Reminder, User
from accounts.roles import FunderKind, Role
from cohorts.models import Barrier, Cohort, Erasure, Person, PersonNote, ProtectedFacts
from contracts.late import late_statements
from contracts.models import AidPayment, Contract, DoneStep, PresenceStatement
from employers.models import Establishment
from exports.changes import changes_since
from exports.models import Delivery
from impec.demo import logins, story
from impec.demo.papers import FEBRUARY
from impec.due.sources import items_for
from impec.management.commands.load_reference import Command as LoadReference
from imports.actions import drop_import, read_batch
from imports.actions.receiving import open_batch
from imports.models import ImportBatch
from regulations.nir import looks_like_nir
from tests import builders as b
from tests.imports.payer import XLSX
from training.models import Attendance, Certificate, Convention, Expense
from training.paid import standings
from tutoring.both_views import points_for
from tutoring.models import Observation
from tutoring.progress import progress_of

CLAIRE = "claire@agence-avranches.example"


@pytest.mark.django_db(transaction=True)
def test_the_story_holds_all_that_there_is_to_see(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    call_command(LoadReference())
    accounts = tmp_path / "comptes.json"
    call_command("demo", accounts=accounts)
    people_are_told()
    money_and_training_are_told()
    months_are_closed_but_where_the_story_says()
    deadlines_are_followed()
    papers_are_told()
    files_have_left()
    accounts_can_sign_in(accounts)
    nothing_looks_like_a_social_security_number()
    the_payers_file_brings_nothing_new()
    counted = {model: model.objects.count() for model in (Person, Contract, Attendance, Organisation, User)}
    call_command("demo")
    assert counted == {model: model.objects.count() for model in counted}


def the_payers_file_brings_nothing_new():
    """The story's payments are the lines of the file received: each is known again."""
    user = User.objects.get(email=CLAIRE)
    user.acting_through = user.memberships.get()
    file = ContentFile(XLSX.read_bytes())
    batch = open_batch(user=user, name=XLSX.name, content=file, kind=ImportBatch.Kind.PAYMENTS)
    totals = read_batch(batch=batch, user=user).totals()
    assert totals == {"inchange": 105, "refusee": 1, "ignoree": 17}
    drop_import(batch=batch)


def people_are_told():
    assert set(Cohort.objects.values_list("code", flat=True)) >= {"SM 2026", "GRV 09/26"}
    assert Contract.objects.filter(cohort__code="SM 2026").count() == 11
    sites = Establishment.objects.filter(contracts__cohort__code="SM 2026").distinct()
    assert sites.count() == 7
    assert Organisation.objects.exclude(deactivated_at=None).count() == 1
    facts = ProtectedFacts.objects
    assert set(facts.values_list("benefit_kind", flat=True)) >= {"RSA", "ASS", "AAH", "NONE"}
    assert {"YES", "NO", "NOT_CHECKED"} <= set(facts.values_list("boeth", flat=True))
    assert facts.filter(priority_district="YES").exists()
    assert Barrier.objects.filter(lifted_on=None).exists()
    assert PersonNote.objects.exists()
    erased = Person.objects.exclude(erased_on=None).get()
    assert (erased.full_name, erased.phone, erased.notes.count()) == ("Personne effacée", "", 0)
    assert Erasure.objects.get().person == erased
    assert Person.objects.exclude(objected_on=None).count() == 1


def money_and_training_are_told():
    # The sum of the payer's file, less the line of an employer that is not ours.
    assert sum(AidPayment.objects.values_list("amount", flat=True)) > 60_000
    assert AidPayment.objects.filter(aid_request__decision_number="050260013600", month="2026-08-01").exists()
    assert Observation.objects.values("tutorship__contract").distinct().count() == 4
    # Amina's and Victoire's; Théodore's is answered.
    assert len(points_for(User.objects.get(email=CLAIRE), b.TODAY)) == 2
    still = Contract.objects.get(enrolment__person__birth_name="BAUDRY")
    assert progress_of(still, b.TODAY).still.observed_since == 2
    assert Attendance.objects.valid().filter(half_day__session__cohort__code="SM 2026").exists()


def months_are_closed_but_where_the_story_says():
    denis, claire = (User.objects.get(email=email) for email in ("denis@closerie-du-mont.example", CLAIRE))
    late = [(one.month.isoformat()[:7], one.count) for one in late_statements(claire, b.TODAY)]
    assert late == [("2026-05", 1), ("2026-10", 3)]
    assert late_statements(denis, b.TODAY) == late_statements(claire, b.TODAY)
    statement = PresenceStatement.objects.get(aid_request__decision_number="050260011200", month="2026-10-01")
    assert (statement.expected_amount, str(statement.declared_on)) == (Decimal("520.87"), "2026-11-04")


def deadlines_are_followed():
    claire = User.objects.get(email=CLAIRE)
    assert set(DoneStep.objects.values_list("step", flat=True)) >= {"DPAE", "REVIEW_3", "REVIEW_9", "EXIT_INTERVIEW"}
    amina = DoneStep.objects.valid().filter(contract__enrolment__person__birth_name="DIALLO")
    assert str(amina.get(step="START_MEETING").done_on) == "2026-09-22"
    assert set(Receipt.objects.values_list("nature", flat=True)) == {"RECEIVED", "DROPPED"}
    assert Reminder.objects.exclude(cancelled_at=None).count() == Reminder.objects.exclude(moved_to=None).count() == 1
    assert Message.objects.filter(key__startswith="digest", recipient=claire.email).count() == 1
    late = [item for item in items_for(claire, on=b.TODAY, until=b.TODAY) if item.deadline.is_late(b.TODAY)]
    assert {item.rule for item in late} >= {"STATEMENT", "SUSPENSION_NOTICE", "REVIEW_9"}


def papers_are_told():
    """Each employer has its convention; February is certified for all but the one whose invoice says too much."""
    assert Convention.objects.filter(cohort__code="SM 2026").exclude(signed_on=None).count() == 7
    assert Certificate.objects.count() == 10
    rows = standings(Convention.objects.all(), FEBRUARY, b.TODAY)
    blocked = {row.person.full_name: [one.code for one in row.findings] for row in rows if not row.certificate}
    assert blocked == {"GAUDIN Caroline": ["heures_differentes"]}
    assert Expense.objects.filter(convention__establishment__siret="99998211900011").count() == 8


def files_have_left():
    sent = Delivery.objects.exclude(sent_at=None)
    assert set(sent.values_list("code", "recipient__funder_kind")) == {
        ("O1", FunderKind.OPCO),
        ("O2", FunderKind.OPCO),
        ("O3", FunderKind.OPCO),
        ("O4", FunderKind.OPCO),
        ("D1", FunderKind.DDETS),
        ("D2", FunderKind.DDETS),
        ("A1", FunderKind.DDETS),
        ("A1", ""),
    }
    assert sent.get(code="A1", recipient__funder_kind="").to_whom == "Association La Closerie du Mont"
    assert all("0 écart" in verification for verification in sent.values_list("verification", flat=True))
    # The DDETS's and the OPCO's own workbooks are filled; a correction stands, and the month after shows what changed.
    assert set(sent.exclude(workbook_model=None).values_list("code", flat=True)) == {"O1", "D1"}
    assert sent.exclude(replaces=None).count() == 2
    assert changes_since(sent.get(number="2026-11-OPCO-02")).added


def accounts_can_sign_in(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    accounts = json.loads(path.read_text(encoding="utf-8"))
    assert {account["role"] for account in accounts} == {*Role.values, "TRAINEE"}
    for account in accounts:
        assert User.objects.get(email=account["login"]).check_password(account["password"])
    assert Membership.objects.filter(user__email=logins.LOGINS[0].email, is_admin=True).exists()


def nothing_looks_like_a_social_security_number():
    for person in Person.objects.all():
        for field in person._meta.concrete_fields:
            assert not looks_like_nir(str(getattr(person, field.attname) or "")), field


@pytest.mark.django_db
def test_a_base_that_holds_something_else_is_left_alone():
    b.a_person()
    with pytest.raises(CommandError, match="contient déjà 1 organisation"):
        call_command("demo")
    assert not story.is_loaded()
    assert Person.objects.count() == 1
