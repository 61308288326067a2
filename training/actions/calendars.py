"""Private addresses of calendars: open one, close it, find what it shows."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.ics import Entry
from accounts.models import Membership, User
from accounts.roles import Role
from accounts.rows import change, keep
from cohorts.models import Enrolment, Person
from employers.models import Establishment
from training.expected import Engagement, engagements, expected_pairs, of_person, published
from training.ics import entry_of
from training.models import CalendarFeed, HalfDay

# Calendars keep what was last month, for whoever looks back.
KEPT = timedelta(days=30)


@transaction.atomic
def open_feed(
    *, person: Person | None = None, establishment: Establishment | None = None, by: User | None, at: datetime
) -> str:
    """Créer l'adresse : son jeton, rendu cette seule fois. Another one replaces the address there was."""
    owner = person or establishment
    # Two clicks at once: one address stands at the end.
    type(owner)._base_manager.select_for_update().get(pk=owner.pk)
    for standing in owner.calendar_feeds.open():
        revoke_feed(feed=standing, by=by, at=at)
    token = secrets.token_urlsafe(32)
    keep(
        CalendarFeed(
            person=person, establishment=establishment, token_hash=hash_of(token), created_at=at, created_by=by
        )
    )
    return token


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, by: User | None, at: datetime) -> CalendarFeed:
    """Révoquer : l'adresse ne répond plus. Twice is once."""
    feed = CalendarFeed.objects.select_for_update(of=("self",)).get(pk=feed.pk)
    return feed if feed.revoked_at else change(feed, revoked_at=at, revoked_by=by)


def drop_feeds_of(*, membership: Membership, by: User, at: datetime) -> None:
    """Who leaves an organisation saw the addresses she made: they no longer answer. Her own calendar stays."""
    feeds = CalendarFeed.objects.open().filter(created_by=membership.user_id).exclude(person__user=membership.user_id)
    if membership.role == Role.EMPLOYER:
        feeds = feeds.filter(establishment__in=Establishment.objects.of_organisation(membership.organisation_id))
    for feed in feeds:
        revoke_feed(feed=feed, by=by, at=at)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_feed(token: str) -> CalendarFeed | None:
    """The address that answers: neither unknown, nor revoked, nor of somebody who left the house."""
    feeds = CalendarFeed.objects.open().select_related("person", "establishment")
    feed = feeds.filter(token_hash=hash_of(token)).first()
    person = feed.person if feed else None
    return None if person and (person.objected_on or person.erased_on) else feed


def entries_of(feed: CalendarFeed, on: date) -> list[Entry]:
    """The half-days of the past month and those to come, cancelled ones said so."""
    if feed.person is not None:
        return [entry_of(half_day) for half_day, _ in _expected(of_person(feed.person), on)]
    return _entries_of_establishment(feed.establishment, on)


def _entries_of_establishment(establishment: Establishment, on: date) -> list[Entry]:
    """One entry per half-day, with first names and initials of its own people."""
    standing = {"person__objected_on": None, "person__erased_on": None}
    enrolments = Enrolment.objects.filter(contracts__establishment=establishment, **standing).distinct()
    names = {one.pk: one.person.short_name for one in enrolments.select_related("person")}
    people: dict = {}
    for half_day, engagement in _expected(enrolments, on):
        if engagement.establishment_id == establishment.pk:
            people.setdefault(half_day, []).append(names[engagement.enrolment_id])
    return [entry_of(half_day, f"Stagiaires : {', '.join(sorted(found))}") for half_day, found in people.items()]


def _expected(enrolments: QuerySet[Enrolment], on: date) -> Iterable[tuple[HalfDay, Engagement]]:
    known = engagements(enrolments)
    return expected_pairs(published(known.keys(), on - KEPT), known)
