"""Accounts that nobody uses: told at eleven months, closed at twelve, anonymous at twenty-four."""

from datetime import date, datetime

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts import clock, jobs
from accounts.models import Message, User
from accounts.roles import Role
from impec.retention import purging, service
from impec.retention.jobs import warn_inactive
from regulations.retention import Kept
from tests import builders as b
from tests.impec.retained import due, faults, on_day


@pytest.fixture
def silent(world):
    """Léa, at Denis's beside him; her last sign-in is of 10 January 2026."""
    user = b.a_user("lea@closerie.example", first_name="Léa", last_name="MARIE")
    b.a_membership(user, world.closerie.employer.organisation, Role.EMPLOYER)
    User.objects.update(last_login=datetime(2026, 11, 20, tzinfo=clock.PARIS))
    user.last_login = datetime(2026, 1, 10, 9, tzinfo=clock.PARIS)
    user.save()
    return user


def test_an_unused_account_is_told_once_at_eleven_months(silent, settings):
    on_day(settings, date(2026, 12, 10))
    assert warn_inactive() == 0
    on_day(settings, date(2026, 12, 11))
    assert (warn_inactive(), warn_inactive()) == (1, 0)
    message = Message.objects.get(key__startswith="inactive")
    assert message.recipient == silent.email
    assert "10/01/2027" in message.body


def test_it_is_closed_at_twelve_months_and_never_without_a_notice(silent, settings, ines):
    assert due(Kept.ACCOUNT_DISABLED, date(2027, 1, 11)) == set()
    on_day(settings, date(2026, 12, 11))
    warn_inactive()
    assert due(Kept.ACCOUNT_DISABLED, date(2027, 1, 10)) == set()
    assert due(Kept.ACCOUNT_DISABLED, date(2027, 1, 11)) == {f"compte n° {silent.pk}"}
    purging.approve(by=ines, on=date(2027, 1, 11))
    silent.refresh_from_db()
    assert not silent.is_active


def test_a_late_notice_gives_a_month_too(silent, settings):
    on_day(settings, date(2027, 3, 1))
    warn_inactive()
    assert due(Kept.ACCOUNT_DISABLED, date(2027, 3, 30)) == set()
    assert f"compte n° {silent.pk}" in due(Kept.ACCOUNT_DISABLED, date(2027, 3, 31))


def test_signing_in_again_stops_it(silent, settings):
    on_day(settings, date(2026, 12, 11))
    warn_inactive()
    User.objects.filter(pk=silent.pk).update(last_login=datetime(2026, 12, 20, tzinfo=clock.PARIS))
    assert due(Kept.ACCOUNT_DISABLED, date(2027, 1, 11)) == set()


def test_the_last_administrator_of_an_organisation_stays(world, settings, denis):
    User.objects.filter(pk=denis.pk).update(last_login=datetime(2026, 1, 10, tzinfo=clock.PARIS))
    on_day(settings, date(2026, 12, 11))
    warn_inactive()
    assert due(Kept.ACCOUNT_DISABLED, date(2027, 1, 11)) == set()


def test_a_closed_account_is_made_anonymous_at_two_years(silent, ines):
    silent.is_active = False
    silent.save()
    assert due(Kept.ACCOUNT_ANONYMISED, date(2028, 1, 10)) == set()
    assert due(Kept.ACCOUNT_ANONYMISED, date(2028, 1, 11)) == {f"compte n° {silent.pk}"}
    jobs.seal_history()
    purging.approve(by=ines, on=date(2028, 1, 11))
    silent.refresh_from_db()
    assert (silent.get_full_name(), silent.email) == ("", f"compte-{silent.pk}@efface.invalid")
    lines = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=silent.pk)
    assert "MARIE" not in "".join(f"{line.object_repr} {line.changes}" for line in lines)
    assert due(Kept.ACCOUNT_ANONYMISED, date(2028, 1, 12)) == set()
    assert faults() == {}


def test_an_open_account_is_not_made_anonymous(silent):
    assert due(Kept.ACCOUNT_ANONYMISED, date(2030, 1, 1)) == set()


def test_the_account_of_a_trainee_lives_with_her_file(world, amina):
    User.objects.filter(pk=amina.pk).update(last_login=datetime(2020, 1, 1, tzinfo=clock.PARIS))
    assert amina not in service.professionals()
    assert amina not in service.to_warn(date(2030, 1, 1))
