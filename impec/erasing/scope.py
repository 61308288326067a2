"""Whom a referent answers for and no list shows."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from cohorts.models import Person


def objecting_people(user: User, on: date) -> QuerySet[Person]:
    return Person.objects.watched_by(user, on).filter(erased_on=None).exclude(objected_on=None)
