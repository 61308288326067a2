"""What somebody has learned: the picture, both views, and the points the counsellor discusses."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from accounts import clock
from accounts.journal import log_access
from accounts.pages import ChangePage, DetailPage, Link, Scoped
from accounts.templatetags.french import as_day
from contracts.models import Contract
from tutoring.actions.own_views import discuss_point
from tutoring.both_views import both_views, point_of, points_for
from tutoring.forms.own_views import DiscussForm
from tutoring.grids import trade_of
from tutoring.models import OwnView
from tutoring.models.own_views import contracts_read_by
from tutoring.progress import progress_of


class ContractSkills(DetailPage):
    """Savoir-faire d'une personne : son tuteur, son employeur, la référente ; chaque lecture laisse une ligne."""

    model = Contract
    permission_required = "tutoring.view_observation"
    template_name = "tutoring/contract_skills.html"

    def get_queryset(self):
        return contracts_read_by(self.request.user).select_related("enrolment__person", "establishment", "cohort")

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        log_access(user=request.user, action="read", obj=self.object, request=request)
        return answer

    def title(self):
        return f"Savoir-faire de {self.object.enrolment.person.short_name}"

    @cached_property
    def trade(self):
        return trade_of(self.object)

    @cached_property
    def progress(self):
        return progress_of(self.object, clock.today())

    def facts(self):
        progress = self.progress
        return [
            ("Établissement", self.object.establishment),
            ("Emploi", self.object.job_title),
            ("Métier de la grille", f"{self.trade.label}, version {progress.grid.version}" if progress else None),
            ("Dernière observation", as_day(progress.observed_on) if progress else None),
        ]

    def links(self):
        pk = self.object.pk
        return [
            Link("Contrat", self.object.get_absolute_url(), "contracts.view_contract", "file"),
            Link("Livret de suivi", reverse("tutoring:booklet", args=[pk]), "tutoring.view_observation", "book"),
            Link("Attestation", reverse("tutoring:issue_experience", args=[pk]), "tutoring.issue_experience", "file"),
            Link("Choisir le métier", reverse("tutoring:choose_trade", args=[pk]), "tutoring.choose_trade", "edit"),
        ]

    def get_context_data(self, **kwargs):
        progress = self.progress
        return super().get_context_data(**kwargs) | {
            "kind": "",
            "progress": progress,
            "both": both_views(self.object, progress.grid) if progress else [],
        }


class PointList(Scoped, TemplateView):
    """Points à discuter : où une stagiaire et son tuteur ne disent pas pareil, le plus ancien d'abord."""

    permission_required = "tutoring.discuss_point"
    template_name = "tutoring/point_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "title": "Points à discuter",
            "points": points_for(self.request.user, clock.today()),
        }


class DiscussPoint(ChangePage):
    model = OwnView
    form_class = DiscussForm
    permission_required = "tutoring.discuss_point"
    template_name = "tutoring/discuss_point.html"
    submit_label = "Enregistrer"
    done_message = "C'est noté : la stagiaire et son tuteur le lisent."

    def get_queryset(self):
        return super().get_queryset().select_related("contract__enrolment__person", "contract__establishment")

    @cached_property
    def point(self):
        return point_of(self.row)

    @property
    def title(self):
        return f"Point à discuter avec {self.row.contract.enrolment.person.short_name}"

    @property
    def intro(self):
        return f"« {self.row.skill} »"

    def act(self, form):
        discuss_point(own_view=self.row, text=form.cleaned_data["text"], on=clock.today(), by=self.request.user)
        return self.row.contract

    def get_success_url(self):
        return reverse("tutoring:contract_skills", args=[self.row.contract_id])

    def cancel_url(self):
        return reverse("tutoring:point_list")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"point": self.point, "row": None, "version": None}
