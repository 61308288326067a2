"""Pages of the roll: who is there, who signed, what is closed."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.pages import ListPage
from accounts.templatetags.french import as_hours
from regulations.training import SignatureWay
from training import actions
from training.actions.submissions import Sending, SentSignature
from training.filters import AttendanceFilters
from training.forms.reason import ReasonForm
from training.forms.roll import AddToRollForm, CountersignForm, RollLineForm, TypedSignatureForm
from training.models import Attendance
from training.roll import Roll, addable, owner_of, roll_of
from training.tables import AttendanceTable
from training.views.planning import OfHalfDay, half_days_of, name_of
from training.views.roll_device import live

SIGNATURE = "intervenant"


@permission_required("training.take_roll", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request, pk):
    """L'appel : tout le monde présent, on touche les absents."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    if request.method == "POST":
        return take_roll(request, half_day)
    return roll_page(request, roll_of(half_day, request.user, clock.now()))


def take_roll(request, half_day):
    """The page without script: all of it is kept, or none and every fault is said."""
    now = clock.now()
    found = roll_of(half_day, request.user, now)
    lines, signature = forms_of(found, request.POST)
    sound = [form.is_valid() for form in (*lines, signature)]
    refusal = outcome = None
    if all(sound) and lines:
        try:
            expected = [line.enrolment for line in lines]
            sending = sent(request, lines, signature)
            outcome = actions.receive(
                half_day=half_day, sending=sending, expected=expected, by=request.user, at=now, whole=True
            ).outcome
        except ValidationError as error:
            refusal = error
    if outcome is None:
        return roll_page(request, found, lines=lines, signature=signature, refusal=refusal, status=422)
    if outcome["conflicts"]:
        return roll_page(request, roll_of(half_day, request.user, now), outcome=outcome, status=409)
    for note in outcome["notes"]:
        messages.warning(request, note)
    messages.success(request, "L'appel est enregistré, la demi-journée est close." if outcome["closed"] else DONE)
    return redirect("training:session_detail", pk=half_day.session_id)


DONE = "L'appel est enregistré."


def roll_page(request, found: Roll, *, lines=None, signature=None, refusal=None, outcome=None, status=200):
    if lines is None:
        lines, signature = forms_of(found)
    context = {
        "half_day": found.half_day,
        "lines": lines,
        "signature": signature,
        "refusal": refusal,
        **live(request, found),
        "conflicts": outcome["conflicts"] if outcome else [],
        "name": name_of(found.half_day),
        "owner": owner_of(request.user),
        "request_id": request.POST.get("request_id") if refusal else uuid4(),
    }
    return render(request, "training/roll.html", context, status=status)


def forms_of(found: Roll, data=None):
    lines = [RollLineForm(data, enrolment=line.enrolment, attendance=line.attendance) for line in found.lines]
    for form, line in zip(lines, found.lines, strict=True):
        form.signature = line.signature
    return lines, TypedSignatureForm(data, prefix=SIGNATURE)


def sent(request, lines, signature) -> Sending:
    """The number of the sending stands in the page: a double click is one roll."""
    try:
        request_id = UUID(request.POST.get("request_id", ""))
    except ValueError:
        request_id = uuid4()
    typed_name = signature.cleaned_data["typed_name"]
    own = SentSignature(request_id=uuid4(), enrolment=None, way=SignatureWay.TYPED, typed_name=typed_name)
    return Sending(
        request_id=request_id,
        lines=[line.line() for line in lines],
        signatures=[own] if typed_name else [],
        closes="close" in request.POST,
    )


class OfRoll(OfHalfDay):
    permission_required = "training.take_roll"

    def get_success_url(self):
        return reverse("training:roll", args=[self.half_day.pk])


class ReopenHalfDay(OfRoll):
    form_class = ReasonForm
    title = "Rouvrir l'appel"
    submit_label = "Rouvrir"

    def act(self, form):
        return actions.reopen_half_day(
            half_day=self.half_day, by=self.request.user, at=clock.now(), reason=form.cleaned_data["reason"]
        )


class AddToRoll(OfRoll):
    form_class = AddToRollForm
    title = "Ajouter une personne à l'appel"
    submit_label = "Ajouter"
    done_message = "La personne est sur l'appel, notée présente."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"enrolments": addable(self.half_day, self.request.user)}

    def act(self, form):
        return actions.add_to_roll(half_day=self.half_day, by=self.request.user, at=clock.now(), **form.cleaned_data)


class Countersign(OfRoll):
    """Signature de l'intervenant, par son nom et une case."""

    form_class = CountersignForm
    title = "Signer la demi-journée"
    submit_label = "Je signe"
    done_message = "Votre signature est enregistrée."

    def act(self, form):
        return actions.sign(
            half_day=self.half_day,
            enrolment=None,
            way=SignatureWay.TYPED,
            image=None,
            typed_name=form.cleaned_data["typed_name"],
            device_at=None,
            device_id="",
            request_id=uuid4(),
            by=self.request.user,
            at=clock.now(),
        )


@permission_required("training.take_roll", raise_exception=True)
@require_POST
def close_half_day(request, pk):
    """Clore : chaque stagiaire attendu a sa ligne."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    now = clock.now()
    expected = [line.enrolment for line in roll_of(half_day, request.user, now).lines]
    try:
        actions.close_half_day(half_day=half_day, by=request.user, at=now, expected=expected)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("training:roll", pk=pk)
    messages.success(request, "La demi-journée est close.")
    return redirect("training:session_detail", pk=half_day.session_id)


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
