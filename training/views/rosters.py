"""When trainees can come: months of roster known, facts told once, and what they hinder."""

from collections import Counter
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_POST

from accounts import clock
from accounts.pages import FormPage
from cohorts.models import Cohort, Enrolment, Person
from regulations.periods import Period
from regulations.training import FixedFact
from training.actions.group import expected_in_training
from training.actions.rosters import forget_fact, tell_fact
from training.diary import clashes_of_cohort, month_of, said_fact
from training.forms.rosters import FixedFactForm
from training.models import RosterShift, Unavailability


def told_by(user):
    """The people whose hours of work this user may read (P2), and therefore tell."""
    private = Person.objects.private_to(user, clock.today())
    return Enrolment.objects.visible_to(user).active().filter(person__in=private)


@permission_required("training.tell_roster", raise_exception=True)
@require_GET
def availability(request, pk):
    """Plannings et disponibilités d'une cohorte."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    rows = told_by(request.user).filter(expected_in_training(), cohort=cohort).distinct()
    enrolments = list(rows.select_related("person", "seat__establishment"))
    months = months_known(request.user, enrolments)
    facts = facts_by_enrolment(request.user, enrolments)
    today = clock.today()
    period = Period(max(today, cohort.starts_on), cohort.ends_on)
    context = {
        "cohort": cohort,
        "people": [
            (one, months.get(one.pk, []), facts.get(one.pk, []))
            for one in sorted(enrolments, key=lambda one: one.person.search_text)
        ],
        "days": clashes_of_cohort(cohort, period, request.user) if period.starts_on <= cohort.ends_on else [],
    }
    return render(request, "training/availability.html", context)


def months_known(user, enrolments) -> dict[int, list[tuple[date, int]]]:
    """Each month of roster and how many shifts it has."""
    counts: dict[int, Counter] = {}
    shifts = RosterShift.objects.visible_to(user).filter(enrolment__in=enrolments)
    for enrolment, starts_at in shifts.values_list("enrolment_id", "starts_at"):
        counts.setdefault(enrolment, Counter())[date(*month_of(starts_at), 1)] += 1
    return {enrolment: sorted(found.items()) for enrolment, found in counts.items()}


def facts_by_enrolment(user, enrolments) -> dict[int, list[tuple[Unavailability, str]]]:
    found: dict[int, list] = {}
    for fact in Unavailability.objects.visible_to(user).filter(enrolment__in=enrolments).order_by("pk"):
        found.setdefault(fact.enrolment_id, []).append((fact, said_fact(fact)))
    return found


class TellFact(FormPage):
    permission_required = "training.tell_roster"
    form_class = FixedFactForm
    template_name = "training/tell_fact.html"
    title = "Dire une disponibilité"
    done_message = "C'est noté."

    @cached_property
    def enrolment(self):
        return get_object_or_404(told_by(self.request.user).select_related("person"), pk=self.kwargs["pk"])

    def act(self, form):
        found = form.cleaned_data
        kind = FixedFact(found.pop("kind"))
        return tell_fact(enrolment=self.enrolment, kind=kind, by=self.request.user, **found)[0]

    def get_success_url(self):
        return reverse("training:availability", args=[self.enrolment.cohort_id])

    def cancel_url(self):
        return self.get_success_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": self.enrolment.person.full_name}


@permission_required("training.tell_roster", raise_exception=True)
@require_POST
def drop_fact(request, pk):
    """Ce n'est plus vrai."""
    facts = Unavailability.objects.visible_to(request.user).filter(enrolment__in=told_by(request.user))
    fact = get_object_or_404(facts.select_related("enrolment"), pk=pk)
    forget_fact(fact=fact)
    messages.success(request, "C'est retiré.")
    return redirect("training:availability", pk=fact.enrolment.cohort_id)
