"""Whom an establishment's mails about its trainees go to: the contacts it named, else its own accounts."""

from collections import defaultdict
from collections.abc import Collection

from accounts.models import Membership
from accounts.roles import Role
from employers.models import Contact, Establishment

# Who plans the absences first; one role is enough, so that nobody is written to for a colleague.
FIRST = (Contact.ContactRole.TRAINING, Contact.ContactRole.HR, Contact.ContactRole.DIRECTION)


def mails_of(establishments: Collection[int]) -> dict[int, list[str]]:
    """Addresses by establishment; none where nobody can be written to. Two queries, a third for the accounts."""
    by_role = defaultdict(lambda: defaultdict(list))
    contacts = Contact.objects.filter(establishment__in=establishments, removed_on=None, role__in=FIRST)
    for establishment, role, email in contacts.exclude(email="").values_list("establishment_id", "role", "email"):
        by_role[establishment][role].append(email)
    found = {
        establishment: next(sorted(set(roles[role])) for role in FIRST if role in roles)
        for establishment, roles in by_role.items()
    }
    return found | _accounts(set(establishments) - found.keys())


def _accounts(establishments: set[int]) -> dict[int, list[str]]:
    if not establishments:
        return {}
    members = defaultdict(set)
    rows = Membership.objects.active().filter(role=Role.EMPLOYER).values_list("organisation_id", "user__email")
    for organisation, email in rows:
        members[organisation].add(email)
    owners = Establishment.objects.filter(pk__in=establishments)
    return {
        pk: sorted(members[own] | members[of_employer])
        for pk, own, of_employer in owners.values_list("pk", "organisation_id", "employer__organisation_id")
    }
