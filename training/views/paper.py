"""Paper: the sheet to print, its photograph, what it says typed once."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, once
from accounts.actions import log_access
from accounts.identity import recent_identity
from accounts.pages import FormPage, Scoped, add_refusal
from accounts.scans import download, kind_named
from cohorts.models import Enrolment
from training.actions import close_half_day
from training.actions.paper import attach_sheet, record_paper, void_sheet
from training.forms.paper import PaperLineForm, SheetForm
from training.forms.reason import ReasonForm
from training.hours import expected_at
from training.models import PaperSheet
from training.readers import sheets_readable_by
from training.sheets import sheet_of, week_of
from training.views.planning import half_days_of, name_of

MAY_TAKE = permission_required("training.take_roll", raise_exception=True)


@MAY_TAKE
@require_safe
def sheet(request, pk):
    """Feuille d'émargement d'une demi-journée, à imprimer."""
    half_day = get_object_or_404(half_days_of(request.user).planned(), pk=pk)
    context = {"half_day": half_day, "sheet": sheet_of(request.user, [half_day])}
    return render(request, "training/sheet_half_day.html", context)


@MAY_TAKE
@require_safe
def week_sheet(request, pk):
    """Feuille d'émargement de la semaine de cette demi-journée, pour sa cohorte."""
    half_day = get_object_or_404(half_days_of(request.user).planned(), pk=pk)
    context = {"half_day": half_day, "sheet": sheet_of(request.user, week_of(half_day))}
    return render(request, "training/sheet_week.html", context)


@MAY_TAKE
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request, pk):
    """Saisir une feuille papier : sa photographie et ses lignes, une fois."""
    half_day = get_object_or_404(half_days_of(request.user), pk=pk)
    lines = paper_lines(request, half_day)
    form = sheet_form(request, half_day)
    if request.method == "POST":
        all_valid = [one.is_valid() for one in (form, *lines)]
        if all(all_valid):
            try:
                return redirect(once.run(request, lambda: keep_paper(request, half_day, form, lines)))
            except ValidationError as refusal:
                add_refusal(form, refusal)
    context = {
        "half_day": half_day,
        "name": name_of(half_day),
        "form": form,
        "lines": lines,
        "sheets": half_day.paper_sheets.valid().select_related("uploaded_by").order_by("uploaded_at", "pk"),
        "readable": set(sheets_readable_by(request.user).filter(half_day=half_day).values_list("pk", flat=True)),
        "in_error": form.errors or any(line.errors for line in lines),
    }
    return render(request, "training/paper.html", context, status=422 if request.method == "POST" else 200)


def paper_lines(request, half_day) -> list[PaperLineForm]:
    """One line per expected trainee, and per person that the roll has added."""
    visible = Enrolment.objects.visible_to(request.user).select_related("person")
    noted = {row.enrolment_id: row for row in half_day.attendances.valid()}
    people = (expected_at(half_day, visible) | visible.filter(pk__in=noted)).distinct()
    data = request.POST if request.method == "POST" else None
    ordered = sorted(people, key=lambda one: (one.person.search_text, one.pk))
    return [PaperLineForm(data, enrolment=one, attendance=noted.get(one.pk)) for one in ordered]


def sheet_form(request, half_day) -> SheetForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    week = [one for one in week_of(half_day) if one.pk != half_day.pk and one.day <= clock.today()]
    return SheetForm(*sent, has_photo=half_day.paper_sheets.valid().exists(), week=week)


def keep_paper(request, half_day, form, lines) -> str:
    now, found = clock.now(), form.cleaned_data
    if found.get("photo"):
        wanted = {half_day.pk, *map(int, found.get("others", ()))}
        for one in half_days_of(request.user).filter(pk__in=wanted).order_by("pk"):
            attach_sheet(half_day=one, file=found["photo"], by=request.user, at=now)
    signed = found["trainer_signed"]
    said = [line.line() for line in lines]
    record_paper(half_day=half_day, lines=said, trainer_signed=signed, by=request.user, at=now)
    if signed:
        close_half_day(half_day=half_day, expected=[line.enrolment for line in lines], by=request.user, at=now)
    messages.success(request, "La feuille est enregistrée." if signed else "La feuille est gardée, sans clore.")
    return reverse("training:session_detail", args=[half_day.session_id])


@MAY_TAKE
@require_safe
@recent_identity
def sheet_file(request, pk):
    """The photograph itself: as an attachment, and its reading leaves a line."""
    kept = get_object_or_404(sheets_readable_by(request.user), pk=pk)
    log_access(user=request.user, action="read", obj=kept, purpose="feuille papier", request=request)
    return download(kept.file.open("rb"), kind_named(kept.content_type), f"feuille-{kept.pk}")


class VoidSheet(Scoped, FormPage):
    """Annuler une photographie : la mauvaise feuille, une image illisible."""

    permission_required = "training.take_roll"
    model = PaperSheet
    form_class = ReasonForm
    title = "Annuler une photographie"
    submit_label = "Annuler cette photographie"
    done_message = "La photographie est annulée ; elle reste dans l'historique."

    @cached_property
    def sheet(self):
        return get_object_or_404(sheets_readable_by(self.request.user).valid(), pk=self.kwargs["pk"])

    def act(self, form):
        return void_sheet(sheet=self.sheet, reason=form.cleaned_data["reason"], by=self.request.user, at=clock.now())

    def get_success_url(self):
        return reverse("training:paper", args=[self.sheet.half_day_id])

    def cancel_url(self):
        return self.get_success_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": str(self.sheet.half_day)}
