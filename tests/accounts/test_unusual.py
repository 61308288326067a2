"""An account that opens too much: said once, to those who can find out why, without a name; then it waits."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from accounts import clock, pace, unusual
from accounts.journal import check, log_access
from accounts.models import AccessLog, Message
from accounts.roles import Role
from exports.lists import LISTS
from exports.registry import KINDS
from impec.unusual.jobs import alert
from impec.unusual.nominative import LISTS_WITHOUT_TRAINEES, is_nominative
from tests import builders as b

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=clock.PARIS)


@pytest.fixture
def at_time(settings):
    def set_to(instant):
        settings.IMPEC_TODAY = instant.isoformat()

    return set_to


def read(user, at_time, times, *, start=NOON, every=timedelta(seconds=30), action="read"):
    for number in range(times):
        at_time(start + every * number)
        log_access(user=user, action=action)


def export(user, times, purpose="O1, OPCO Santé", **facts):
    for _ in range(times):
        log_access(user=user, action="export", purpose=purpose, **facts)


def recipients():
    return sorted(Message.objects.values_list("recipient", flat=True))


def test_more_than_sixty_pages_in_an_hour_are_told(world, denis, claire, at_time):
    read(denis, at_time, 60)
    assert alert() == 0
    read(denis, at_time, 1, start=NOON + timedelta(minutes=59))
    assert alert() == 1
    assert recipients() == sorted([denis.email, claire.email])


def test_no_mail_names_anybody(world, denis, claire, at_time):
    read(denis, at_time, 61)
    alert()
    for message in Message.objects.all():
        said = message.subject + message.body
        assert "Association La Closerie" in said
        assert "plus de 60 fiches protégées ouvertes en une heure" in said
        for word in ("Denis", "TURPIN", denis.email, "Amina", "BAUDRY"):
            assert word not in said


def test_sixty_one_pages_over_more_than_an_hour_are_ordinary(world, denis, at_time):
    read(denis, at_time, 61, every=timedelta(minutes=1, seconds=1))
    assert alert() == 0


def test_an_hour_that_crosses_midnight_is_seen_after_it(world, denis, at_time):
    read(denis, at_time, 61, start=NOON + timedelta(hours=11, minutes=50))
    assert AccessLog.objects.filter(at__date__gt=NOON.date()).exists()
    assert alert() == 1


def test_what_was_done_before_midnight_is_seen_after_it(world, denis, at_time):
    read(denis, at_time, 61, start=NOON + timedelta(hours=11), every=timedelta(seconds=20))
    at_time(NOON + timedelta(hours=12, minutes=5))
    assert alert() == 1
    assert "20/11/2026" in Message.objects.first().subject


def test_copies_taken_count_as_pages(world, denis, at_time):
    read(denis, at_time, 40)
    read(denis, at_time, 21, action="download")
    assert alert() == 1


def test_two_people_are_not_added_up(world, denis, gaelle, at_time):
    read(denis, at_time, 31)
    read(gaelle, at_time, 31)
    assert alert() == 0


def test_the_third_nominative_file_of_a_day_is_told(world, claire):
    export(claire, 2)
    assert alert() == 0
    export(claire, 1, purpose="liste", filters={"liste": "personnes"})
    assert alert() == 1
    assert "3 fichiers nominatifs" in Message.objects.get().body


def test_files_of_figures_are_not_counted(world, claire):
    export(claire, 3, purpose="D2, DDETS")
    export(claire, 3, purpose="dossier de comité")
    export(claire, 3, purpose="liste", filters={"liste": "cohortes"})
    assert alert() == 0


def test_files_of_two_days_are_not_added_up(world, claire, at_time):
    at_time(NOON - timedelta(days=1))
    export(claire, 2)
    at_time(NOON)
    export(claire, 2)
    assert alert() == 0


def test_one_mail_per_account_and_day_however_often_it_runs(world, denis, at_time):
    read(denis, at_time, 61)
    assert [alert(), alert()] == [1, 0]
    export(denis, 3)
    assert alert() == 0
    assert Message.objects.count() == 2
    assert AccessLog.objects.filter(action="unusual-use").count() == 1


def test_the_journal_of_the_organisation_says_which_account(world, client_of, denis, gaelle, at_time):
    read(denis, at_time, 61)
    alert()
    page = client_of(denis).get(reverse("accounts:access_log")).content.decode()
    assert "usage inhabituel signalé" in page
    assert "Usages inhabituels signalés en 30 jours" in page
    assert "usage inhabituel signalé" not in client_of(gaelle).get(reverse("accounts:access_log")).content.decode()
    assert check().holds


def test_each_organisation_she_acted_for_is_told_of_itself_only(world, denis, claire, agency, at_time):
    """Hugo's funder and Denis's employer share an account: neither learns of the other."""
    other = b.a_membership(denis, b.an_organisation("FUNDER", "OPCO d'à côté", funder_kind="OPCO"), Role.FUNDER)
    chief = b.a_user("chef@opco-voisin.example")
    b.a_membership(chief, other.organisation, Role.FUNDER, is_admin=True)
    read(denis, at_time, 61)
    denis.acting_through = other
    read(denis, at_time, 1, start=NOON + timedelta(minutes=40))
    assert alert() == 1
    assert "La Closerie" not in Message.objects.get(recipient=chief.email).body
    assert "OPCO d'à côté" not in Message.objects.get(recipient=denis.email).body


def test_another_agency_is_not_told(world, denis, at_time):
    stranger = b.a_user("loin@agence-de-cherbourg.example")
    b.a_membership(stranger, b.an_organisation("AGENCY", "Agence de Cherbourg"), Role.COORDINATOR, is_admin=True)
    read(denis, at_time, 61)
    alert()
    assert stranger.email not in recipients()


def test_every_list_that_names_no_trainee_exists():
    assert set(LISTS) >= LISTS_WITHOUT_TRAINEES
    assert is_nominative("liste", {"liste": "presences"})
    assert is_nominative("dossier de preuves, OPCO Santé", {})
    assert [code for code in KINDS if not is_nominative(f"{code}, quelqu'un", {})] == [
        code for code, kind in KINDS.items() if not kind.is_nominative
    ]


# --- What goes on waits ---


def test_pages_wait_above_the_pace_nobody_reads_at(world, client_of, claire, at_time):
    address = reverse("cohorts:person_detail", args=[world.person.pk])
    client = client_of(claire)
    read(claire, at_time, pace.READS_BEFORE_WAITING - 1, every=timedelta(seconds=1))
    assert client.get(address).status_code == 200
    page = client.get(address)
    assert page.status_code == 429
    assert "180 fiches protégées en une heure" in page.content.decode()
    assert "BAUDRY" not in page.content.decode()
    assert AccessLog.objects.filter(action="refusal", purpose="cohorts:person_detail").count() == 1
    # Pages without protected data stay open, and an hour later everything is.
    assert client.get(reverse("home")).status_code == 200
    at_time(NOON + timedelta(hours=1, minutes=10))
    assert client.get(address).status_code == 200


def test_the_pace_is_slower_than_what_is_told():
    assert pace.READS_BEFORE_WAITING > unusual.READS_AN_HOUR
