"""Pages that belong to no room: home, help, state of the service."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.models import Task
from django_q.status import Stat

from accounts import clock
from cohorts.models import Cohort
from contracts.stops import announced_stops
from impec.homes import home_of

WORKER_SILENCE = timedelta(minutes=5)


@login_not_required
@require_safe
def home(request):
    """What to do today, for whoever is signed in; what this is, for whoever is not."""
    if not request.user.is_authenticated:
        return render(request, "impec/welcome.html")
    today = clock.today()
    context = {"home": home_of(request.user, today), "stops": stops_for(request.user, today)}
    return render(request, "impec/home.html", context)


def stops_for(user, today) -> list:
    """A stop of entries concerns whoever places people in contracts: in the regions of their cohorts."""
    if not user.has_perm("contracts.record_contract"):
        return []
    regions = Cohort.objects.visible_to(user).filter(ends_on__gte=today).values_list("region", flat=True)
    return announced_stops(regions.distinct(), today)


@login_not_required
@require_safe
def help_page(request):
    return render(request, "impec/help.html")


@login_not_required
@require_safe
@never_cache
def health(request):
    """État du service: the database answers and a worker was seen; no detail for a passer-by."""
    sound = database_answers() and worker_seen()
    return HttpResponse(
        "ok\n" if sound else "ko\n", status=200 if sound else 503, content_type="text/plain; charset=utf-8"
    )


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def worker_seen() -> bool:
    """A worker is at work now (its beat lives three seconds), or has ended a task in the last minutes."""
    try:
        return bool(Stat.get_all()) or Task.objects.filter(stopped__gte=clock.true_now() - WORKER_SILENCE).exists()
    except DatabaseError:
        return False
