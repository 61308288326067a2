"""One erasure in the database: everything the fates say, in one transaction that the caller has opened."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import Q

from accounts.journal import log_access
from accounts.models import Receipt, User
from accounts.rows import change, keep
from cohorts.models import Enrolment, Erasure, Person
from contracts.models import Contract
from impec.erasing.actions import past, rows, traces
from impec.erasing.actions.rows import Touched
from impec.erasing.grounds import grounds_of
from impec.erasing.mentions import Mentions, mentions_of
from regulations.retention import ErasureDepth, Ground, ends_on, still_holding

IDENTITY = ("birth_name", "usual_name", "first_name", "birth_date")


@dataclass(frozen=True)
class Standing:
    """Ce qui retient son dossier ce jour-là."""

    grounds: list[Ground]

    @property
    def depth(self) -> ErasureDepth:
        return ErasureDepth.ARCHIVED if self.grounds else ErasureDepth.COMPLETE

    @property
    def is_complete(self) -> bool:
        return not self.grounds

    @property
    def until(self) -> date | None:
        return ends_on(self.grounds)


def standing_of(person: Person, on: date, *, complete: bool = False) -> Standing:
    """What was once erased for good stays so, whatever is recorded since."""
    erasure = Erasure.objects.filter(person=person).first()
    if complete or (erasure and erasure.depth == ErasureDepth.COMPLETE):
        return Standing([])
    return Standing(still_holding(grounds_of(person, on), on))


def carry_out(*, person: Person, by: User, reason: str, at: datetime, on: date, complete: bool = False) -> Erasure:
    """Erases what may go that day; what is left says on which ground. Twice is once."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    erasure = Erasure.objects.filter(person=person).first()
    standing = standing_of(person, on, complete=complete)
    mentions, account = mentions_of(person, erasure), own_account(person)
    history = _rows_of_history(person, account)
    archived = {} if standing.is_complete or erasure else {name: getattr(person, name) for name in IDENTITY}
    touched = _take_away(person, account, mentions, standing, on)
    blanked = past.blank_history(rows=history, account=account, mentions=mentions, by=by)
    noted = _Noted(person=person, erased_by=by, reason=mentions.blanked(reason.strip()), erased_at=at)
    erasure = noted.kept(erasure, standing, archived, touched)
    if touched.counts or blanked:
        past.write_history(changed=touched.changed, deleted=touched.deleted, by=by)
        log_access(user=by, action="erase", obj=person, count=sum(touched.counts.values()), purpose="effacement")
    return erasure


def _rows_of_history(person: Person, account: User | None) -> dict[type[models.Model], set[int]]:
    """Read before anything goes: a row that is no longer there still has its history."""
    found = rows.of_hers(person.pk)
    received = traces.receipts_of(found[Contract])
    found[Receipt] = set(received.values_list("pk", flat=True))
    # What the erasure says of itself names nobody.
    del found[Erasure]
    return found | ({User: {account.pk}} if account else {})


def _take_away(person: Person, account: User | None, mentions: Mentions, standing: Standing, on: date) -> Touched:
    touched = Touched()
    contracts = rows.of_hers(person.pk)[Contract]
    if person.erased_on is None:
        _leave_the_cohort(person, on, touched, complete=standing.is_complete)
        traces.drop_list_exports(touched)
    traces.blank_messages(mentions, touched)
    traces.drop_previews(mentions, touched)
    traces.blank_receipts(contracts, touched, complete=standing.is_complete)
    for step in rows.steps(person.pk, complete=standing.is_complete):
        step.apply(touched)
    traces.blank_texts(mentions, touched)
    if account is not None:
        traces.close_account(account, person.public_code, touched)
    return touched


def _leave_the_cohort(person: Person, on: date, touched: Touched, *, complete: bool) -> None:
    """Her place is free for somebody else, and a contract that never began is closed."""
    whose = Q() if complete else Q(contracts=None)
    held = Enrolment.objects.holding().filter(whose, person=person)
    touched.add(Enrolment, list(held.values_list("pk", flat=True)), gone=False)
    Enrolment.objects.filter(pk__in=held.values("pk")).update(freed_on=on)
    planned = Contract.objects.filter(enrolment__person=person, closed_on=None) if complete else Contract.objects.none()
    touched.add(Contract, list(planned.values_list("pk", flat=True)), gone=False)
    planned.update(closed_on=on)
    Person.objects.filter(pk=person.pk).update(erased_on=on)


@dataclass(frozen=True)
class _Noted:
    """Ce que l'effacement écrit de lui-même la première fois."""

    person: Person
    erased_by: User
    reason: str
    erased_at: datetime

    def kept(self, known: Erasure | None, standing: Standing, archived: dict, touched: Touched) -> Erasure:
        facts = {
            "depth": standing.depth,
            "ground": standing.grounds[0].kept if standing.grounds else "",
            "kept_until": standing.until,
        }
        if known is None:
            return keep(
                Erasure(
                    person=self.person,
                    erased_by=self.erased_by,
                    reason=self.reason,
                    erased_at=self.erased_at,
                    completed_at=self.erased_at if standing.is_complete else None,
                    counts=touched.counts,
                    waiting_files=touched.files,
                    **facts,
                    **archived,
                )
            )
        if standing.is_complete and known.completed_at is None:
            facts["completed_at"] = self.erased_at
        counts = {label: known.counts.get(label, 0) + count for label, count in touched.counts.items()}
        facts |= {"counts": known.counts | counts, "waiting_files": [*known.waiting_files, *touched.files]}
        return change(known, **facts)


def own_account(person: Person) -> User | None:
    """Hers as a trainee; an account that also works here is only parted from her file."""
    return person.user if person.user_id and not person.user.memberships.exists() else None
