"""Pages of a cohort: list, opening, settings. Its own page, which gathers several rooms, is in impec/."""

import re
from datetime import date

from django import forms
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.pages import ChangePage, FormPage, Link, ListPage
from accounts.roles import Role
from accounts.scope import acting_membership, acting_role
from cohorts import actions
from cohorts.filters.cohort import CohortFilters
from cohorts.forms.cohort import (
    CohortForm,
    OpenCohortForm,
)
from cohorts.models import Cohort, CohortTemplate
from cohorts.tables.cohort import CohortTable, OwnCohortTable
from regulations.people import unaccented


class CohortList(ListPage):
    model = Cohort
    permission_required = "cohorts.view_cohort"
    filterset_class = CohortFilters
    title = "Cohortes"
    default_order = ("-starts_on", "pk")
    export_name = "cohortes"
    empty_text = "Aucune cohorte : ouvrez la première."

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.with_figures(clock.today()) if self.table_class is CohortTable else rows

    @property
    def table_class(self):
        return CohortTable if acting_role(self.request.user) == Role.COORDINATOR else OwnCohortTable

    def links(self):
        return [Link("Nouvelle cohorte", reverse("cohorts:open_cohort"), "cohorts.open_cohort", icon="plus", main=True)]


class OpenCohort(FormPage):
    form_class = OpenCohortForm
    permission_required = "cohorts.open_cohort"
    template_name = "cohorts/open_cohort.html"
    title = "Nouvelle cohorte"
    submit_label = "Ouvrir la cohorte"
    done_message = "La cohorte est ouverte. Invitez maintenant ses employeurs."

    def act(self, form):
        typed = dict(form.cleaned_data)
        typed["name"] = typed["name"] or proposed_name(typed["territory"], typed["starts_on"])
        typed["code"] = typed["code"] or proposed_code(typed["territory"], typed["starts_on"])
        user = self.request.user
        agency = acting_membership(user).organisation
        return actions.open_cohort(agency=agency, referent=user, on=clock.today(), **typed)

    def get_success_url(self):
        return reverse("cohorts:invite", args=[self.object.pk])

    def cancel_url(self):
        return reverse("cohorts:cohort_list")


def proposed_name(territory: str, first_day: date) -> str:
    return f"ImPEC {territory.strip()}, {date_format(first_day, 'F Y')}"[:120]


def proposed_code(territory: str, first_day: date) -> str:
    """« AVR 02/2027 », and « AVR 02/2027-2 » when that one is taken."""
    letters = re.sub(r"[^a-z]", "", unaccented(territory))[:3].upper() or "C"
    code = f"{letters} {first_day:%m/%Y}"
    taken = actions.codes_like(code)
    return next(one for one in (code, *(f"{code}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


@require_safe
@permission_required("cohorts.open_cohort", raise_exception=True)
def milestone_preview(request):
    """The dates that a first day gives, shown while the form is being filled."""
    template = CohortTemplate.objects.filter(retired_on=None, pk=_number(request.GET.get("template", ""))).first()
    first_day = OpenCohortForm.base_fields["starts_on"]
    try:
        day = first_day.clean(request.GET.get("starts_on", ""))
    except forms.ValidationError:
        day = None
    rows = []
    if template and day:
        rows = sorted((actions.due_day(one, day), one.label) for one in template.milestones.order_by("pk"))
    return render(request, "cohorts/_milestone_preview.html", {"rows": rows, "today": clock.today()})


def _number(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class ChangeCohort(ChangePage):
    model = Cohort
    form_class = CohortForm
    permission_required = "cohorts.change_cohort"
    template_name = "cohorts/change_cohort.html"
    title = "Réglages de la cohorte"
    done_message = "Les réglages sont enregistrés ; les jalons suivent le premier jour."

    def act(self, form):
        return actions.change_cohort(cohort=self.row, version=self.version, **form.cleaned_data)

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        referents = self.row.referents.select_related("user").order_by("valid_to", "valid_from", "pk")
        return context | {"cohort": self.row, "intro": self.row.name, "referents": referents}


class OfCohort:
    """A page about a cohort named in its address: out of scope is 404."""

    @cached_property
    def cohort(self):
        return get_object_or_404(Cohort.objects.visible_to(self.request.user), pk=self.kwargs["cohort_pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"cohort": self.cohort}
