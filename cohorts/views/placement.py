"""Enrolments and the board *Places × personnes*: one gesture proposes one person for one seat."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.pages import ChangePage, FormPage, ListPage
from cohorts import actions
from cohorts.filters.people import PlacementFilters
from cohorts.forms.people import AdviserForm, EnrolForm, EnrolmentForm, HoldSeatForm, ReferForm, WithdrawForm
from cohorts.models import Cohort, Enrolment, Person, Referral, Seat
from cohorts.tables.people import PlacementTable
from cohorts.views.cohort import OfCohort
from cohorts.views.people import OfPerson, is_open


class Enrol(OfPerson):
    form_class = EnrolForm
    title = "Inscrire dans une cohorte"
    done_message = "L'inscription est enregistrée."

    def get_form_kwargs(self):
        cohorts = Cohort.objects.visible_to(self.request.user).order_by("-starts_on", "pk")
        return super().get_form_kwargs() | {"cohorts": cohorts}

    def get_initial(self):
        return {"enrolled_on": clock.today()}

    def act(self, form):
        return actions.enrol(person=self.row, **form.cleaned_data)


class OnEnrolment(ChangePage):
    model = Enrolment
    permission_required = "cohorts.change_person"

    def get_queryset(self):
        return super().get_queryset().select_related("person", "cohort")

    def get_success_url(self):
        return self.row.person.get_absolute_url()

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        intro = f"{self.row.person.full_name}, {self.row.cohort}"
        return super().get_context_data(**kwargs) | {"intro": intro}


class ChangeEnrolment(OnEnrolment):
    form_class = EnrolmentForm
    title = "Modifier l'inscription"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"private": is_open(self.row.person, self.request.user)}

    def act(self, form):
        return actions.change_enrolment(enrolment=self.row, version=self.version, **form.cleaned_data)


class HoldSeat(OnEnrolment):
    form_class = HoldSeatForm
    title = "Donner une place"
    done_message = "La place est tenue."

    def get_form_kwargs(self):
        seats = open_seats(self.request.user).filter(cohort=self.row.cohort)
        return super().get_form_kwargs() | {"seats": seats}

    def get_initial(self):
        return {"on": clock.today()}

    def act(self, form):
        return actions.hold_seat(enrolment=self.row, **form.cleaned_data)


class FreeSeat(OnEnrolment):
    form_class = forms.Form
    title = "Libérer la place"
    submit_label = "Libérer la place"
    done_message = "La place est de nouveau ouverte."

    def act(self, form):
        return actions.free_seat(enrolment=self.row, on=clock.today())


class Withdraw(OnEnrolment):
    form_class = WithdrawForm
    title = "Abandon avant contrat"

    def get_initial(self):
        return {"on": clock.today()}

    def act(self, form):
        return actions.withdraw(enrolment=self.row, **form.cleaned_data)


def open_seats(user):
    rows = Seat.objects.visible_to(user).select_related("establishment", "cohort").with_filled()
    return rows.filter(open_places__gt=0).order_by("cohort__name", "establishment__name", "job_title", "pk")


class Refer(OfPerson):
    form_class = ReferForm
    permission_required = "cohorts.refer_person"
    title = "Proposer cette personne"
    submit_label = "Proposer"
    done_message = "La proposition est enregistrée ; l'employeur la trouve dans ses réponses à donner."

    def get_form_kwargs(self):
        cohorts = Cohort.objects.visible_to(self.request.user).order_by("-starts_on", "pk")
        return super().get_form_kwargs() | {"cohorts": cohorts, "seats": open_seats(self.request.user)}

    def get_initial(self):
        last = self.row.referrals.order_by("-referred_on", "-pk").first()
        known = {"prescriber": last.prescriber_id, "adviser": last.adviser_id, "cohort": last.cohort_id} if last else {}
        return known | {"referred_on": clock.today()}

    def act(self, form):
        return actions.refer(person=self.row, **form.cleaned_data)


class AddAdviser(FormPage):
    form_class = AdviserForm
    permission_required = "cohorts.refer_person"
    title = "Nouveau conseiller d'un prescripteur"
    done_message = "Le conseiller est enregistré : vous pouvez le choisir dans une proposition."

    def act(self, form):
        return actions.add_adviser(**form.cleaned_data)

    def get_success_url(self):
        return reverse("cohorts:referral_list")

    cancel_url = get_success_url


class Placement(OfCohort, ListPage):
    """People of the cohort without a place, beside one seat at a time: one gesture proposes one person."""

    permission_required = "cohorts.change_cohort"
    template_name = "cohorts/placement.html"
    table_class = PlacementTable
    filterset_class = PlacementFilters
    search_label = "Chercher une personne"
    default_order = ("search_text", "pk")
    empty_text = "Toutes les personnes de la cohorte ont une place."
    per_page = 100

    @property
    def title(self):
        return f"Placement — {self.cohort}"

    def get_queryset(self):
        enrolled = self.cohort.enrolments.active()
        referred = self.cohort.referrals.waiting()
        inside = Q(pk__in=enrolled.values("person")) | Q(pk__in=referred.values("person"))
        holding = self.cohort.enrolments.holding()
        return Person.objects.visible_to(self.request.user).filter(inside).exclude(pk__in=holding.values("person"))

    @cached_property
    def seat(self):
        chosen = self.request.GET.get("place", "")
        pk = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 15 else 0
        return self.seats.filter(pk=pk).first()

    @property
    def seats(self):
        return open_seats(self.request.user).filter(cohort=self.cohort)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        proposed = Referral.objects.visible_to(self.request.user).waiting().filter(cohort=self.cohort, seat=self.seat)
        return context | {
            "seats": self.seats,
            "seat": self.seat,
            "proposed": set(proposed.values_list("person_id", flat=True)) if self.seat else set(),
        }


@require_POST
@permission_required("cohorts.refer_person", raise_exception=True)
def propose(request, cohort_pk, seat_pk, person_pk):
    user = request.user
    cohort = get_object_or_404(Cohort.objects.visible_to(user), pk=cohort_pk)
    seat = get_object_or_404(Seat.objects.visible_to(user).filter(cohort=cohort), pk=seat_pk)
    person = get_object_or_404(Person.objects.visible_to(user), pk=person_pk)
    try:
        actions.propose(person=person, seat=seat, on=clock.today())
        messages.success(request, f"{person.full_name} est proposée : {seat}.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return HttpResponseRedirect(back_to(request, reverse("cohorts:placement", args=[cohort.pk]) + f"?place={seat.pk}"))


def back_to(request, default):
    """The list with its filters, when the form says where it came from and it is here."""
    address = request.POST.get("back", "")
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else default
