"""The frame of a cohort: its seats, milestones and referents."""

from django import forms
from django.db.models import Sum
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import ChangePage, FormPage, Link, ListPage
from accounts.roles import Role
from accounts.scope import acting_role
from accounts.templatetags.french import as_count
from cohorts import actions
from cohorts.filters.cohort import SeatFilters
from cohorts.forms.cohort import (
    EndReferentForm,
    MilestoneForm,
    MoveMilestoneForm,
    ReferentForm,
    SeatForm,
)
from cohorts.models import Milestone, Referent, Seat
from cohorts.tables.cohort import MilestoneTable, PlainMilestoneTable, PlainSeatTable, SeatTable
from cohorts.views.cohort import OfCohort


class SeatList(OfCohort, ListPage):
    model = Seat
    permission_required = "cohorts.view_cohort"
    template_name = "cohorts/cohort_list_page.html"
    filterset_class = SeatFilters
    default_order = ("establishment__name", "job_title", "pk")
    export_name = "places"
    empty_text = "Aucune place proposée pour l'instant."

    @property
    def title(self):
        return f"Places — {self.cohort}"

    @property
    def intro(self):
        planned, offered = self.cohort.seats_planned, self.figures["offered"]
        if not self.sees_all or offered == planned:
            return ""
        gap, side = as_count(abs(planned - offered)), "moins" if offered < planned else "plus"
        return f"{gap} de {side} que les places visées."

    @property
    def sees_all(self) -> bool:
        return acting_role(self.request.user) == Role.COORDINATOR

    @property
    def table_class(self):
        return SeatTable if self.request.user.has_perm("cohorts.offer_seat") else PlainSeatTable

    @cached_property
    def figures(self):
        rows = self.get_queryset().order_by()
        offered = rows.aggregate(figure=Sum("quantity"))["figure"] or 0
        filled = sum(rows.values_list("filled", flat=True))
        return {"offered": offered, "filled": filled}

    def get_queryset(self):
        rows = Seat.objects.visible_to(self.request.user).filter(cohort=self.cohort)
        return rows.select_related("establishment").with_filled()

    def totals(self, rows):
        offered, filled = self.figures["offered"], self.figures["filled"]
        own = [
            ("proposées", as_count(offered)),
            ("pourvues", as_count(filled)),
            ("ouvertes", as_count(offered - filled)),
        ]
        return [("visées", as_count(self.cohort.seats_planned)), *own] if self.sees_all else own

    def links(self):
        address = reverse("cohorts:seat_add", args=[self.cohort.pk])
        return [Link("Proposer des places", address, "cohorts.offer_seat", icon="plus", main=True)]


class SeatPage:
    form_class = SeatForm
    permission_required = "cohorts.offer_seat"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user, "on": clock.today()}

    def get_success_url(self):
        return reverse("cohorts:seat_list", args=[self.cohort.pk])

    def cancel_url(self):
        return self.get_success_url()


class OfferSeat(SeatPage, OfCohort, FormPage):
    title = "Proposer des places"

    def act(self, form):
        return actions.offer_seat(cohort=self.cohort, **form.cleaned_data)


class ChangeSeat(SeatPage, ChangePage):
    model = Seat
    title = "Modifier les places"

    @property
    def cohort(self):
        return self.row.cohort

    def act(self, form):
        return actions.change_seat(seat=self.row, version=self.version, **form.cleaned_data)


class MilestoneList(OfCohort, ListPage):
    model = Milestone
    permission_required = "cohorts.view_cohort"
    template_name = "cohorts/cohort_list_page.html"
    default_order = ("due_on", "pk")
    export_name = "jalons"
    empty_text = "Aucun jalon : ajoutez les vôtres."
    per_page = 100

    @property
    def title(self):
        return f"Jalons — {self.cohort}"

    @property
    def table_class(self):
        return MilestoneTable if self.request.user.has_perm("cohorts.change_cohort") else PlainMilestoneTable

    def get_queryset(self):
        return Milestone.objects.visible_to(self.request.user).filter(cohort=self.cohort).seen_on(clock.today())

    def totals(self, rows):
        on = clock.today()
        return [("en retard", as_count(rows.late(on).count())), ("à venir", as_count(rows.to_come(on).count()))]

    def links(self):
        address = reverse("cohorts:milestone_add", args=[self.cohort.pk])
        return [Link("Ajouter un jalon", address, "cohorts.change_cohort", icon="plus")]


class AddMilestone(OfCohort, FormPage):
    form_class = MilestoneForm
    permission_required = "cohorts.change_cohort"
    title = "Ajouter un jalon"

    def act(self, form):
        return actions.add_milestone(cohort=self.cohort, **form.cleaned_data)

    def get_success_url(self):
        return reverse("cohorts:milestone_list", args=[self.cohort.pk])

    cancel_url = get_success_url


class OnMilestone(ChangePage):
    """One gesture on one milestone: a sentence and a button."""

    model = Milestone
    form_class = forms.Form
    permission_required = "cohorts.change_cohort"

    def get_success_url(self):
        return reverse("cohorts:milestone_list", args=[self.row.cohort_id])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": str(self.row), "version": None}


class FinishMilestone(OnMilestone):
    title = "Ce jalon est fait"
    submit_label = "C'est fait"

    def act(self, form):
        return actions.finish_milestone(milestone=self.row, done_on=clock.today(), by=self.request.user)


class ReopenMilestone(OnMilestone):
    title = "Rouvrir ce jalon"
    submit_label = "Rouvrir"

    def act(self, form):
        return actions.reopen_milestone(milestone=self.row)


class MoveMilestone(OnMilestone):
    form_class = MoveMilestoneForm
    title = "Déplacer ce jalon"

    def get_initial(self):
        return {"due_on": self.row.due_on}

    def act(self, form):
        return actions.move_milestone(milestone=self.row, **form.cleaned_data)


class NameReferent(OfCohort, FormPage):
    form_class = ReferentForm
    permission_required = "cohorts.change_cohort"
    title = "Nommer un référent"
    intro = "Le référent suit les personnes de la cohorte : il lit leurs données privées et protégées."
    done_message = "Le référent est nommé."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"cohort": self.cohort}

    def get_initial(self):
        return {"valid_from": clock.today()}

    def act(self, form):
        return actions.name_referent(cohort=self.cohort, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return reverse("cohorts:cohort_change", args=[self.cohort.pk])

    cancel_url = get_success_url


class EndReferent(ChangePage):
    model = Referent
    form_class = EndReferentForm
    permission_required = "cohorts.change_cohort"
    title = "Fin de référence"

    def get_initial(self):
        return {"valid_to": clock.today()}

    def act(self, form):
        return actions.end_referent(referent=self.row, **form.cleaned_data)

    def get_success_url(self):
        return reverse("cohorts:cohort_change", args=[self.row.cohort_id])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": str(self.row), "version": None}
