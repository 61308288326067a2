"""Pages of amendments: other hours, another place of work, another employer, and what was recorded by mistake."""

from django.contrib import messages
from django.db.models import Q

from accounts import clock
from contracts import actions
from contracts.forms.life import AmendmentForm, EmployerChangeForm, ReasonForm
from contracts.models import Amendment
from contracts.versions import versions_of
from contracts.views.acts import ActPage
from employers.models import Establishment


class AmendContract(ActPage):
    form_class = AmendmentForm
    permission_required = "contracts.record_contract"
    template_name = "contracts/amendment_form.html"
    title = "Avenant"
    submit_label = "Enregistrer l'avenant"
    done_message = "L'avenant est enregistré : chaque jour garde ses heures et son lieu de travail."

    def sites(self):
        """Those of the present employer."""
        rows = Establishment.objects.visible_to(self.request.user).open(clock.today())
        return rows.filter(employer=self.contract.establishment.employer_id).order_by("name", "pk")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"establishments": self.sites()}

    def get_initial(self):
        return {"weekly_hours": self.contract.weekly_hours}

    def act(self, form):
        change = form.change()
        said = actions.amendment_findings(self.contract, change)
        amendment = actions.amend_contract(
            contract=self.contract, change=change, accepted=self.accepted, by=self.request.user
        )
        self.warn(said)
        return amendment

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"versions": versions_of(self.contract)}


class ChangeEmployer(AmendContract):
    form_class = EmployerChangeForm
    permission_required = "contracts.change_employer"
    title = "Changement d'employeur"
    submit_label = "Enregistrer le changement d'employeur"
    done_message = "Le changement d'employeur est enregistré. Nommez maintenant un tuteur chez le nouvel employeur."

    def sites(self):
        """Those of the other employers who offer a place in this cohort or already employ in it."""
        rows = Establishment.objects.visible_to(self.request.user).open(clock.today()).select_related("employer")
        cohort = self.contract.cohort_id
        rows = rows.filter(Q(seats__cohort=cohort) | Q(contracts__cohort=cohort)).distinct()
        return rows.exclude(employer=self.contract.establishment.employer_id).order_by("employer__name", "name", "pk")

    def act(self, form):
        change = form.change()
        said = actions.amendment_findings(self.contract, change)
        amendment = actions.change_employer(
            contract=self.contract, change=change, accepted=self.accepted, by=self.request.user
        )
        self.warn(said)
        return amendment


class VoidAmendment(ActPage):
    model = Amendment
    form_class = ReasonForm
    permission_required = "contracts.record_contract"
    title = "Annuler un avenant"
    submit_label = "Annuler cet avenant"
    done_message = "L'avenant est annulé : ce qu'il avait remplacé tient de nouveau."

    def get_queryset(self):
        rows = Amendment.objects.visible_to(self.request.user).valid()
        return rows.select_related("contract__enrolment__person", "contract__establishment", "contract__cohort")

    @property
    def contract(self):
        return self.row.contract

    def act(self, form):
        amendment = actions.void_amendment(amendment=self.row, reason=form.cleaned_data["reason"], by=self.request.user)
        if amendment.establishment_after_id:
            messages.info(self.request, "Vérifiez le tuteur : son tutorat a pu finir avec le changement.")
        return amendment

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"intro": f"{context['intro']} : avenant du {self.row.effective_on:%d/%m/%Y}."}
