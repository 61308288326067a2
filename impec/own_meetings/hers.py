"""What is hers: her meetings. She is known by her account or by her link, never by an address."""

from tutoring.models import Meeting


def meetings_of(person):
    """Hers, of the contracts that took place; those that were cancelled are no news to keep."""
    rows = Meeting.objects.standing().filter(contract__enrolment__person=person, contract__closed_on=None)
    return rows.select_related("contract__enrolment__person").prefetch_related("decisions", "signatures")
