"""The state of a contract, read from its dated facts: once in Python for a page, once in SQL for a list.

The order of the states is the law's (`regulations.contracts.state_on`); a test checks that both readings agree.
"""

from datetime import date

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from accounts.fields import in_force
from cohorts.models import Enrolment
from regulations.contracts import AidRequestKind, ContractFacts, ContractState, RenewalFacts
from regulations.periods import Period

S = ContractState

# What is read of other tables to know the state of one contract: to prefetch before a page of them.
READ_ALONG = ("aid_requests", "suspensions")


def along(contract, name: str) -> list:
    """Rows of a reverse relation: those a list has read along with the line, else those of the relation."""
    read = getattr(contract, f"{name}_read", None)
    return list(getattr(contract, name).all()) if read is None else read


def exited_on(contract) -> date | None:
    """The day the exit was recorded: what a list has read along with the line, else what its row says."""
    if hasattr(contract, "exit_read_on"):
        return contract.exit_read_on
    exit_row = getattr(contract, "exit", None)
    return exit_row.recorded_on if exit_row else None


def facts_of(contract) -> ContractFacts:
    """Reads `aid_requests`, `suspensions`, `exit` and `enrolment`: prefetched, it costs no query."""
    enrolment = contract.enrolment
    first = first_request(contract)
    return ContractFacts(
        diagnosis_on=enrolment.diagnosis_on,
        matched_on=enrolment.seat_accepted_on,
        requested_on=first.signed_on if first else None,
        decided_on=first.decided_on if first else None,
        is_granted=not (first and first.refused),
        signed_on=contract.signed_on,
        starts_on=contract.starts_on if is_concluded(contract, first) else None,
        ends_on=contract.ends_on,
        broken_on=contract.broken_on,
        exited_on=exited_on(contract),
        withdrawn_on=enrolment.withdrawn_on,
        closed_on=contract.closed_on,
        suspensions=tuple(Period(one.starts_on, one.ends_on) for one in along(contract, "suspensions")),
        renewals=tuple(
            RenewalFacts(request.signed_on, request.decided_on)
            for request in along(contract, "aid_requests")
            if request.kind == AidRequestKind.RENEWAL and request.signed_on is not None
        ),
    )


def first_request(contract):
    """The initial request that counts: the one not refused, else the first refusal."""
    requests = [one for one in along(contract, "aid_requests") if one.kind == AidRequestKind.INITIAL]
    return min(requests, key=lambda one: (one.refused, one.decided_on or date.max, one.pk), default=None)


def is_concluded(contract, first) -> bool:
    """Not only planned: signed, or at least neither closed, nor given up, nor refused."""
    if contract.closed_on is not None:
        return False
    given_up = contract.enrolment.withdrawn_on is not None or (first is not None and first.refused)
    return contract.signed_on is not None or not given_up


def condition(model, state: ContractState, on: date) -> Q:
    """This state that day, and none of those the law asks about first."""
    conditions = _conditions(model, on)
    earlier = list(conditions)[: list(conditions).index(state)]
    found = conditions[state]
    for other in earlier:
        found &= ~conditions[other]
    return found


def code_on(model, on: date) -> Case:
    """The state of each row that day as one expression: the first of the law's lines that holds."""
    lines = [When(holds, then=Value(state.value)) for state, holds in _conditions(model, on).items()]
    return Case(*lines, output_field=CharField())


def _conditions(model, on: date) -> dict[ContractState, Q]:
    """The law's lines in the law's order. `pk__in` of a small set costs less than a join of 100,000."""
    begun = Q(starts_on__lte=on) & concluded(model)
    suspensions = related(model, "suspensions").filter(in_force("starts_on", "ends_on", on))
    pending = (
        related(model, "aid_requests")
        .filter(kind=AidRequestKind.RENEWAL, signed_on__lte=on)
        .filter(Q(decided_on=None) | Q(decided_on__gt=on))
    )
    counting = _counting_requests(model)
    enrolments = Enrolment.objects
    return {
        S.EXITED: Q(pk__in=related(model, "exit").filter(recorded_on__lte=on).values("contract")),
        S.BROKEN: Q(broken_on__lte=on),
        S.ENDED: begun & Q(ends_on__lt=on),
        S.SUSPENDED: begun & Q(pk__in=suspensions.values("contract")),
        S.RENEWAL_REQUESTED: begun & Q(pk__in=pending.values("contract")),
        S.RUNNING: begun,
        S.LAPSED: Q(closed_on__lte=on),
        S.ABANDONED: Q(enrolment__in=enrolments.filter(withdrawn_on__lte=on)),
        S.SIGNED: Q(signed_on__lte=on),
        S.REFUSED: Q(pk__in=counting.filter(refused=True, decided_on__lte=on).values("contract")),
        S.GRANTED: Q(pk__in=counting.filter(refused=False, decided_on__lte=on).values("contract")),
        S.REQUESTED: Q(pk__in=counting.filter(signed_on__lte=on).values("contract")),
        S.MATCHED: Q(enrolment__in=enrolments.filter(seat_accepted_on__lte=on)),
        S.DIAGNOSED: Q(enrolment__in=enrolments.filter(diagnosis_on__lte=on)),
        S.PROSPECT: Q(pk__isnull=False),
    }


def concluded(model) -> Q:
    refused = _counting_requests(model).filter(refused=True).values("contract")
    withdrawn = Enrolment.objects.filter(withdrawn_on__isnull=False)
    kept = ~Q(enrolment__in=withdrawn) & ~Q(pk__in=refused)
    return Q(closed_on=None) & (Q(signed_on__isnull=False) | kept)


def _counting_requests(model):
    """Initial requests: the one not refused, else every refusal (the first of them is what counts)."""
    requests = related(model, "aid_requests")
    standing = requests.filter(contract=OuterRef("contract"), kind=AidRequestKind.INITIAL, refused=False)
    return requests.filter(Q(refused=False) | ~Exists(standing), kind=AidRequestKind.INITIAL)


def related(model, name: str):
    """Rows of the table behind a reverse relation, without importing the module that comes after this one."""
    return model._meta.get_field(name).related_model._base_manager.all()
