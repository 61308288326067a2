"""What the page counts: places, hours, aid, what is missing. One queryset of a room each, and a link to its rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from accounts.templatetags.french import as_day
from cohorts.models import EmployerInvitation, Milestone, Person, Referral, Seat
from contracts.expected import ExpectedAid, expected_for
from contracts.models import AidPayment
from impec.homes import LACKING
from regulations.contracts import ContractKind, ContractState

IN_FORCE = (ContractState.RUNNING, ContractState.SUSPENDED, ContractState.RENEWAL_REQUESTED)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to do: how many, what, since when, and where its rows are."""

    count: int
    label: str
    url: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class AidOfMonth:
    month: date
    expected: Decimal
    paid: Decimal
    is_past: bool
    height_expected: int = 0
    height_paid: int = 0


@dataclass(frozen=True, slots=True)
class Aid:
    """Aide de l'État : `unknown` contracts have no amount, and the page says why."""

    this_month: Decimal
    whole: Decimal
    to_date: Decimal
    paid: Decimal
    months: tuple[AidOfMonth, ...]
    unknown: tuple[str, ...]
    formula: str
    envelope: Decimal | None


def seats_by_establishment(cohort, user) -> list:
    return list(
        Seat.objects.visible_to(user)
        .filter(cohort=cohort)
        .with_filled()
        .select_related("establishment")
        .order_by("establishment__name", "job_title", "pk")
    )


def aid_of(cohort, contracts: list, today: date) -> Aid:
    expected = expected_for(contracts)
    by_month: Counter = Counter()
    for aid in expected.values():
        for month in aid.months:
            if (amount := month.amount) is not None:
                by_month[month.month] += amount
    paid = dict(
        AidPayment.objects.valid()
        .filter(aid_request__contract__in=[contract.pk for contract in contracts])
        .order_by()
        .values_list("month")
        .annotate(total=Sum("amount"))
    )
    this_month = today.replace(day=1)
    return Aid(
        this_month=by_month.get(this_month, Decimal(0)),
        whole=sum(by_month.values(), Decimal(0)),
        to_date=sum((amount for month, amount in by_month.items() if month < this_month), Decimal(0)),
        paid=sum(paid.values(), Decimal(0)),
        months=_months(by_month, paid, this_month),
        unknown=_unknown(expected.values()),
        formula=_example(expected.values(), this_month),
        envelope=cohort.aid_envelope,
    )


def _months(expected: Counter, paid: dict[date, Decimal], this_month: date) -> tuple[AidOfMonth, ...]:
    highest = max([*expected.values(), *paid.values(), Decimal(1)])
    return tuple(
        AidOfMonth(
            month,
            expected.get(month, Decimal(0)),
            paid.get(month, Decimal(0)),
            month < this_month,
            int(100 * expected.get(month, Decimal(0)) / highest),
            int(100 * paid.get(month, Decimal(0)) / highest),
        )
        for month in sorted({*expected, *paid})
    )


def _unknown(aids: Iterable[ExpectedAid]) -> tuple[str, ...]:
    """Why some contracts have no amount, each reason once with its number of contracts."""
    reasons = Counter(reason for aid in aids for reason in aid.missing)
    return tuple(f"{count} × {reason}" for reason, count in reasons.most_common(5))


def _example(aids: Iterable[ExpectedAid], month: date) -> str:
    """The formula of one whole month of the cohort, so that the total can be understood."""
    found = (aid.of_month(month) for aid in aids if not aid.missing)
    return next((one.formula for one in found if one is not None and one.is_whole), "")


def missing_of(cohort, user, contracts: list, half_days: list, hours, today: date) -> list[Missing]:
    """What waits for somebody, the oldest date at stake first within each kind."""
    found = [
        *_late_milestones(cohort, user, today),
        *_incomplete_contracts(cohort, contracts, today),
        *_rolls_to_take(cohort, half_days, today),
        *_answers(cohort, user),
    ]
    if hours.half_days_missing:
        label = _plural(hours.half_days_missing, "présence à compléter", "présences à compléter")
        found.append(Missing(hours.half_days_missing, label, reverse("training:cohort_hours", args=[cohort.pk])))
    return found


def _late_milestones(cohort, user, today: date) -> list[Missing]:
    late = list(
        Milestone.objects.visible_to(user)
        .filter(cohort=cohort)
        .late(today)
        .order_by("due_on")
        .values_list("due_on", flat=True)
    )
    if not late or not user.has_perm("cohorts.change_cohort"):
        return []
    label = _plural(len(late), "jalon en retard", "jalons en retard")
    url = reverse("cohorts:milestone_list", args=[cohort.pk]) + "?etat=retard"
    return [Missing(len(late), label, url, f"depuis le {as_day(late[0])}")]


def _incomplete_contracts(cohort, contracts: list, today: date) -> list[Missing]:
    """Read from the rows of the bars; `Contract.objects.lacking` opens the same ones, and a test compares them."""
    alive = [contract for contract in contracts if contract.state_on(today) in (*IN_FORCE, ContractState.SIGNED)]
    lacks = {
        "sans-tuteur": lambda contract: not contract.tutor_now(),
        "sans-decision": lambda contract: ContractKind(contract.kind).is_pec and contract.first_decision() is None,
        "sans-signature": lambda contract: contract.signed_on is None,
    }
    url = reverse("contracts:contract_list")
    return [
        Missing(count, _plural(count, one, several), f"{url}?cohorte={cohort.pk}&manque={what}")
        for what, one, several in LACKING
        if (count := sum(map(lacks[what], alive)))
    ]


def _rolls_to_take(cohort, half_days: list, today: date) -> list[Missing]:
    waiting = [one for one in half_days if one.cancelled_on is None and not one.noted and one.day < today]
    if not waiting:
        return []
    label = _plural(len(waiting), "appel à faire", "appels à faire")
    url = reverse("training:session_list") + f"?cohorte={cohort.pk}&etat=a-noter"
    return [Missing(len(waiting), label, url, f"depuis le {as_day(min(one.day for one in waiting))}")]


def _answers(cohort, user) -> list[Missing]:
    found = []
    referrals = Referral.objects.visible_to(user).filter(cohort=cohort).to_answer()
    if count := referrals.count():
        label = _plural(count, "proposition sans réponse", "propositions sans réponse")
        found.append(Missing(count, label, reverse("cohorts:referral_list") + f"?cohorte={cohort.pk}&reponse=attente"))
    if not user.has_perm("cohorts.change_cohort"):
        return found
    if count := EmployerInvitation.objects.visible_to(user).filter(cohort=cohort).waiting().count():
        label = _plural(count, "employeur invité sans réponse", "employeurs invités sans réponse")
        found.append(Missing(count, label, reverse("cohorts:invitation_list", args=[cohort.pk]) + "?reponse=attente"))
    people = Person.objects.visible_to(user).filter(enrolments__cohort=cohort, notice_given_on=None)
    if count := people.count():
        label = _plural(count, "notice d'information à remettre", "notices d'information à remettre")
        found.append(Missing(count, label, reverse("cohorts:person_list") + f"?cohorte={cohort.pk}&notice=a-remettre"))
    return found


def _plural(count: int, one: str, several: str) -> str:
    return one if count == 1 else several
