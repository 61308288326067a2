"""Pages of people: ordinary facts for the agency and the employer, the rest for referents."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import log_access
from accounts.pages import ChangePage, DetailPage, FormPage, Link, ListPage
from accounts.scope import acting_membership
from accounts.templatetags.french import as_count, as_day
from cohorts import actions
from cohorts.filters.people import PersonFilters
from cohorts.forms.people import (
    NewPersonForm,
    PersonForm,
)
from cohorts.models import Barrier, Cohort, Enrolment, Person, PersonNote, ProtectedFacts, Referral
from cohorts.readings import with_last_place
from cohorts.tables.people import PersonTable


class PersonList(ListPage):
    model = Person
    permission_required = "cohorts.view_person"
    table_class = PersonTable
    filterset_class = PersonFilters
    title = "Personnes"
    search_label = "Chercher une personne"
    search_help = "nom ou prénom, avec ou sans accents"
    default_order = ("search_text", "pk")
    export_name = "personnes"
    empty_text = "Aucune personne : enregistrez la première, ou importez votre classeur."

    def get_queryset(self):
        return with_last_place(super().get_queryset(), self.request.user)

    def totals(self, rows):
        if not self.request.user.has_perm("cohorts.add_person"):
            return []
        return [("sans notice d'information", as_count(rows.filter(notice_given_on=None).count()))]

    def links(self):
        return [
            Link("Oppositions et effacements", reverse("erasing:withdrawn"), "cohorts.erase_person"),
            Link("Nouvelle personne", reverse("cohorts:person_add"), "cohorts.add_person", icon="plus", main=True),
        ]


def ordinary_facts(person) -> list[tuple[str, object]]:
    return [
        ("Civilité", person.get_title_display()),
        ("Nom de naissance", person.birth_name),
        ("Nom d'usage", person.usual_name or "—"),
        ("Prénom", person.first_name),
        ("Niveau de formation", person.get_education_level_display()),
        ("Notice d'information remise le", as_day(person.notice_given_on)),
    ]


def private_facts(person) -> list[tuple[str, object]]:
    place = " ".join(part for part in (person.address, person.postcode, person.town) if part)
    return [
        ("Date de naissance", as_day(person.birth_date)),
        ("Adresse", place),
        ("Téléphone", person.phone),
        ("Courriel", person.email),
    ]


def support_facts(person) -> list[tuple[str, object]]:
    """For the agency and the person herself; not the employer's business."""
    return [
        ("Mobilité", person.get_mobility_display()),
        ("Identifiant France Travail", person.jobseeker_number),
        ("Durée d'inscription à l'entrée", person.get_registration_length_display()),
    ]


class PersonDetail(DetailPage):
    """Each reading of private or protected facts leaves a row in the journal."""

    model = Person
    permission_required = "cohorts.view_person"
    template_name = "cohorts/person_detail.html"

    def title(self):
        return self.object.full_name

    def facts(self):
        return ordinary_facts(self.object)

    def links(self):
        pk = self.object.pk
        return [
            Link("Modifier", reverse("cohorts:person_change", args=[pk]), "cohorts.change_person", icon="edit"),
            Link("Proposer", reverse("cohorts:refer", args=[pk]), "cohorts.refer_person", icon="right"),
            Link("Inscrire dans une cohorte", reverse("cohorts:enrol", args=[pk]), "cohorts.change_person"),
            Link("Téléphone perdu", reverse("training:trainee_access", args=[pk]), "training.share_calendar"),
        ]

    def get_context_data(self, **kwargs):
        user, person = self.request.user, self.object
        context = super().get_context_data(**kwargs) | {
            "enrolments": enrolments_of(person, user),
            "referrals": referrals_of(person, user),
            "today": clock.today(),
        }
        if not is_open(person, user):
            return context
        log_access(user=user, action="read", obj=person, purpose="fiche d'une personne", request=self.request)
        supported = user.has_perm("cohorts.view_protected")
        context["private_facts"] = private_facts(person) + (support_facts(person) if supported else [])
        return context | (protected_context(person, user) if supported else {})


def is_open(person, user) -> bool:
    """True for who may read what is private of her today."""
    return Person.objects.visible_to(user).private_to(user, clock.today()).filter(pk=person.pk).exists()


def enrolments_of(person, user):
    rows = Enrolment.objects.visible_to(user).filter(person=person)
    return rows.select_related("cohort", "seat__establishment").order_by("-enrolled_on", "pk")


def referrals_of(person, user):
    rows = Referral.objects.visible_to(user).filter(person=person)
    return rows.select_related("cohort", "prescriber", "adviser", "seat__establishment").order_by("-referred_on", "-pk")


def protected_context(person, user):
    return {
        "is_referent": True,
        "protected": ProtectedFacts.objects.visible_to(user).filter(person=person).first(),
        "barriers": Barrier.objects.visible_to(user).filter(person=person).order_by("lifted_on", "-raised_on", "pk"),
        "notes": PersonNote.objects.visible_to(user)
        .filter(person=person)
        .select_related("author")
        .order_by("-written_at", "-pk"),
    }


@require_safe
def own_file(request):
    """What ImPEC keeps of the person who reads it, and of nobody else."""
    person = get_object_or_404(Person.objects.visible_to(request.user), user=request.user)
    facts = ordinary_facts(person) + private_facts(person) + support_facts(person)
    context = {"person": person, "facts": facts, "enrolments": enrolments_of(person, request.user)}
    return render(request, "cohorts/own_file.html", context)


class AddPerson(FormPage):
    """A near match comes back as a question, with what was typed kept."""

    form_class = NewPersonForm
    permission_required = "cohorts.add_person"
    template_name = "cohorts/person_add.html"
    title = "Nouvelle personne"
    submit_label = "Enregistrer la personne"
    candidates = ()

    def get_form_kwargs(self):
        cohorts = Cohort.objects.visible_to(self.request.user).order_by("-starts_on", "pk")
        return super().get_form_kwargs() | {"cohorts": cohorts}

    def act(self, form):
        typed = dict(form.cleaned_data)
        cohort, on = typed.pop("cohort"), clock.today()
        agency = acting_membership(self.request.user).organisation
        person = actions.add_person(agency=agency, on=on, distinct_from=self.distinct(), **typed)
        if cohort:
            actions.enrol(person=person, cohort=cohort, enrolled_on=on)
        return person

    def distinct(self) -> list[int]:
        sent = self.request.POST.getlist("distinct")[:100]
        return [int(text) for text in sent if text.isascii() and text.isdigit() and len(text) < 15]

    def note(self, refusal):
        self.candidates = getattr(refusal, "candidates", ())

    def cancel_url(self):
        return reverse("cohorts:person_list")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"candidates": self.candidates, "distinct": self.distinct()}


class ChangePerson(ChangePage):
    model = Person
    form_class = PersonForm
    permission_required = "cohorts.change_person"
    title = "Modifier la personne"
    done_message = "La fiche est enregistrée."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"private": is_open(self.row, self.request.user)}

    def act(self, form):
        return actions.change_person(person=self.row, on=clock.today(), version=self.version, **form.cleaned_data)

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get(self, request, *args, **kwargs):
        if is_open(self.row, request.user):
            log_access(user=request.user, action="read", obj=self.row, purpose="modification", request=request)
        return super().get(request, *args, **kwargs)


class OfPerson(ChangePage):
    """An act about a person: its result is her page."""

    model = Person
    permission_required = "cohorts.change_person"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        return kwargs

    def get_success_url(self):
        return self.row.get_absolute_url()

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": self.row.full_name, "version": None}
