"""Pages of the tutors: list, record, who follows whom."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import ChangePage, DetailPage, FormPage, Link, ListPage
from accounts.templatetags.french import as_day
from contracts.views.acts import ActPage
from employers.models import Establishment
from regulations.tutors import MOST_FOLLOWED
from tutoring import actions
from tutoring.actions.sheet_links import hand_over
from tutoring.filters import TutorFilters
from tutoring.forms.tutors import AddTutorForm, NameTutorForm, TutorForm
from tutoring.load import steps_of, years_of
from tutoring.models import Tutor, Tutorship
from tutoring.tables import TutorTable


def tutors_for(user, employer=None):
    """Tutors of this employer that this user may name, with the people they follow today."""
    rows = Tutor.objects.visible_to(user).with_following(clock.today()).order_by("last_name", "first_name", "pk")
    return rows.filter(establishment__employer=employer) if employer else rows


class TutorList(ListPage):
    model = Tutor
    permission_required = "tutoring.view_tutor"
    table_class = TutorTable
    filterset_class = TutorFilters
    title = "Tuteurs"
    intro = f"{MOST_FOLLOWED} personnes suivies au plus à la fois (R5134-38)."
    search_label = "Chercher un tuteur"
    search_help = "nom, établissement ou commune"
    default_order = ("last_name", "first_name", "pk")
    export_name = "tuteurs"
    empty_text = "Aucun tuteur : ajoutez le premier."

    def get_queryset(self):
        return super().get_queryset().select_related("establishment__employer").with_following(clock.today())

    def links(self):
        return [
            Link("Mes stagiaires", reverse("tutoring:my_trainees"), "tutoring.record_observation", "people", True),
            Link("Grilles de savoir-faire", reverse("tutoring:grid_list"), "tutoring.view_grid", "list"),
            Link("Entretiens", reverse("tutoring:meeting_board"), "tutoring.view_meeting", "calendar"),
            Link("Fiches du mois", reverse("tutoring:sheet_list"), "tutoring.record_sheet", "list"),
            Link("Fiches à temps", reverse("tutoring:sheet_returns"), "tutoring.record_sheet", "check"),
            Link("Réglage", reverse("tutoring:rules_list"), "contracts.change_reference_data", "edit"),
            Link("Nouveau tuteur", reverse("tutoring:tutor_add"), "tutoring.add_tutor", "plus", True),
        ]


class TutorDetail(DetailPage):
    model = Tutor
    permission_required = "tutoring.view_tutor"
    template_name = "tutoring/tutor_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("establishment__employer").with_following(clock.today())

    def facts(self):
        tutor = self.object
        volunteer = {True: "oui", False: "non", None: None}[tutor.volunteer]
        return [
            ("Établissement", tutor.establishment),
            ("Fonction", tutor.job_title),
            ("Qualité", tutor.get_status_display()),
            ("Téléphone", tutor.phone),
            ("Courriel", tutor.email),
            ("Expérience professionnelle depuis", as_day(tutor.experience_since)),
            ("Volontaire", volunteer),
            ("Formation de tuteur le", as_day(tutor.trained_on)),
        ]

    def links(self):
        pk = [self.object.pk]
        return [
            Link("Modifier", reverse("tutoring:tutor_change", args=pk), "tutoring.add_tutor", "edit"),
            Link("Ses accès", reverse("tutoring:tutor_access", args=pk), "tutoring.record_sheet", "phone"),
        ]

    def get_context_data(self, **kwargs):
        rows = Tutorship.objects.visible_to(self.request.user).filter(tutor=self.object)
        rows = rows.select_related("contract__enrolment__person").order_by("-starts_on", "pk")
        today = clock.today()
        return super().get_context_data(**kwargs) | {
            "tutorships": rows,
            "most_followed": MOST_FOLLOWED,
            "steps": steps_of(self.object, date(today.year, 1, 1), today + relativedelta(months=12)),
            "years": years_of(self.object, today),
        }


class AddTutor(FormPage):
    form_class = AddTutorForm
    permission_required = "tutoring.add_tutor"
    title = "Nouveau tuteur"
    done_message = "Le tuteur est ajouté."

    def get_form_kwargs(self):
        sites = Establishment.objects.visible_to(self.request.user).open(clock.today()).order_by("name", "pk")
        return super().get_form_kwargs() | {"establishments": sites}

    def act(self, form):
        return actions.add_tutor(establishment=form.cleaned_data["establishment"], facts=form.facts())

    def cancel_url(self):
        return reverse("tutoring:tutor_list")


class ChangeTutorFacts(ChangePage):
    model = Tutor
    form_class = TutorForm
    permission_required = "tutoring.add_tutor"
    title = "Modifier la fiche du tuteur"
    done_message = "La fiche est enregistrée."

    def act(self, form):
        return actions.change_tutor_facts(tutor=self.row, facts=form.facts(), version=self.version)

    def cancel_url(self):
        return self.row.get_absolute_url()


class ChangeTutor(ActPage):
    """Nommer, ou changer : la période en cours se ferme la veille."""

    form_class = NameTutorForm
    permission_required = "tutoring.name_tutor"
    title = "Tuteur du contrat"
    done_message = "Le tuteur est nommé."

    @cached_property
    def present(self):
        return self.contract.tutorships.filter(ends_on=None).select_related("tutor").first()

    def get_form_kwargs(self):
        tutors = tutors_for(self.request.user, self.contract.establishment.employer)
        return super().get_form_kwargs() | {"tutors": tutors}

    def get_initial(self):
        return {"starts_on": clock.today() if self.present else self.contract.starts_on}

    def act(self, form):
        tutorship = actions.change_tutor(contract=self.contract, accepted=self.accepted, **form.cleaned_data)
        # His link, too, moves at once: the one before opens nothing of this person any more.
        hand_over(tutor=tutorship.tutor, at=clock.now())
        return self.contract

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.present:
            context["intro"] += f" — tuteur en cours : {self.present.tutor}"
        return context
