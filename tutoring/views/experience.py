"""The certificate of experience: prepared on one page, issued once, printed on one sheet."""

from datetime import date

from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import ChangePage, DetailPage
from contracts.models import Contract
from tutoring.actions.experience import issue_experience, void_experience
from tutoring.experience import Signatory, given_by, opens_on, printed
from tutoring.forms.experience import IssueForm, VoidExperienceForm
from tutoring.models import ExperienceCertificate
from tutoring.models.own_views import contracts_read_by

DAYS = ("birth_date", "starts_on", "ends_on", "made_on")


def paper_of(facts: dict) -> dict:
    """Frozen facts, their days read again."""
    return facts | {name: date.fromisoformat(facts[name]) if facts[name] else None for name in DAYS}


class IssueExperience(ChangePage):
    model = Contract
    form_class = IssueForm
    permission_required = "tutoring.issue_experience"
    template_name = "tutoring/issue_experience.html"
    title = "Préparer l'attestation d'expérience"
    submit_label = "Émettre l'attestation"
    done_message = "L'attestation est émise : imprimez-la, signez-la, remettez-la."

    def get_queryset(self):
        rows = contracts_read_by(self.request.user)
        return rows.select_related("enrolment__person", "establishment__employer", "cohort")

    @cached_property
    def standing(self):
        rows = ExperienceCertificate.objects.visible_to(self.request.user).standing()
        return rows.filter(contract=self.row).first()

    def get_initial(self):
        return {"made_at": self.row.establishment.town}

    def act(self, form):
        return issue_experience(contract=self.row, signatory=form.signatory(), on=clock.today(), by=self.request.user)

    def cancel_url(self):
        return reverse("tutoring:contract_skills", args=[self.row.pk])

    def get_context_data(self, **kwargs):
        today, contract = clock.today(), self.row
        opens = opens_on(contract)
        return super().get_context_data(**kwargs) | {
            "intro": f"{contract.enrolment.person.full_name}, {contract.establishment}",
            "row": contract.enrolment.person.full_name,
            "version": None,
            "standing": self.standing,
            "opens_on": opens if opens and today < opens else None,
            "given_by": given_by(contract),
            "paper": paper_of(printed(contract, Signatory("", "", ""), today)),
        }


class ExperienceDetail(DetailPage):
    model = ExperienceCertificate
    permission_required = "tutoring.view_observation"
    template_name = "tutoring/experience.html"

    def title(self):
        return f"Attestation {self.object.number}"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"paper": paper_of(self.object.facts)}


class VoidExperience(ChangePage):
    model = ExperienceCertificate
    form_class = VoidExperienceForm
    permission_required = "tutoring.issue_experience"
    title = "Annuler l'attestation"
    submit_label = "Annuler l'attestation"
    done_message = "L'attestation est annulée ; une autre peut être émise."

    @property
    def intro(self):
        return f"Attestation {self.row.number}, {self.row.facts['person']}. Elle reste visible, dite annulée."

    def act(self, form):
        return void_experience(certificate=self.row, reason=form.cleaned_data["reason"], by=self.request.user)

    def cancel_url(self):
        return self.row.get_absolute_url()
