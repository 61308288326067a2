"""Pages of the roll: who is there, who signed, what is closed."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock, once
from accounts.pages import ListPage
from accounts.templatetags.french import as_hours
from cohorts.models import Enrolment
from training import actions
from training.filters import AttendanceFilters
from training.forms.reason import ReasonForm
from training.forms.roll import RollLineForm
from training.hours import expected_at
from training.models import Attendance
from training.tables import AttendanceTable
from training.views.planning import OfHalfDay, half_days_of, name_of


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
