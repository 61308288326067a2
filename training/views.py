"""Pages of the training room."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import clock, once
from accounts.pages import ChangePage, DetailPage, FormPage, Link, ListPage
from accounts.templatetags.french import as_hours, as_long_day
from cohorts.models import Cohort, Enrolment
from training import actions
from training.filters import AttendanceFilters, HalfDayFilters
from training.forms import ModuleForm, PlanSessionForm, ReasonForm, RollLineForm, SessionForm, SlotForm
from training.hours import expected_at, hours_by_enrolment, total
from training.models import Attendance, HalfDay, Module, Session
from training.tables import AttendanceTable, HalfDayTable, HoursTable, hours_row, state_of


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
        return [Link("Présences", reverse("training:attendance_list"), "training.view_session", "list")]


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
            Link(
                "Ajouter une demi-journée", reverse("training:add_half_day", args=[pk]), "training.plan_session", "plus"
            ),
        ]

    def get_context_data(self, **kwargs):
        today = clock.today()
        half_days = list(self.object.half_days.with_counts().order_by("day", "starts_at"))
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


class PlanSession(OfCohort, FormPage):
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
        found = form.cleaned_data
        programme = actions.ensure_programme(cohort=self.cohort)
        return actions.plan_session(
            cohort=self.cohort,
            module=actions.add_module(programme=programme, title=found["module"]),
            slots=form.slots(),
            trainer_name=found["trainer_name"],
            place=found["place"],
            remote_link=found["remote_link"],
            mode=found["mode"],
            accepted=form.accepted(),
        )

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


class AddHalfDay(FormPage):
    permission_required = "training.plan_session"
    form_class = SlotForm
    title = "Ajouter une demi-journée"

    @cached_property
    def session(self):
        sessions = Session.objects.visible_to(self.request.user).select_related("cohort", "module")
        return get_object_or_404(sessions, pk=self.kwargs["pk"])

    def act(self, form):
        return actions.add_half_day(session=self.session, slot=form.slot(), accepted=form.accepted())

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


class MoveHalfDay(OfHalfDay):
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
        return actions.move_half_day(half_day=self.half_day, slot=form.slot(), accepted=form.accepted())


class CancelHalfDay(OfHalfDay):
    form_class = ReasonForm
    title = "Annuler la demi-journée"
    submit_label = "Annuler cette demi-journée"

    def act(self, form):
        return actions.cancel_half_day(half_day=self.half_day, on=clock.today(), reason=form.cleaned_data["reason"])


class ReopenHalfDay(OfHalfDay):
    permission_required = "training.take_roll"
    form_class = ReasonForm
    title = "Rouvrir l'appel"
    submit_label = "Rouvrir"

    def act(self, form):
        return actions.reopen_half_day(
            half_day=self.half_day, by=self.request.user, at=clock.now(), reason=form.cleaned_data["reason"]
        )

    def get_success_url(self):
        return reverse("training:roll", args=[self.half_day.pk])


def half_days_of(user):
    return HalfDay.objects.visible_to(user).with_names()


def name_of(half_day) -> str:
    return f"{half_day.session.module}, {as_long_day(half_day.day)}, {half_day.get_part_display()}"


@permission_required("training.take_roll", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request, pk):
    """L'appel : tout le monde présent, on touche les absents."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    lines = roll_lines(request, half_day)
    refusal = None
    if request.method == "POST" and False not in [line.is_valid() for line in lines]:
        try:
            return redirect(once.run(request, lambda: record(request, half_day, lines)))
        except ValidationError as error:
            refusal = error
    context = {"half_day": half_day, "lines": lines, "refusal": refusal, "name": name_of(half_day)}
    return render(request, "training/roll.html", context, status=422 if request.method == "POST" else 200)


def roll_lines(request, half_day) -> list[RollLineForm]:
    """One form per expected trainee, with what the roll already says of her."""
    visible = Enrolment.objects.visible_to(request.user).select_related("person", "seat__establishment")
    noted = {row.enrolment_id: row for row in half_day.attendances.valid()}
    expected = expected_at(half_day, visible).order_by("person__birth_name", "person__first_name", "pk")
    data = request.POST if request.method == "POST" else None
    return [RollLineForm(data, enrolment=enrolment, attendance=noted.get(enrolment.pk)) for enrolment in expected]


