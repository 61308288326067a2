"""What is hers: her contract, her certificates. She is known by her account or by her link, never by an address."""

from django.db.models import QuerySet

from accounts import clock
from cohorts.models import Person
from contracts.models import Contract
from tutoring.models import ExperienceCertificate


def contract_of(person: Person) -> Contract | None:
    """Her latest contract; never one that did not happen."""
    rows = Contract.objects.filter(enrolment__person=person, closed_on=None)
    return rows.select_related("enrolment__person", "establishment").order_by("-starts_on", "-pk").first()


def is_over(contract: Contract) -> bool:
    return contract.last_day is not None and contract.last_day < clock.today()


def certificates_of(person: Person) -> QuerySet[ExperienceCertificate]:
    rows = ExperienceCertificate.objects.filter(contract__enrolment__person=person).standing()
    return rows.order_by("-issued_on", "-pk")
