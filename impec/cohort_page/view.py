"""The heart of the product: one cohort on one screen."""

from collections import Counter

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.templatetags.french import as_long_day
from cohorts.models import Cohort, Enrolment
from contracts.models import Contract
from contracts.stops import announced_stops
from impec.cohort_page import figures
from impec.cohort_page.lanes import half_day_marks
from impec.cohort_page.year import read_year
from regulations.contracts import ContractState
from training.hours import hours_by_enrolment, total
from training.models import HalfDay

MILESTONES_SHOWN = 8


@permission_required("cohorts.view_cohort", raise_exception=True)
@require_safe
def cohort_page(request, pk):
    """Les douze mois, les places, les heures, l'aide, ce qui manque. Same page for all roles, each with its rows."""
    today = clock.today()
    user = request.user
    cohort = get_object_or_404(Cohort.objects.visible_to(user), pk=pk)
    rows = Contract.objects.visible_to(user).in_cohort(cohort).filter(closed_on=None)
    asked = establishment_asked(request)
    year = read_year(cohort, rows, today, asked)
    half_days = list(HalfDay.objects.visible_to(user).filter(session__cohort=cohort).with_counts().order_by("day"))
    enrolments = Enrolment.objects.visible_to(user).filter(cohort=cohort, contracts__isnull=False).distinct()
    hours = total(hours_by_enrolment(enrolments, on=today).values())
    seats = figures.seats_by_establishment(cohort, user)
    milestones = list(cohort.milestones.filter(done_on=None).order_by("due_on", "pk"))
    sees_aid = user.has_perm("contracts.view_aid") and asked is None
    context = {
        "cohort": cohort,
        "today": today,
        "month_number": month_number(cohort, today),
        "in_force": sum(year.states[state] for state in figures.IN_FORCE),
        "contract_count": year.states.total(),
        "suspended": year.states[ContractState.SUSPENDED],
        "hours": hours,
        "hours_percent": 100 * hours.done_minutes // hours.planned_minutes if hours.planned_minutes else 0,
        "seats": seats,
        "places": places(seats),
        "aid": figures.aid_of(cohort, user, year.expected(), today) if sees_aid else None,
        "missing": figures.missing_of(cohort, user, year.lacks, half_days, milestones, hours, today),
        "milestones": [(milestone, milestone.due_on < today) for milestone in milestones[:MILESTONES_SHOWN]],
        "year": year,
        "stops": announced_stops([cohort.region], today),
        **training_of(year.axis, half_days, today),
    }
    context["reading"] = reading(cohort, year.states, context["half_days_held"], context["half_days_planned"])
    return render(request, "impec/cohort/page.html", context)


def establishment_asked(request) -> int | None:
    asked = request.GET.get("etablissement", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def training_of(axis, half_days: list, today) -> dict:
    return {
        "training_days": half_day_marks(axis, half_days, today),
        "half_days_held": sum(one.noted > 0 for one in half_days),
        "half_days_planned": sum(one.cancelled_on is None for one in half_days),
    }


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


def reading(cohort, states: Counter, held: int, planned: int) -> str:
    """The picture in one sentence, for whoever does not see it or has no time."""
    count = states.total()
    if not count:
        return f"Aucun contrat pour l'instant ; la cohorte commence le {as_long_day(cohort.starts_on)}."
    parts = ", ".join(f"{number} {state.label}" for state, number in states.most_common() if number)
    noun = "contrat" if count == 1 else "contrats"
    return f"{count} {noun} : {parts}. {held} demi-journées de formation tenues sur {planned}."