def record(request, half_day, lines) -> str:
    now = clock.now()
    actions.record_roll(half_day=half_day, entries=[line.entry() for line in lines], by=request.user, at=now)
    if "close" in request.POST:
        actions.countersign(half_day=half_day, at=now)
        enrolments = [line.enrolment for line in lines]
        actions.close_half_day(half_day=half_day, by=request.user, at=now, expected=enrolments)
    messages.success(request, "L'appel est enregistré.")
    return reverse("training:session_detail", args=[half_day.session_id])


@permission_required("training.view_session", raise_exception=True)
@require_GET
def programme(request, pk):
    """Programme d'une cohorte : chaque module, ses heures prévues, placées et suivies par le groupe."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    modules = list(Module.objects.of_cohort(cohort).with_minutes(cohort).order_by("position", "pk"))
    context = {
        "cohort": cohort,
        "modules": modules,
        "planned": sum(module.planned_minutes for module in modules),
        "placed": sum(module.placed_minutes or 0 for module in modules),
    }
    return render(request, "training/programme.html", context)


@permission_required("training.view_session", raise_exception=True)
@require_GET
def cohort_hours(request, pk):
    """Heures de chaque stagiaire d'une cohorte."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    enrolments = Enrolment.objects.visible_to(request.user).filter(cohort=cohort, contracts__isnull=False).distinct()
    hours = hours_by_enrolment(enrolments, on=clock.today())
    people = enrolments.select_related("person", "seat__establishment")
    rows = [
        hours_row(one.person, one.seat.establishment if one.seat else None, hours[one.pk])
        for one in sorted(people, key=lambda one: one.person.search_text)
    ]
    context = {"cohort": cohort, "table": HoursTable(data=rows), "total": total(hours.values())}
    return render(request, "training/hours.html", context)


class AttendanceList(ListPage):
    permission_required = "training.view_session"
    model = Attendance
    table_class = AttendanceTable
    filterset_class = AttendanceFilters
    title = "Présences"
    intro = "Une ligne par stagiaire et par demi-journée ; les lignes annulées n'y sont pas."
    default_order = ("-half_day__day", "-half_day__starts_at", "enrolment__person__search_text")
    export_name = "presences"
    empty_text = "Aucune présence notée. Faites l'appel d'une demi-journée."

    def get_queryset(self):
        return super().get_queryset().valid().with_names()

    def totals(self, rows):
        return [("Heures suivies", as_hours(rows.minutes()))]


@require_GET
def my_schedule(request):
    """Emploi du temps d'une stagiaire : ses prochaines séances, ses heures."""
    person = getattr(request.user, "person", None)
    if person is None:
        raise Http404("Cette page est celle des stagiaires.")
    today = clock.today()
    enrolments = Enrolment.objects.visible_to(request.user).filter(person=person)
    half_days = HalfDay.objects.visible_to(request.user).filter(session__cohort__enrolments__in=enrolments)
    context = {
        "next_half_days": half_days.planned().filter(day__gte=today).with_names().order_by("day", "starts_at")[:20],
        "hours": total(hours_by_enrolment(enrolments, on=today).values()),
        "person": person,
    }
    return render(request, "training/my_schedule.html", context)


@permission_required("training.take_roll", raise_exception=True)
@require_POST
def close_half_day(request, pk):
    """Clore : chaque stagiaire attendu a sa ligne."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    expected = expected_at(half_day).select_related("person")
    try:
        actions.close_half_day(half_day=half_day, by=request.user, at=clock.now(), expected=expected)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("training:roll", pk=pk)
    messages.success(request, "La demi-journée est close.")
    return redirect("training:session_detail", pk=half_day.session_id)


@permission_required("training.take_roll", raise_exception=True)
@require_POST
def countersign(request, pk):
    """Signature de l'intervenant."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    try:
        actions.countersign(half_day=half_day, at=clock.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Votre signature est enregistrée.")
    return redirect("training:session_detail", pk=half_day.session_id)
