"""The trainee's own pages."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import clock
from cohorts.models import Enrolment
from training.hours import hours_by_enrolment, total
from training.models import HalfDay


@require_GET
def my_schedule(request):
    """Emploi du temps d'une stagiaire : ses prochaines séances, ses heures."""
    person = getattr(request.user, "person", None)
    if person is None:
        raise Http404("Cette page est celle des stagiaires.")
    today = clock.today()
    enrolments = Enrolment.objects.visible_to(request.user).filter(person=person)
    half_days = HalfDay.objects.visible_to(request.user).filter(session__cohort__enrolments__in=enrolments)
    context = {
        "next_half_days": half_days.planned().filter(day__gte=today).with_names().order_by("day", "starts_at")[:20],
        "hours": total(hours_by_enrolment(enrolments, on=today).values()),
        "person": person,
    }
    return render(request, "training/my_schedule.html", context)
