"""The whole story, in the order in which it happened."""

from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings

from accounts.models import Organisation, User
from cohorts.models import Person
from impec.demo import (
    answers,
    classes,
    committee,
    convening,
    deadlines,
    files,
    incoming,
    logins,
    meetings,
    papers,
    people,
    places,
    planning,
    proofs,
    reports,
    scenarios,
    sheets,
    skills,
    statements,
    today,
    workbook_models,
    working_life,
)

LAST_DAY_TOLD = "2026-11-20"


class NotEmpty(Exception):
    """There is already something here that this story did not bring."""


def is_loaded() -> bool:
    emails = {login.email for login in logins.LOGINS}
    return set(User.objects.filter(email__in=emails).values_list("email", flat=True)) == emails


def refuse_unless_empty() -> None:
    held = [
        f"{count} {words}"
        for model, words in ((Organisation, "organisation(s)"), (Person, "personne(s)"), (User, "compte(s)"))
        if (count := model.objects.count())
    ]
    if held:
        raise NotEmpty(
            "La démonstration n'a rien écrit : cette base contient déjà "
            + ", ".join(held)
            + ". Donnez-lui une base vide (variable DATABASE_URL)."
        )


def load() -> None:
    """Everything or nothing. Raises NotEmpty when the database holds anything else."""
    refuse_unless_empty()
    # Acts of 2025 and 2026 are told as seen from the day of the demonstration, whatever today is.
    with override_settings(IMPEC_TODAY=settings.IMPEC_TODAY or LAST_DAY_TOLD):
        with transaction.atomic():
            _tell()
        # Files are built by jobs, each with its own transactions.
        files.deliveries_of_the_story()
        committee.packs_of_the_story()
        answers.answers_of_the_story()
        workbook_models.models_of_the_story()
        reports.reports_of_the_story()
        incoming.list_of_the_forum()


def _tell() -> None:
    users = logins.create_logins()
    sites = places.employers_of_the_story(users)
    found = places.cohorts_of_the_story(users)
    seats = places.seats_of_the_story(found, sites)
    orders = places.orders_of_the_story(users["claire"])
    people.people_of_the_story(users, found, seats, sites)
    tutors = working_life.tutors_of_the_story(users, sites)
    contracts = working_life.contracts_of_the_story(users["claire"], sites, tutors, orders)
    people.waiting_referrals(found, seats)
    classes.training_of_the_story(users, found)
    planning.planning_of_the_story(users, found)
    papers.papers_of_the_story(users, found["SM 2026"])
    proofs.proofs_of_the_story(users, found["SM 2026"])
    convening.convocations_of_the_story(found["SM 2026"])
    today.class_of_the_day(found["GRV 09/26"])
    statements.statements_of_the_story(users)
    working_life.payments_of_the_story(users["claire"])
    scenarios.scenarios_of_the_story(found["SM 2026"], users["claire"])
    committee.decisions_of_the_story(found["SM 2026"], users["claire"])
    skills.skills_of_the_story(users, contracts)
    sheets.sheets_of_the_story(users)
    places.milestones_of_the_story(found, users["claire"])
    meetings.meetings_of_the_story(users, contracts)
    deadlines.deadlines_of_the_story(users)
