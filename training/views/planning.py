"""Pages of sessions and half-days: plan, move, cancel."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import ChangePage, DetailPage, FormPage, Link, ListPage
from accounts.templatetags.french import as_long_day
from cohorts.models import Cohort
from training import actions
from training.anomalies import open_by_half_day, put_names
from training.diary import clashes_of
from training.filters import HalfDayFilters
from training.forms.planning import ModuleForm, PlanSessionForm, SessionForm, SlotForm
from training.forms.reason import ReasonForm
from training.models import HalfDay, Module, Session
from training.tables import HalfDayTable, state_of
from training.views.hindered import SaysWhoIsHindered


class HalfDayList(ListPage):
    permission_required = "training.view_session"
    model = HalfDay
    table_class = HalfDayTable
    filterset_class = HalfDayFilters
    title = "Socle commun"
    intro = "Les demi-journées de formation partagées par tous les employeurs d'une cohorte."
    default_order = ("-day", "-starts_at")
    export_name = "demi-journees"
    empty_text = "Aucune demi-journée. Ouvrez une cohorte, puis planifiez sa première séance."

    def get_queryset(self):
        return super().get_queryset().with_names().with_counts()

    def get_table(self):
        table = super().get_table()
        table.today = clock.today()
        table.may_take_roll = self.request.user.has_perm("training.take_roll")
        return table

    def links(self):
        return [
            Link("Présences", reverse("training:attendance_list"), "training.view_session", "list"),
            Link("Absences", reverse("training:absence_list"), "training.join_absence_document", "clock"),
            Link("Anomalies", reverse("training:anomaly_list"), "training.answer_anomaly", "warning"),
            Link("Conventions", reverse("training:convention_list"), "training.view_convention", "file"),
            Link("Certificats", reverse("training:certificate_list"), "training.view_convention", "ok"),
        ]


class SessionDetail(DetailPage):
    permission_required = "training.view_session"
    model = Session
    template_name = "training/session.html"

    def get_queryset(self):
        return super().get_queryset().select_related("module", "cohort")

    def title(self):
        return self.object.module.title

    def facts(self):
        session = self.object
        return [
            ("Cohorte", session.cohort),
            ("Intervenant", session.trainer_name),
            ("Lieu", session.place),
            ("Modalité", session.get_mode_display()),
            ("Lien à distance", session.remote_link),
            ("Capacité", session.capacity),
        ]

    def links(self):
        pk = self.object.pk
        return [
            Link("Modifier", reverse("training:change_session", args=[pk]), "training.plan_session", "edit"),
            Link("Convoquer", reverse("training:convene_session", args=[pk]), "training.plan_session", "mail"),
            Link(
                "Ajouter une demi-journée", reverse("training:add_half_day", args=[pk]), "training.plan_session", "plus"
            ),
        ]

    def get_context_data(self, **kwargs):
        today = clock.today()
        half_days = list(self.object.half_days.with_counts().order_by("day", "starts_at"))
        if self.request.user.has_perm("training.answer_anomaly"):
            found = open_by_half_day(self.request.user, self.object, at=clock.now())
            put_names(line for lines in found.values() for line in lines)
            for half_day in half_days:
                half_day.to_explain = found[half_day.pk]
        if self.request.user.has_perm("training.plan_session"):
            to_come = [half_day for half_day in half_days if half_day.day >= today]
            hindered = clashes_of(self.object, to_come, self.request.user)
            for half_day in to_come:
                half_day.clashes = hindered.get(half_day.pk, ())
        return super().get_context_data(**kwargs) | {
            "half_days": [(half_day, *state_of(half_day, today)) for half_day in half_days],
            "today": today,
        }


class OfCohort:
    """Pages of one cohort: out of scope is 404."""

    @cached_property
    def cohort(self):
        return get_object_or_404(Cohort.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def cancel_url(self):
        return reverse("training:programme", args=[self.cohort.pk])


class PlanSession(SaysWhoIsHindered, OfCohort, FormPage):
    permission_required = "training.plan_session"
    form_class = PlanSessionForm
    template_name = "training/plan_session.html"
    title = "Planifier une séance"
    submit_label = "Planifier"
    done_message = "La séance est planifiée."

    def get_form_kwargs(self):
        modules = Module.objects.of_cohort(self.cohort).order_by("position")
        return super().get_form_kwargs() | {"modules": modules.values_list("title", flat=True)}

    def act(self, form):
        terms = {name: form.cleaned_data[name] for name in ("trainer_name", "place", "remote_link", "mode")}
        self.refuse_hindered(Session(cohort=self.cohort, **terms), form.slots())
        programme = actions.ensure_programme(cohort=self.cohort)
        module = actions.add_module(programme=programme, title=form.cleaned_data["module"])
        slots, accepted = form.slots(), form.accepted()
        return actions.plan_session(cohort=self.cohort, module=module, slots=slots, accepted=accepted, **terms)

    def get_success_url(self):
        return reverse("training:session_detail", args=[self.object.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"cohort": self.cohort, "intro": str(self.cohort)}


class AddModule(OfCohort, FormPage):
    permission_required = "training.plan_session"
    form_class = ModuleForm
    title = "Ajouter un module"
    done_message = "Le module est ajouté au programme."

    def act(self, form):
        programme = actions.ensure_programme(cohort=self.cohort)
        return actions.add_module(programme=programme, title=form.cleaned_data["title"], planned_minutes=form.minutes())

    def get_success_url(self):
        return reverse("training:programme", args=[self.cohort.pk])


class ChangeSession(ChangePage):
    permission_required = "training.plan_session"
    model = Session
    form_class = SessionForm
    title = "Modifier la séance"

    def get_initial(self):
        return {name: getattr(self.row, name) for name in self.form_class.base_fields}

    def act(self, form):
        return actions.change_session(session=self.row, version=self.version, **form.cleaned_data)

    def get_success_url(self):
        return reverse("training:session_detail", args=[self.row.pk])

    cancel_url = get_success_url


class AddHalfDay(SaysWhoIsHindered, FormPage):
    permission_required = "training.plan_session"
    form_class = SlotForm
    title = "Ajouter une demi-journée"

    @cached_property
    def session(self):
        sessions = Session.objects.visible_to(self.request.user).select_related("cohort", "module")
        return get_object_or_404(sessions, pk=self.kwargs["pk"])

    def act(self, form):
        slot = form.slot()
        self.refuse_hindered(self.session, [slot])
        return actions.add_half_day(session=self.session, slot=slot, accepted=form.accepted())

    def get_success_url(self):
        return reverse("training:session_detail", args=[self.session.pk])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": str(self.session)}


class OfHalfDay(FormPage):
    """A verb on one half-day; then back to its session."""

    permission_required = "training.plan_session"

    @cached_property
    def half_day(self):
        return get_object_or_404(half_days_of(self.request.user), pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse("training:session_detail", args=[self.half_day.session_id])

    def cancel_url(self):
        return self.get_success_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": name_of(self.half_day)}


class MoveHalfDay(SaysWhoIsHindered, OfHalfDay):
    despite_label = "Déplacer quand même"
    form_class = SlotForm
    title = "Déplacer la demi-journée"
    submit_label = "Déplacer"

    def get_initial(self):
        half_day = self.half_day
        return {
            "day": half_day.day,
            "part": half_day.part,
            "starts_at": half_day.starts_at,
            "ends_at": half_day.ends_at,
        }

    def act(self, form):
        slot = form.slot()
        self.refuse_hindered(self.half_day.session, [slot], self.half_day.pk)
        return actions.move_half_day(half_day=self.half_day, slot=slot, accepted=form.accepted())


class CancelHalfDay(OfHalfDay):
    form_class = ReasonForm
    title = "Annuler la demi-journée"
    submit_label = "Annuler cette demi-journée"

    def act(self, form):
        return actions.cancel_half_day(half_day=self.half_day, on=clock.today(), reason=form.cleaned_data["reason"])


def half_days_of(user):
    return HalfDay.objects.visible_to(user).with_names()


def name_of(half_day) -> str:
    return f"{half_day.session.module}, {as_long_day(half_day.day)}, {half_day.get_part_display()}"
