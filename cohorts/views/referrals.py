"""Proposals, the employer's answer, and what the prescriber sees of it."""

from django import forms
from django.urls import reverse

from accounts import clock
from accounts.pages import ChangePage, DetailPage, Link, ListPage
from accounts.templatetags.french import as_count, as_day
from cohorts import actions
from cohorts.filters.people import ReferralFilters
from cohorts.forms.people import RefusalForm
from cohorts.models import Person, Referral
from cohorts.readings import sent_by
from cohorts.tables.people import ReferralTable, SentPersonTable


class ReferralList(ListPage):
    model = Referral
    permission_required = "cohorts.answer_referral"
    table_class = ReferralTable
    filterset_class = ReferralFilters
    title = "Orientations"
    default_order = ("-referred_on", "-pk")
    export_name = "orientations"
    empty_text = "Personne n'est proposé pour l'instant."

    def get_queryset(self):
        return super().get_queryset().select_related("person", "cohort", "seat__establishment")

    def links(self):
        address = reverse("cohorts:adviser_add")
        return [Link("Nouveau conseiller", address, "cohorts.refer_person", icon="plus")]

    def totals(self, rows):
        return [("à répondre", as_count(rows.to_answer().count()))]


class ReferralDetail(DetailPage):
    """La fiche de la personne proposée : des faits ordinaires, rien de privé ni de protégé."""

    model = Referral
    permission_required = "cohorts.answer_referral"
    template_name = "cohorts/referral_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("person", "cohort", "prescriber", "seat__establishment")

    def title(self):
        return self.object.person.full_name

    def facts(self):
        referral, person = self.object, self.object.person
        enrolment = person.enrolments.filter(cohort=referral.cohort).first()
        return [
            ("Cohorte", referral.cohort),
            ("Place proposée", referral.seat),
            ("Niveau de formation", person.get_education_level_display()),
            ("Poste visé", enrolment and enrolment.wanted_job),
            ("Immersion", enrolment and immersion_of(enrolment)),
            ("Orientée par", referral.prescriber),
            ("Proposée le", as_day(referral.referred_on)),
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"can_answer": not self.object.answered_on and self.object.seat_id}


def immersion_of(enrolment) -> str:
    if not enrolment.immersion_starts_on:
        return ""
    start, end = as_day(enrolment.immersion_starts_on), as_day(enrolment.immersion_ends_on)
    return f"du {start} au {end}" if end else f"à partir du {start}"


class OnReferral(ChangePage):
    model = Referral
    permission_required = "cohorts.answer_referral"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        return kwargs

    def get_success_url(self):
        return self.row.get_absolute_url()

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": self.row.person.full_name, "version": None}


class Accept(OnReferral):
    """*Retenir*: one click on the card; the page alone is for whoever comes by its address."""

    form_class = forms.Form
    title = "Retenir cette personne"
    submit_label = "Retenir"
    done_message = "La personne est retenue et tient la place. Son prescripteur en est informé."

    def act(self, form):
        return actions.accept_referral(referral=self.row, by=self.request.user, on=clock.today())


class Refuse(OnReferral):
    form_class = RefusalForm
    title = "Ne pas retenir cette personne"
    submit_label = "Ne pas retenir"
    done_message = "La réponse est enregistrée. La personne peut être proposée ailleurs."

    def act(self, form):
        return actions.refuse_referral(referral=self.row, by=self.request.user, on=clock.today(), **form.cleaned_data)


class SentPeople(ListPage):
    """What a prescriber sees of the people she sent: one of four words."""

    model = Person
    permission_required = "cohorts.view_sent_people"
    table_class = SentPersonTable
    title = "Personnes que j'ai orientées"
    search_label = "Chercher une personne"
    default_order = ("search_text", "pk")
    empty_text = "Aucune personne orientée en votre nom pour l'instant."

    def get_queryset(self):
        return sent_by(self.request.user)
