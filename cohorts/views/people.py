"""Pages of people: ordinary facts for who follows the cohort's work, private and protected ones for its referents."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import log_access
from accounts.pages import ChangePage, DetailPage, FormPage, Link, ListPage
from accounts.scope import acting_membership
from accounts.templatetags.french import as_count, as_day
from cohorts import actions
from cohorts.filters import PersonFilters
from cohorts.forms.people import (
    BarrierForm,
    LiftBarrierForm,
    NewPersonForm,
    NoteForm,
    NoticeForm,
    PersonForm,
    ProtectedForm,
)
from cohorts.models import Barrier, Cohort, Enrolment, Person, PersonNote, ProtectedFacts, Referral
from cohorts.readings import with_last_place
from cohorts.tables import PersonTable


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
        return [Link("Nouvelle personne", reverse("cohorts:person_add"), "cohorts.add_person", icon="plus", main=True)]


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
    return Person.objects.private_to(user, clock.today()).filter(pk=person.pk).exists()


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


class GiveNotice(OfPerson):
    form_class = NoticeForm
    title = "Notice d'information remise"
    done_message = "La remise de la notice est enregistrée."

    def get_initial(self):
        return {"on": clock.today(), "channel": self.row.notice_channel}

    def act(self, form):
        return actions.give_notice(person=self.row, **form.cleaned_data)


class Protected(OfPerson):
    """Out of reach for whoever is not a referent: the page does not exist for her."""

    permission_required = "cohorts.view_protected"

    def get_queryset(self):
        return Person.objects.private_to(self.request.user, clock.today())


class SetProtected(Protected):
    form_class = ProtectedForm
    title = "Critères protégés"
    intro = "Ils servent à l'aide, jamais au choix d'une personne. « Non vérifié » n'est pas « non »."
    done_message = "Les critères sont enregistrés."

    def get_form_kwargs(self):
        known = ProtectedFacts.objects.visible_to(self.request.user).filter(person=self.row).first()
        return super().get_form_kwargs() | {"instance": known}

    def act(self, form):
        return actions.set_protected_facts(person=self.row, **form.cleaned_data)

    def get(self, request, *args, **kwargs):
        log_access(user=request.user, action="read", obj=self.row, purpose="critères protégés", request=request)
        return super().get(request, *args, **kwargs)


class RaiseBarrier(Protected):
    form_class = BarrierForm
    title = "Frein et action à mener"

    def get_initial(self):
        return {"raised_on": clock.today()}

    def act(self, form):
        return actions.raise_barrier(person=self.row, by=self.request.user, **form.cleaned_data)


class LiftBarrier(ChangePage):
    model = Barrier
    form_class = LiftBarrierForm
    permission_required = "cohorts.view_protected"
    title = "Frein levé"

    def get_initial(self):
        return {"lifted_on": clock.today()}

    def act(self, form):
        return actions.lift_barrier(barrier=self.row, **form.cleaned_data)

    def get_success_url(self):
        return self.row.person.get_absolute_url()

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": self.row.action_needed, "version": None}


class AddNote(Protected):
    """Delicate words come back once, to be read again; what is kept knowingly is journalled."""

    form_class = NoteForm
    template_name = "cohorts/note_add.html"
    title = "Nouvelle note"
    is_warned = False

    def act(self, form):
        knowingly = "knowingly" in self.request.POST
        note = actions.add_note(person=self.row, author=self.request.user, knowingly=knowingly, **form.cleaned_data)
        if knowingly:
            log_access(user=self.request.user, action="note-kept-knowingly", obj=self.row, request=self.request)
        return note

    def note(self, refusal):
        super().note(refusal)
        self.is_warned = isinstance(refusal, actions.NoteWarning)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"is_warned": self.is_warned}
