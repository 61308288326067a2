"""What the page counts: places, hours, aid, what is missing. One queryset of a room each, and a link to its rows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from accounts.templatetags.french import as_day
from cohorts.models import EmployerInvitation, Person, Referral, Seat
from contracts.expected import ExpectedAid, ExpectedTotals
from contracts.models import AidPayment, Contract
from impec.waiting import LACKING, plural
from regulations.contracts import ContractState

IN_FORCE = (ContractState.RUNNING, ContractState.SUSPENDED, ContractState.RENEWAL_REQUESTED)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to do: how many, what, since when, and where its rows are."""

    count: int
    label: str
    url: str
    since: str = ""
    # Of people: said where a small count is masked, since a singular would tell it.
    several: str = ""


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


def aid_of(cohort, user, totals: ExpectedTotals, today: date) -> Aid:
    contracts = Contract.objects.visible_to(user).in_cohort(cohort)
    paid = dict(
        AidPayment.objects.valid()
        .filter(aid_request__contract__in=contracts.values("pk"))
        .order_by()
        .values_list("month")
        .annotate(total=Sum("amount"))
    )
    this_month = today.replace(day=1)
    return Aid(
        this_month=totals.by_month.get(this_month, Decimal(0)),
        whole=totals.total,
        to_date=sum((amount for month, amount in totals.by_month.items() if month < this_month), Decimal(0)),
        paid=sum(paid.values(), Decimal(0)),
        months=_months(totals.by_month, paid, this_month),
        unknown=tuple(f"{count} × {reason}" for reason, count in totals.missing.most_common(5)),
        formula=_formula(totals.example),
        envelope=cohort.aid_envelope,
    )


def _months(expected: dict[date, Decimal], paid: dict[date, Decimal], this_month: date) -> tuple[AidOfMonth, ...]:
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


def _formula(aid: ExpectedAid | None) -> str:
    """One whole month of one contract, so that the total can be understood."""
    months = aid.months if aid else ()
    return next((month.formula for month in months if month.is_whole), "")


def missing_of(cohort, user, lacks: Counter, half_days: list, milestones: list, hours, today: date) -> list[Missing]:
    """What waits for somebody."""
    found = [
        *_late_milestones(cohort, user, milestones, today),
        *_incomplete_contracts(cohort, lacks),
        *_rolls_to_take(cohort, half_days, today),
        *_answers(cohort, user),
    ]
    if hours.half_days_missing:
        label = plural(hours.half_days_missing, "présence à compléter", "présences à compléter")
        url = reverse("training:cohort_hours", args=[cohort.pk])
        found.append(Missing(hours.half_days_missing, label, url, several="présences à compléter"))
    return found


def _late_milestones(cohort, user, milestones: list, today: date) -> list[Missing]:
    late = [milestone.due_on for milestone in milestones if milestone.due_on < today]
    if not late or not user.has_perm("cohorts.change_cohort"):
        return []
    label = plural(len(late), "jalon en retard", "jalons en retard")
    url = reverse("cohorts:milestone_list", args=[cohort.pk]) + "?etat=retard"
    return [Missing(len(late), label, url, f"depuis le {as_day(late[0])}")]


def _incomplete_contracts(cohort, lacks: Counter) -> list[Missing]:
    url = reverse("contracts:contract_list")
    return [
        Missing(
            lacks[what],
            plural(lacks[what], one, several),
            f"{url}?cohorte={cohort.pk}&manque={what}",
            several=several,
        )
        for what, one, several in LACKING
        if lacks[what]
    ]


def _rolls_to_take(cohort, half_days: list, today: date) -> list[Missing]:
    waiting = [one for one in half_days if one.cancelled_on is None and not one.noted and one.day < today]
    if not waiting:
        return []
    label = plural(len(waiting), "appel à faire", "appels à faire")
    url = reverse("training:session_list") + f"?cohorte={cohort.pk}&etat=a-noter"
    return [Missing(len(waiting), label, url, f"depuis le {as_day(min(one.day for one in waiting))}")]


def _answers(cohort, user) -> list[Missing]:
    found = []
    referrals = Referral.objects.visible_to(user).filter(cohort=cohort).to_answer()
    if count := referrals.count():
        label = plural(count, "proposition sans réponse", "propositions sans réponse")
        url = reverse("cohorts:referral_list") + f"?cohorte={cohort.pk}&reponse=attente"
        found.append(Missing(count, label, url, several="propositions sans réponse"))
    if not user.has_perm("cohorts.change_cohort"):
        return found
    if count := EmployerInvitation.objects.visible_to(user).filter(cohort=cohort).waiting().count():
        label = plural(count, "employeur invité sans réponse", "employeurs invités sans réponse")
        found.append(Missing(count, label, reverse("cohorts:invitation_list", args=[cohort.pk]) + "?reponse=attente"))
    people = Person.objects.visible_to(user).filter(enrolments__cohort=cohort, notice_given_on=None)
    if count := people.count():
        label = plural(count, "notice d'information à remettre", "notices d'information à remettre")
        url = reverse("cohorts:person_list") + f"?cohorte={cohort.pk}&notice=a-remettre"
        found.append(Missing(count, label, url, several="notices d'information à remettre"))
    return found
