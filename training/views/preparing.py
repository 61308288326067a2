"""Before the conventions of a cohort: who signs for its training body, then all of them at once."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.pages import ChangePage, FormPage
from cohorts.models import Cohort
from training.actions import conventions
from training.forms.conventions import TermsForm, TrainingBodyForm
from training.models import TrainingBody

PREPARE = "training.prepare_convention"


class OfCohort:
    """Pages of one cohort and of the body that trains it: out of scope is 404."""

    @cached_property
    def cohort(self):
        return get_object_or_404(
            Cohort.objects.visible_to(self.request.user).select_related("training_organisation"), pk=self.kwargs["pk"]
        )

    @cached_property
    def body(self) -> TrainingBody | None:
        return TrainingBody.objects.filter(organisation=self.cohort.training_organisation_id).first()

    def cancel_url(self):
        return f"{reverse('training:convention_list')}?cohorte={self.cohort.pk}"

    def get_success_url(self):
        return self.cancel_url()


class ChangeTrainingBody(OfCohort, ChangePage):
    """Raison sociale, NDA, qui signe : ce que les papiers d'une cohorte disent de son organisme de formation."""

    permission_required = PREPARE
    form_class = TrainingBodyForm
    title = "Organisme de formation"
    intro = "Ce que les conventions, feuilles et certificats disent de lui, et qui les signe."
    done_message = "La fiche de l'organisme est enregistrée ; les certificats déjà émis ne changent pas."

    @cached_property
    def row(self):
        organisation = self.cohort.training_organisation
        if organisation is None:
            raise Http404("Cette cohorte n'a pas encore d'organisme de formation.")
        return self.body or TrainingBody(organisation=organisation, name=organisation.name)

    def act(self, form):
        return conventions.save_training_body(body=self.row, version=self.version, **form.cleaned_data)


class PrepareConventions(OfCohort, FormPage):
    permission_required = PREPARE
    form_class = TermsForm
    template_name = "training/prepare_conventions.html"
    title = "Préparer les conventions"
    submit_label = "Préparer les conventions"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"body": self.body}

    def act(self, form):
        return conventions.prepare_conventions(
            cohort=self.cohort, terms=conventions.Terms(training_body=self.body, **form.cleaned_data)
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "cohort": self.cohort,
            "intro": str(self.cohort),
            "body": self.body,
            "waiting": conventions.people_without_convention(self.cohort),
        }

    def post(self, request, *args, **kwargs):
        # The page says what lacks, and shows no button then.
        return super().post(request, *args, **kwargs) if self.body else self.get(request)
