"""The employer's month: prefilled, exceptions only, confirmed in one gesture, declared in another."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from accounts import clock, once
from accounts.journal import log_access
from accounts.pages import add_refusal
from contracts.actions import month as actions
from contracts.forms.month import AbsenceForm, DeclarationForm
from contracts.late import statement_days
from contracts.month import INDICATIVE, MonthLine, month_lines, month_name
from contracts.views.month_rows import late_months, month_url, offered, rows_of, sites_of, totals_of
from regulations.deadlines import minus_months

DECLARE = "contracts.declare_presence"
# The table of the SMIC begins there: no month is aided before.
FIRST_YEAR = 2018
# Beyond, one establishment at a time: nobody reads so many lines before confirming them.
MOST_LINES = 200


@permission_required(DECLARE, raise_exception=True)
@require_safe
def choose_month(request):
    """The month asked for, else the one to close: the last one over while it is not declared, else the present one."""
    asked = request.GET.get("mois", "")
    year, _, month = asked.partition("-")
    if len(asked) == 7 and all(part.isascii() and part.isdigit() for part in (year, month)):
        return redirect("contracts:month", int(year), int(month))
    present = clock.today().replace(day=1)
    last = minus_months(present, 1)
    is_closed = all(line.is_declared for line in month_lines(request.user, last))
    return redirect(month_url(present if is_closed else last))


class MonthPage(PermissionRequiredMixin, TemplateView):
    """All the lines of one month; *Je confirme le mois* takes those that are shown, and nothing else."""

    permission_required = DECLARE
    template_name = "contracts/month.html"
    refusal: ValidationError | None = None

    @cached_property
    def today(self) -> date:
        return clock.today()

    @cached_property
    def month(self) -> date:
        year, month = self.kwargs["year"], self.kwargs["month"]
        if year < FIRST_YEAR or not 1 <= month <= 12 or (year, month) > (self.today.year, self.today.month):
            raise Http404("Ce mois n'a pas commencé, ou précède toute aide.")
        return date(year, month, 1)

    @cached_property
    def all_lines(self) -> list[MonthLine]:
        return month_lines(self.request.user, self.month)

    @cached_property
    def establishment(self) -> str:
        asked = self.request.GET.get("etablissement", "")
        return asked if asked.isascii() and asked.isdigit() and len(asked) < 10 else ""

    @cached_property
    def lines(self) -> list[MonthLine]:
        if self.establishment:
            return [line for line in self.all_lines if str(line.establishment.pk) == self.establishment]
        return [] if len(self.all_lines) > MOST_LINES else self.all_lines

    @cached_property
    def absence_forms(self) -> dict[int, AbsenceForm]:
        """For each line still open; bound when the line was on the page that was sent."""
        sent, named = self.request.POST, set(self.request.POST.getlist("ligne"))
        return {
            line.request.pk: AbsenceForm(sent if str(line.request.pk) in named else None, line=line)
            for line in self.lines
            # Somebody may have confirmed it meanwhile: what was typed is not lost without a word.
            if line.statement is None or sent.get(f"l{line.request.pk}-days", "").strip()
        }

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        purpose = f"mois {self.month:%Y-%m}"
        log_access(user=request.user, action="read", count=len(self.lines), purpose=purpose, request=request)
        return answer

    def post(self, request, *args, **kwargs):
        sent = {pk: form for pk, form in self.absence_forms.items() if form.is_bound}
        if False not in [form.is_valid() for form in sent.values()]:
            try:
                return redirect(once.run(request, partial(self.act, sent)))
            except ValidationError as refusal:
                self.note(refusal, sent)
        return self.render_to_response(self.get_context_data(**kwargs), status=422)

    def note(self, refusal: ValidationError, sent: dict[int, AbsenceForm]) -> None:
        """Beside each line that has a fault, else at the top."""
        by_request = getattr(refusal, "by_request", {})
        for pk, said in by_request.items():
            if pk in sent:
                sent[pk].add_error("days", said)
        if not by_request.keys() & sent.keys():
            self.refusal = refusal

    def act(self, sent: dict[int, AbsenceForm]) -> str:
        named = set(self.request.POST.getlist("ligne"))
        lines = [line for line in self.lines if str(line.request.pk) in named]
        absences = {pk: found for pk, form in sent.items() if (found := form.absences())}
        if "save" in self.request.POST:
            return self.report(lines, absences)
        ready = [line for line in lines if line.statement or line.can_confirm(self.today)]
        if not ready:
            raise ValidationError("Aucune ligne de ce mois ne peut être confirmée pour l'instant.")
        actions.report_absences(lines=lines, absences=absences, by=self.request.user)
        done = actions.confirm_month(lines=ready, on=self.today, by=self.request.user)
        people = "1 salarié confirmé" if len(done) == 1 else f"{len(done)} salariés confirmés"
        messages.success(self.request, f"{people} pour {month_name(self.month)}. Il reste à le déclarer sur SYLAé.")
        return month_url(self.month, self.establishment)

    def report(self, lines: list[MonthLine], absences: dict) -> str:
        actions.report_absences(lines=lines, absences=absences, by=self.request.user)
        count = sum(len(found) for found in absences.values())
        said = "1 absence enregistrée." if count == 1 else f"{count} absences enregistrées."
        messages.success(self.request, said if count else "Aucune absence n'était écrite.")
        return month_url(self.month, self.establishment)

    def get_context_data(self, **kwargs):
        name = month_name(self.month)
        rows = rows_of(self.request.user, self.lines, self.absence_forms, self.today)
        faults = [fault for row in rows for fault in row.faults]
        declaration = kwargs.pop("declaration", None) or DeclarationForm(initial={"declared_on": self.today})
        return super().get_context_data(**kwargs) | {
            "title": f"{name[0].upper()}{name[1:]} : présence et aide",
            "month": self.month,
            "month_code": f"{self.month:%Y-%m}",
            "name": name,
            "rows": rows,
            "refusal": self.refusal,
            "faults": faults,
            "in_error": self.refusal or faults or declaration.errors,
            "totals": totals_of(self.lines, self.all_lines),
            "to_confirm": sum(line.can_confirm(self.today) for line in self.lines),
            "asks_something": bool(self.absence_forms),
            "to_declare": [line.statement for line in self.lines if line.can_declare],
            "declaration": declaration,
            "form_url": month_url(self.month, self.establishment),
            "declare_url": self.declare_url(),
            "sites": sites_of(self.all_lines),
            "establishment": self.establishment,
            "most_lines": MOST_LINES,
            "months": offered(self.today, self.month),
            "late": late_months(self.request.user, self.today),
            "days": statement_days(self.month),
            "indicative": INDICATIVE,
        }

    def declare_url(self) -> str:
        address = reverse("contracts:declare_month", args=[self.month.year, self.month.month])
        return f"{address}?etablissement={self.establishment}" if self.establishment else address


class DeclareMonth(MonthPage):
    """Déclaré sur SYLAé : one button for all that is confirmed and shown."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        form = DeclarationForm(request.POST)
        if form.is_valid():
            try:
                return redirect(once.run(request, partial(self.declare, form.cleaned_data["declared_on"])))
            except ValidationError as refusal:
                if hasattr(refusal, "error_dict"):
                    add_refusal(form, refusal)
                else:
                    self.refusal = refusal
        return self.render_to_response(self.get_context_data(declaration=form, **kwargs), status=422)

    def declare(self, declared_on: date) -> str:
        named = set(self.request.POST.getlist("etat"))
        statements = [line.statement for line in self.lines if line.statement and str(line.statement.pk) in named]
        done = actions.declare_month(
            statements=statements, declared_on=declared_on, today=self.today, by=self.request.user
        )
        people = "1 salarié" if len(done) == 1 else f"{len(done)} salariés"
        messages.success(self.request, f"{month_name(self.month).capitalize()} est déclaré sur SYLAé pour {people}.")
        return month_url(self.month, self.establishment)
