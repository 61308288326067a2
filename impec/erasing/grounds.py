"""What holds a person's file, read from her contracts; the durations are the law's (`regulations.retention`)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Max

from cohorts.models import Cohort, Person
from contracts.models import AidPayment, Contract
from regulations.contracts import ContractState
from regulations.retention import FileFacts, Ground, Kept, grounds
from training.models import Attendance

# Signed or begun: the employer and the payer have a file.
ENGAGED = frozenset(
    {
        ContractState.SIGNED,
        ContractState.RUNNING,
        ContractState.SUSPENDED,
        ContractState.RENEWAL_REQUESTED,
        ContractState.BROKEN,
        ContractState.ENDED,
        ContractState.EXITED,
    }
)
# The last day in class of a person's enrolment.
Trained = dict[tuple[int, int], date]
LONGER = {Cohort.Cofinancing.ESF.value: Kept.ESF, Cohort.Cofinancing.STATE_AID.value: Kept.STATE_AID}


def grounds_of(person: Person, on: date) -> list[Ground]:
    return grounds_of_each([person.pk], on)[person.pk]


def grounds_of_each(people: Collection[int], on: date) -> dict[int, list[Ground]]:
    """By person, in a number of queries that their number does not change."""
    contracts = Contract.objects.filter(enrolment__person__in=people).select_related("cohort").with_state_facts()
    trained = _last_trainings(people)
    paid = _last_payments(people)
    files = defaultdict(list)
    for contract in contracts:
        files[contract.enrolment.person_id].append(_facts_of(contract, trained, paid, on))
    return {pk: grounds(files[pk]) or grounds(_trainings_without_contract(pk, trained)) for pk in people}


def _facts_of(contract: Contract, trained: Trained, paid: dict[int, date], on: date) -> FileFacts:
    return FileFacts(
        has_started=contract.state_on(on) in ENGAGED or contract.pk in paid,
        ended_on=contract.broken_on or contract.ends_on,
        last_training_on=trained.get((contract.enrolment.person_id, contract.enrolment_id)),
        last_paid_on=paid.get(contract.pk),
        longer=LONGER.get(contract.cohort.cofinancing),
    )


def _trainings_without_contract(person: int, trained: Trained) -> list[FileFacts]:
    days = [day for (whose, _), day in trained.items() if whose == person]
    return [FileFacts(False, None, last_training_on=max(days, default=None))]


def _last_trainings(people: Collection[int]) -> Trained:
    """Minutes attended are evidence; an absence is none."""
    attended = Attendance.objects.valid().filter(attended_minutes__gt=0, enrolment__person__in=people)
    days = attended.order_by().values_list("enrolment__person", "enrolment").annotate(Max("half_day__day"))
    return {(person, enrolment): day for person, enrolment, day in days}


def _last_payments(people: Collection[int]) -> dict[int, date]:
    """By contract."""
    payments = AidPayment.objects.valid().filter(aid_request__contract__enrolment__person__in=people)
    return dict(payments.order_by().values_list("aid_request__contract").annotate(Max("paid_on")))
