"""Every due item of the house, through the scope of whoever asks, and who is reminded of it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from accounts.fields import in_force
from accounts.models import Membership, User
from accounts.reminders import DueItem, Ident, Planned, planned_for, standing_receipts, upcoming
from accounts.roles import Role
from accounts.scope import acting_membership, acting_role
from cohorts.models import Cohort, Enrolment, Referent
from contracts import due as contracts_due
from contracts.models import Contract
from employers.models import Establishment
from regulations.deadlines import Owner
from regulations.due import Rule
from tutoring import due as tutoring_due

# Whoever reads the list; the agency follows what employers are asked for.
OWNERS_SEEN = {Role.COORDINATOR: frozenset(Owner), Role.EMPLOYER: frozenset({Owner.EMPLOYER})}


def items_for(user, *, on: date, until: date, statements: bool = True) -> list[DueItem]:
    """What this user is waited for, or follows: the first due first; what was received otherwise is left out."""
    owners = OWNERS_SEEN.get(acting_role(user))
    if owners is None:
        return []
    contracts = Contract.objects.visible_to(user).of_nobody_erased()
    items = contracts_due.due_items(contracts, on=on, until=until, statements=statements)
    items = in_order([*items, *tutoring_due.due_items(contracts, on=on)])
    return _standing([item for item in items if owners.intersection(item.deadline.principle.owners)])


def every_item(*, on: date, until: date) -> list[DueItem]:
    """For the nightly job: each recipient is found among those whose scope holds the item."""
    objected = Enrolment.objects.filter(person__objected_on__isnull=False)
    contracts = Contract.objects.exclude(enrolment__in=objected).of_nobody_erased()
    items = contracts_due.due_items(contracts, on=on, until=until)
    return _standing(in_order([*items, *tutoring_due.due_items(contracts, on=on)]))


def in_order(items: list[DueItem]) -> list[DueItem]:
    return sorted(items, key=lambda item: (item.due_on, item.subject_id, item.ident))


def _standing(items: list[DueItem]) -> list[DueItem]:
    received = standing_receipts()
    return [item for item in items if item.ident not in received]


put_names = contracts_due.put_names


def act_of(item: DueItem) -> contracts_due.Act | None:
    """Where the thing is done, in the room it belongs to."""
    if item.rule is Rule.TUTOR_SHEET:
        return contracts_due.Act("Tenir pour le tuteur", tutoring_due.held_at(item), "tutoring.record_sheet")
    return contracts_due.act_of(item)


# --- Who is reminded ---


def recipients_of(items: Collection[DueItem], on: date) -> dict[Ident, dict[Owner, list[User]]]:
    """The employer's people for its establishment; at the agency the referents, else every counsellor."""
    employers = _employers({item.establishment_id for item in items})
    counsellors = _counsellors({item.cohort_id for item in items}, on)
    return {
        item.ident: {
            Owner.EMPLOYER: employers[item.establishment_id],
            Owner.COORDINATOR: counsellors[item.cohort_id],
        }
        for item in items
    }


def _members(role: Role) -> dict[int, list[User]]:
    """Organisation → its people in that role."""
    found = defaultdict(list)
    rows = Membership.objects.active().filter(role=role).select_related("user").order_by("pk")
    for membership in rows:
        found[membership.organisation_id].append(membership.user)
    return found


def _employers(establishments: set[int]) -> dict[int, list[User]]:
    members = _members(Role.EMPLOYER)
    found = defaultdict(list)
    for pk, own, of_employer in Establishment.objects.values_list("pk", "organisation_id", "employer__organisation_id"):
        if pk in establishments:
            users = [*members.get(own, ()), *members.get(of_employer, ())]
            found[pk] = list({user.pk: user for user in users}.values())
    return found


def _counsellors(cohorts: set[int], on: date) -> dict[int, list[User]]:
    members = _members(Role.COORDINATOR)
    agencies = {pk: agency for pk, agency in Cohort.objects.values_list("pk", "agency_id") if pk in cohorts}
    referents = defaultdict(set)
    for cohort, user in Referent.objects.filter(in_force("valid_from", "valid_to", on)).values_list("cohort", "user"):
        referents[cohort].add(user)
    found = defaultdict(list)
    for cohort, agency in agencies.items():
        people = members.get(agency, [])
        following = [user for user in people if user.pk in referents[cohort]]
        found[cohort] = following or list(people)
    return found


# --- What will leave ---


def upcoming_for(user, *, on: date, until: date) -> list[Planned]:
    """Each reminder about what this user reaches; an employer reads those of its own people."""
    items = items_for(user, on=on, until=until)
    lines = planned_for(items, recipients_of(items, on))
    found = [planned for line in lines.values() for planned in upcoming(line, on, until)]
    if acting_role(user) != Role.COORDINATOR:
        own = {member.user_id for member in acting_membership(user).organisation.memberships.all()}
        found = [planned for planned in found if planned.recipient.pk in own]
    return sorted(found, key=lambda one: (one.leaves_on, one.recipient.pk, one.item.due_on, one.item.ident))
