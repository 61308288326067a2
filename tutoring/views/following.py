"""What a tutor sees and notes: « mes stagiaires », one person, one observation."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.journal import log_access
from accounts.pages import ChangePage, DetailPage, Link
from accounts.templatetags.french import as_day
from regulations.periods import ONE_DAY
from tutoring import actions
from tutoring.forms.observations import ObservationForm
from tutoring.grids import grid_of, last_levels
from tutoring.models import Observation, Tutorship
from tutoring.tables import ObservationTable


@require_safe
@permission_required("tutoring.record_observation", raise_exception=True)
def my_trainees(request):
    """« Mes stagiaires » : ce qu'un tuteur voit d'abord, sur son téléphone."""
    rows = Tutorship.objects.visible_to(request.user).filter(tutor__user=request.user).current(clock.today())
    rows = rows.select_related("contract__enrolment__person", "contract__establishment")
    rows = rows.order_by("contract__enrolment__person__first_name", "pk")
    return render(request, "tutoring/my_trainees.html", {"title": "Mes stagiaires", "tutorships": rows})


class TutorshipDetail(DetailPage):
    """What was observed: the tutor, the employer, the referent; each reading leaves a line."""

    model = Tutorship
    permission_required = "tutoring.view_observation"
    template_name = "tutoring/tutorship_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("tutor", "contract__enrolment__person", "contract__establishment")

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        log_access(user=request.user, action="read", obj=self.object, request=request)
        return answer

    def title(self):
        return self.object.contract.enrolment.person.short_name

    def facts(self):
        contract = self.object.contract
        return [
            ("Établissement", contract.establishment),
            ("Emploi", contract.job_title),
            ("Contrat", f"du {as_day(contract.starts_on)} au {as_day(contract.last_day)}"),
            ("Tuteur", self.object.tutor),
        ]

    def links(self):
        address = reverse("tutoring:record_observation", args=[self.object.pk])
        skills = reverse("tutoring:contract_skills", args=[self.object.contract_id])
        return [
            Link("Savoir-faire", skills, "tutoring.view_observation", "chart"),
            Link("Noter une observation", address, "tutoring.record_observation", "plus", True),
        ]

    def get_context_data(self, **kwargs):
        rows = Observation.objects.visible_to(self.request.user).filter(tutorship=self.object)
        rows = rows.select_related("recorded_by").order_by("-observed_on", "-pk")
        return super().get_context_data(**kwargs) | {"table": ObservationTable(rows), "observations": rows}


class RecordObservation(ChangePage):
    model = Tutorship
    form_class = ObservationForm
    permission_required = "tutoring.record_observation"
    title = "Noter une observation"
    done_message = "L'observation est notée."

    def get_queryset(self):
        rows = super().get_queryset().filter(tutor__user=self.request.user)
        return rows.select_related("contract__enrolment__person")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "grid": grid_of(self.row.contract, clock.today()),
            "levels": last_levels(self.row, clock.today() + ONE_DAY),
        }

    def get_initial(self):
        return {"observed_on": clock.today()}

    def act(self, form):
        return actions.record_observation(tutorship=self.row, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return self.row.get_absolute_url()

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "intro": self.row.contract.enrolment.person.short_name,
            "version": None,
        }
