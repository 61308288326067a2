"""What holds a person's file, read from her contracts; the durations are the law's (`regulations.retention`)."""

from datetime import date

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
LONGER = {Cohort.Cofinancing.ESF.value: Kept.ESF, Cohort.Cofinancing.STATE_AID.value: Kept.STATE_AID}


def grounds_of(person: Person, on: date) -> list[Ground]:
    contracts = Contract.objects.filter(enrolment__person=person).select_related("cohort").with_state_facts()
    found = grounds([_facts_of(contract, on) for contract in contracts])
    return found or grounds(_trainings_without_contract(person))


def _facts_of(contract: Contract, on: date) -> FileFacts:
    last_paid = AidPayment.objects.valid().filter(aid_request__contract=contract).order_by("-paid_on").first()
    return FileFacts(
        has_started=contract.state_on(on) in ENGAGED or last_paid is not None,
        ended_on=contract.broken_on or contract.ends_on,
        last_training_on=_last_training(enrolment=contract.enrolment_id),
        last_paid_on=last_paid and last_paid.paid_on,
        longer=LONGER.get(contract.cohort.cofinancing),
    )


def _trainings_without_contract(person: Person) -> list[FileFacts]:
    return [FileFacts(False, None, last_training_on=_last_training(enrolment__person=person))]


def _last_training(**whose) -> date | None:
    """Minutes attended are evidence; an absence is none."""
    attended = Attendance.objects.valid().filter(attended_minutes__gt=0, **whose)
    return attended.order_by("-half_day__day").values_list("half_day__day", flat=True).first()
