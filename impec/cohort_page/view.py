"""The heart of the product: one cohort on one screen."""

from collections import Counter

from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.templatetags.french import as_long_day
from cohorts.models import Cohort, Enrolment
from contracts.models import Contract
from impec.cohort_page import figures
from impec.cohort_page.lanes import Group, axis_of, density_of, half_day_marks, lane_of, months_of
from regulations.periods import Period
from training.hours import hours_by_enrolment, total
from training.models import HalfDay
from tutoring.models import Tutorship

# Above this, one lane per establishment: a bar for each of three hundred people is a wall, not a picture.
MOST_LANES = 60


@permission_required("cohorts.view_cohort", raise_exception=True)
@require_safe
def cohort_page(request, pk):
    """Les douze mois, les places, les heures, l'aide, ce qui manque. Same page for all roles, each with its rows."""
    today = clock.today()
    cohorts = Cohort.objects.visible_to(request.user).select_related("agency", "training_organisation")
    cohort = get_object_or_404(cohorts, pk=pk)
    contracts = contracts_of(cohort, request.user)
    half_days = list(
        HalfDay.objects.visible_to(request.user).filter(session__cohort=cohort).with_counts().order_by("day")
    )
    enrolments = Enrolment.objects.visible_to(request.user).filter(cohort=cohort, contracts__isnull=False).distinct()
    hours = total(hours_by_enrolment(enrolments, on=today).values())
    asked = request.GET.get("etablissement", "")
    context = {
        "cohort": cohort,
        "today": today,
        "month_number": month_number(cohort, today),
        "states": Counter(contract.state_on(today) for contract in contracts),
        "in_force": sum(contract.state_on(today) in figures.IN_FORCE for contract in contracts),
        "contract_count": len(contracts),
        "hours": hours,
        "hours_percent": 100 * hours.done_minutes // hours.planned_minutes if hours.planned_minutes else 0,
        "seats": figures.seats_by_establishment(cohort, request.user),
        "aid": figures.aid_of(cohort, contracts, today) if request.user.has_perm("contracts.view_aid") else None,
        "missing": figures.missing_of(cohort, request.user, contracts, half_days, hours, today),
        "milestones": milestones_of(cohort, request.user, today),
        **timeline(cohort, contracts, half_days, today, asked),
    }
    context["places"] = places(context["seats"])
    return render(request, "impec/cohort/page.html", context)


def contracts_of(cohort, user) -> list[Contract]:
    """All that the bars, the states and the aid of each contract are read from, in a fixed number of queries."""
    tutorships = Tutorship.objects.select_related("tutor").order_by("starts_on")
    return list(
        Contract.objects.visible_to(user)
        .in_cohort(cohort)
        .filter(closed_on=None)
        .with_names()
        .select_related("exit")
        .prefetch_related(
            "aid_requests__order", "suspensions", "immersions", Prefetch("tutorships", queryset=tutorships)
        )
        .order_by("establishment__name", "enrolment__person__search_text", "pk")
    )


def milestones_of(cohort, user, today) -> list:
    """What comes next: the late ones first, then the six next."""
    rows = cohort.milestones.filter(done_on=None).order_by("due_on", "pk")[:8]
    return [(milestone, milestone.due_on < today) for milestone in rows]


def month_number(cohort, today) -> tuple[int, int]:
    """« mois 10 sur 12 »; 0 before the first day, the last one after the end."""
    count = months_apart(cohort.starts_on, cohort.ends_on) + 1
    number = months_apart(cohort.starts_on, today) + 1 if today >= cohort.starts_on else 0
    return min(number, count), count


def months_apart(first, last) -> int:
    return 12 * (last.year - first.year) + last.month - first.month - (last.day < first.day)


def places(seats) -> dict[str, int]:
    offered = sum(seat.quantity for seat in seats)
    filled = sum(seat.filled for seat in seats)
    return {"offered": offered, "filled": filled, "open": max(offered - filled, 0)}


def timeline(cohort, contracts, half_days, today, asked: str) -> dict:
    axis = axis_of(cohort, contracts)
    months = months_of(axis)
    is_large = len(contracts) > MOST_LANES
    groups = groups_of(contracts)
    for group, rows in groups:
        group.count = len(rows)
        group.running = sum(row.state_on(today) in figures.IN_FORCE for row in rows)
        if not is_large or asked == str(group.establishment.pk):
            group.lanes = [lane_of(axis, row, today) for row in rows]
        else:
            group.density = density_of(axis, months, [Period(row.starts_on, row.last_day) for row in rows])
    held = sum(one.noted > 0 for one in half_days)
    planned = sum(one.cancelled_on is None for one in half_days)
    return {
        "months": months,
        "groups": [group for group, _ in groups],
        "is_large": is_large,
        "training_days": half_day_marks(axis, half_days, today),
        "today_mark": axis.at(today) if axis.shows(today) else None,
        "half_days_held": held,
        "half_days_planned": planned,
        "reading": reading(cohort, contracts, held, planned, today),
    }


def groups_of(contracts) -> list[tuple[Group, list]]:
    found: dict[int, tuple[Group, list]] = {}
    for contract in contracts:
        group = found.setdefault(contract.establishment_id, (Group(contract.establishment), []))
        group[1].append(contract)
    return list(found.values())


def reading(cohort, contracts, held: int, planned: int, today) -> str:
    """The picture in one sentence, for whoever does not see it or has no time."""
    if not contracts:
        return f"Aucun contrat pour l'instant ; la cohorte commence le {as_long_day(cohort.starts_on)}."
    counts = Counter(contract.state_on(today).label for contract in contracts)
    parts = ", ".join(f"{count} {label}" for label, count in counts.most_common())
    noun = "contrat" if len(contracts) == 1 else "contrats"
    return f"{len(contracts)} {noun} : {parts}. {held} demi-journées de formation tenues sur {planned}."
