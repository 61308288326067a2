"""What opens on a trainee's name without a password: her calendar's address, her phones; to close when one is lost."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.journal import log_access
from cohorts.models import Person
from training.actions.calendars import revoke_feed
from training.actions.links import forget_phones


@permission_required("training.share_calendar", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def trainee_access(request, pk):
    """Téléphone perdu : fermer d'un geste l'agenda privé et les téléphones reconnus d'une stagiaire."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        close_everything(request, person)
        return redirect("training:trainee_access", pk=pk)
    context = {
        "person": person,
        "feed": person.calendar_feeds.open().first(),
        "phones": person.trainee_links.filter(revoked_at=None).exclude(phone_hash="").count(),
    }
    return render(request, "training/trainee_access.html", context)


def close_everything(request, person) -> None:
    now = clock.now()
    for feed in person.calendar_feeds.open():
        revoke_feed(feed=feed, by=request.user, at=now)
    forget_phones(person=person, at=now)
    log_access(user=request.user, action="close-trainee-access", obj=person, request=request)
    messages.success(request, "L'agenda privé est révoqué et les téléphones sont oubliés.")
