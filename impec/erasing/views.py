"""Objections and erasures, for the referents of the person."""

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import log_access
from accounts.identity import recent_identity
from accounts.pages import ChangePage, DetailPage
from accounts.templatetags.french import as_count, as_day, as_instant
from cohorts import actions as cohorts
from cohorts.models import Erasure, Person
from impec.erasing.actions import erase_person
from impec.erasing.forms import ErasureForm, ObjectionForm
from impec.erasing.preview import ALONGSIDE, preview_of
from impec.erasing.scope import objecting_people
from regulations.retention import DURATIONS, Kept

ERASE = "cohorts.erase_person"
READ = "archive restreinte d'une personne effacée"


class Watched(ChangePage):
    """An act on somebody whose data a referent answers for, whether or not she shows in the lists."""

    model = Person
    permission_required = ERASE

    def get_queryset(self):
        return self.model.objects.watched_by(self.request.user, clock.today()).filter(erased_on=None)

    def get_success_url(self):
        return reverse("cohorts:person_list")

    def cancel_url(self):
        return reverse("erasing:withdrawn") if self.row.objected_on else self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"version": None}


class RecordObjection(Watched):
    form_class = ObjectionForm
    template_name = "impec/erasing/object.html"
    title = "Enregistrer une opposition"
    submit_label = "Enregistrer l'opposition"
    done_message = "L'opposition est enregistrée : la personne ne paraît plus nulle part."

    def get_queryset(self):
        return super().get_queryset().filter(objected_on=None)

    def get_initial(self):
        return {"on": clock.today()}

    def act(self, form):
        return cohorts.object_to_processing(person=self.row, **form.cleaned_data)


class LiftObjection(Watched):
    form_class = Form
    title = "Lever une opposition"
    submit_label = "Lever l'opposition"
    done_message = "L'opposition est levée : la personne paraît de nouveau dans les listes."

    def get_queryset(self):
        return super().get_queryset().exclude(objected_on=None)

    def act(self, form):
        return cohorts.lift_objection(person=self.row)

    def get_success_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        since = f"{self.row.full_name} s'est opposée au traitement le {as_day(self.row.objected_on)}."
        return super().get_context_data(**kwargs) | {"intro": since}


@method_decorator(recent_identity, name="dispatch")
class ErasePerson(Watched):
    form_class = ErasureForm
    template_name = "impec/erasing/erase.html"
    title = "Effacer cette personne"
    submit_label = "Effacer définitivement"

    def act(self, form):
        erasure = erase_person(person=self.row, by=self.request.user, on=clock.today(), **form.cleaned_data)
        messages.success(self.request, told(erasure))
        return erasure

    def get_context_data(self, **kwargs):
        preview = preview_of(self.row, clock.today())
        return super().get_context_data(**kwargs) | {
            "intro": self.row.full_name,
            "preview": preview,
            "alongside": ALONGSIDE,
        }


def told(erasure: Erasure) -> str:
    if not erasure.ground:
        return f"La personne {erasure.person.public_code} est effacée : il n'en reste ni nom ni coordonnées."
    until = f"jusqu'au {as_day(erasure.kept_until)}" if erasure.kept_until else "tant que son contrat court"
    ground = Kept(erasure.ground).label
    return f"La personne {erasure.person.public_code} est effacée. Ses preuves restent en archive {until} : {ground}."


@require_safe
@permission_required(ERASE, raise_exception=True)
def withdrawn(request):
    """Who objects and who was erased, by their internal codes: no name."""
    user = request.user
    objecting = objecting_people(user, clock.today()).order_by("-objected_on", "pk")
    erasures = Erasure.objects.visible_to(user).select_related("person", "erased_by").order_by("-erased_at", "-pk")
    return render(request, "impec/erasing/withdrawn.html", {"objecting": objecting, "erasures": erasures})


@method_decorator(recent_identity, name="dispatch")
class ErasureDetail(DetailPage):
    """The restricted archive: each opening of it leaves a row in the journal."""

    model = Erasure
    permission_required = ERASE
    template_name = "impec/erasing/erasure_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("person", "erased_by")

    def title(self):
        return f"Effacement {self.object.person.public_code}"

    def facts(self):
        erasure = self.object
        return [
            ("Identifiant interne", erasure.person.public_code),
            ("Effacée le", as_instant(erasure.erased_at)),
            ("Par", erasure.erased_by),
            ("Motif", erasure.reason),
            ("Étendue", erasure.get_depth_display()),
            *archive_facts(erasure),
        ]

    def get_context_data(self, **kwargs):
        log_access(user=self.request.user, action="read", obj=self.object, purpose=READ, request=self.request)
        return super().get_context_data(**kwargs) | {"taken": taken(self.object)}


def archive_facts(erasure: Erasure) -> list[tuple[str, object]]:
    if not erasure.ground:
        return [("Complet depuis le", as_instant(erasure.completed_at))]
    duration = DURATIONS[Kept(erasure.ground)]
    born = as_day(erasure.birth_date) if erasure.birth_date else None
    return [
        ("Fondement", f"{Kept(erasure.ground).label} ({duration.source}, {duration.confidence.label})"),
        ("Gardé jusqu'au", as_day(erasure.kept_until) if erasure.kept_until else "la fin du contrat, inconnue"),
        ("Nom gardé pour les preuves", erasure.archived_name),
        ("Date de naissance", born),
    ]


def taken(erasure: Erasure) -> list[tuple[str, str]]:
    found = [(apps.get_model(label)._meta.verbose_name_plural, count) for label, count in erasure.counts.items()]
    return [(str(name), as_count(count)) for name, count in sorted(found, key=lambda one: str(one[0]))]
