"""A roster comes in: read at once, shown with what it hinders, then kept for trainees alone.

The file is never kept, and the names of the rest of the team reach neither the database nor the preview.
"""

import tempfile
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock, once
from accounts.journal import log_access
from accounts.pages import FormPage, add_refusal
from cohorts.models import Cohort, Enrolment, Person
from imports.actions.receiving import LIMITS, WORKBOOK, check
from imports.rosters.matching import Matched, Month, match_all
from imports.rosters.reading import UnreadableRoster, read_rosters
from imports.slots import one_of_three
from regulations.periods import Period
from regulations.training import ShiftKind
from training.actions.rosters import ShiftFact, replace_month, shifts_of_month
from training.diary import clashes_with_shifts
from workbooks.limits import MIB, Refused
from workbooks.read import Book, read_workbook

SALT = "imports.rosters"
A_DAY = 24 * 3600


class RosterForm(forms.Form):
    file = forms.FileField(
        label="Planning du mois",
        help_text=f"Excel (.xlsx), {LIMITS.max_bytes / MIB:g} Mo au plus. Le fichier n'est pas gardé.",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": "Ce fichier est vide.", "required": "Choisissez le planning à lire."},
    )


class NewRoster(FormPage):
    """Lire un planning de travail, puis garder les vacations des stagiaires."""

    permission_required = "training.tell_roster"
    form_class = RosterForm
    template_name = "imports/roster.html"
    title = "Importer un planning de travail"
    submit_label = "Lire ce planning"
    found: list[Matched] = ()
    empty_sheets: list[str] = ()

    @cached_property
    def cohort(self):
        return get_object_or_404(Cohort.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def enrolments(self) -> list[Enrolment]:
        """Those whose hours of work one may read, and therefore tell."""
        private = Person.objects.private_to(self.request.user, clock.today())
        rows = Enrolment.objects.visible_to(self.request.user).active().filter(cohort=self.cohort, person__in=private)
        return list(rows.select_related("person", "seat").order_by("pk"))

    def post(self, request, *args, **kwargs):
        if sent := request.POST.get("planning"):
            return self.keep(sent)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            book = read_upload(form.cleaned_data["file"])
            rosters, self.empty_sheets = read_rosters(book)
        except (ValidationError, UnreadableRoster, Refused) as refusal:
            said = refusal if isinstance(refusal, ValidationError) else ValidationError(str(refusal))
            add_refusal(form, said)
            return self.form_invalid(form)
        self.found = match_all(rosters, self.enrolments)
        return self.render_to_response(self.get_context_data(form=form))

    def keep(self, sent: str):
        """What was shown, and signed by us, is what is written."""
        try:
            told = signing.loads(sent, salt=self.salt, max_age=A_DAY)
        except signing.BadSignature:
            messages.error(self.request, "Cet aperçu n'est plus valable : renvoyez le planning.")
            return HttpResponseRedirect(self.request.path)
        return HttpResponseRedirect(once.run(self.request, lambda: self.write(told)))

    def write(self, told: dict) -> str:
        known = {enrolment.pk: enrolment for enrolment in self.enrolments}
        count, people = 0, set()
        for month in told["mois"]:
            shifts = {known[pk]: unpacked(facts) for pk, facts in month["vacations"] if pk in known}
            count += replace_month(month=date.fromisoformat(month["mois"]), shifts=shifts, by=self.request.user)
            people |= {enrolment.pk for enrolment in shifts}
        log_access(user=self.request.user, action="roster_recorded", obj=self.cohort, count=count)
        messages.success(self.request, said_kept(count, len(people)))
        return self.cancel_url()

    @property
    def salt(self) -> str:
        """A preview is of one person and one cohort."""
        return f"{SALT}/{self.request.user.pk}/{self.cohort.pk}"

    def cancel_url(self):
        return reverse("training:availability", args=[self.cohort.pk])

    def get_context_data(self, **kwargs):
        sound = [one for one in self.found if one.sound]
        packed = {
            "mois": [
                {
                    "mois": one.roster.month.isoformat(),
                    "vacations": [(month.enrolment.pk, packed_shifts(month)) for month in one.sound],
                }
                for one in sound
            ]
        }
        return super().get_context_data(**kwargs) | {
            "cohort": self.cohort,
            "intro": str(self.cohort),
            "found": [self.shown(one) for one in self.found],
            "empty_sheets": self.empty_sheets,
            "packed": signing.dumps(packed, salt=self.salt, compress=True) if sound else "",
        }

    def shown(self, one: Matched) -> dict:
        month = one.roster.month
        shifts = {each.enrolment: each.shifts for each in one.sound}
        # The night of the last day still counts on the morning that follows.
        period = Period(month, day_after(month))
        return {
            "matched": one,
            "month": month,
            "clashes": clashes_with_shifts(self.cohort, period, shifts) if shifts else [],
            "replaces": shifts_of_month(list(shifts), month).count() if shifts else 0,
        }


def read_upload(file) -> Book:
    """Judged like every workbook that comes in, read in a child process, then forgotten."""
    if file.size > LIMITS.max_bytes:
        raise ValidationError(LIMITS.refuse_size().message)
    data = file.read()
    check(data, WORKBOOK, LIMITS)
    with tempfile.NamedTemporaryFile(suffix=WORKBOOK) as kept, one_of_three():
        kept.write(data)
        kept.flush()
        return read_workbook(kept.name, LIMITS)


def day_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def packed_shifts(month: Month) -> list[tuple]:
    return [(one.starts_at.isoformat(), one.ends_at.isoformat(), one.kind.value, one.code) for one in month.shifts]


def unpacked(facts: list) -> list[ShiftFact]:
    return [
        ShiftFact(
            starts_at=datetime.fromisoformat(starts_at),
            ends_at=datetime.fromisoformat(ends_at),
            kind=ShiftKind(kind),
            code=code,
        )
        for starts_at, ends_at, kind, code in facts
    ]


def said_kept(count: int, people: int) -> str:
    shifts = f"{count} vacations gardées" if count > 1 else f"{count} vacation gardée"
    return f"{shifts} pour {people} stagiaires." if people > 1 else f"{shifts} pour {people} stagiaire."
