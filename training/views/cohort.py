"""Pages of one cohort: its programme, the hours of each trainee."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import clock
from cohorts.models import Cohort, Enrolment
from training.catch_up import missed_by
from training.hours import hours_by_enrolment, total
from training.models import Module
from training.tables import HoursTable, hours_row


@permission_required("training.view_session", raise_exception=True)
@require_GET
def programme(request, pk):
    """Programme d'une cohorte : chaque module, ses heures prévues, placées et suivies par le groupe."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    modules = list(Module.objects.of_cohort(cohort).with_minutes(cohort).order_by("position", "pk"))
    context = {
        "cohort": cohort,
        "modules": modules,
        "planned": sum(module.planned_minutes for module in modules),
        "placed": sum(module.placed_minutes or 0 for module in modules),
    }
    return render(request, "training/programme.html", context)


@permission_required("training.view_session", raise_exception=True)
@require_GET
def cohort_hours(request, pk):
    """Heures de chaque stagiaire d'une cohorte."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    enrolments = Enrolment.objects.visible_to(request.user).filter(cohort=cohort, contracts__isnull=False).distinct()
    hours = hours_by_enrolment(enrolments, on=clock.today())
    people = enrolments.select_related("person", "seat__establishment")
    rows = [
        hours_row(one.person, one.seat.establishment if one.seat else None, hours[one.pk])
        for one in sorted(people, key=lambda one: one.person.search_text)
    ]
    joined_late = missed_by(list(people), user=request.user, on=clock.today())
    context = {
        "cohort": cohort,
        "table": HoursTable(data=rows),
        "total": total(hours.values()),
        "late": [
            (one, len(joined_late[one.pk]), sum(missed.minutes for missed in joined_late[one.pk]))
            for one in people
            if one.pk in joined_late
        ],
    }
    return render(request, "training/hours.html", context)


@permission_required("training.view_session", raise_exception=True)
@require_GET
def catch_up(request, pk):
    """Modules à rattraper d'une stagiaire arrivée en cours de route, et où elle peut les suivre."""
    enrolments = Enrolment.objects.visible_to(request.user).select_related("person", "cohort")
    enrolment = get_object_or_404(enrolments, pk=pk)
    missed = missed_by([enrolment], user=request.user, on=clock.today()).get(enrolment.pk, [])
    context = {"enrolment": enrolment, "missed": missed, "minutes": sum(one.minutes for one in missed)}
    return render(request, "training/catch_up.html", context)
