"""*Créer la série*: place all the half-days, look at what hinders them, move some, publish.

One page and one form: nothing is written before *Publier*, except a period without training, and nothing typed is lost.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts import clock
from accounts.pages import FormPage
from accounts.templatetags.french import as_day
from regulations.periods import Period
from regulations.planning import (
    SATURDAY,
    Calendar,
    HalfDaySlot,
    Series,
    best_patterns,
    french_length,
    place,
    said_pattern,
)
from training.actions.group import group_size
from training.actions.planning import territory_of_cohort
from training.actions.series import close_period, closed_of, needs_of, publish_series, reopen_period
from training.diary import Said, diary_of
from training.forms.series import ClosedPeriodForm, RowForm, SeriesForm, coded
from training.models import ClosedPeriod, Session
from training.views.planning import OfCohort

MOST_ROWS = 400
CLOSING = "fermeture"
NEXT_WEEK = timedelta(days=7)


ROW = re.compile(r"r(\d{1,4})-title")


@dataclass
class Line:
    """One half-day of the series as the page shows it."""

    form: RowForm
    slot: HalfDaySlot | None = None
    clashes: list[Said] = field(default_factory=list)


class CreateSeries(OfCohort, FormPage):
    """Créer la série."""

    permission_required = "training.plan_session"
    form_class = SeriesForm
    template_name = "training/series.html"
    title = "Créer la série"
    lines: Sequence[Line] = ()
    series: Series | None = None
    closing: ClosedPeriodForm | None = None

    @cached_property
    def needs(self):
        return needs_of(self.cohort)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"cohort": self.cohort, "needs": self.needs}

    def get_initial(self):
        last = Session.objects.visible_to(self.request.user).filter(cohort=self.cohort).order_by("-pk").first()
        usual = {name: getattr(last, name, "") for name in ("trainer_name", "place", "remote_link")}
        day = max(clock.today() + NEXT_WEEK, self.cohort.starts_on)
        return usual | {"first_day": min(day, self.cohort.ends_on)}

    def post(self, request, *args, **kwargs):
        sent, form, rows = request.POST, self.get_form(), sent_rows(request.POST)
        step, was_proposed = sent.get("etape", ""), bool(rows)
        if "motif" in sent:
            form.data = form.data.copy()
            form.data.setlist("pattern", sent["motif"].split(","))
        if self.changes_closed_periods(sent, step) or step == "proposer" or "motif" in sent:
            rows = []
        elif step == "fermer":
            step = "verifier"
        if not was_proposed and ("rouvrir" in sent or step in ("fermer", "verifier")):
            # Nothing is asked for yet: what is typed stays, without a word about what is missing.
            return self.show(self.form_class(cohort=self.cohort, needs=self.needs, initial=typed(form)))
        if not form.is_valid():
            self.lines = [Line(row) for row in rows]
            return self.show(form)
        self.prepare(form, rows)
        is_ready = step == "publier" and not form.errors
        return self.form_valid(form) if is_ready else self.show(form)

    def changes_closed_periods(self, sent, step: str) -> bool:
        if "rouvrir" in sent:
            closed = ClosedPeriod.objects.visible_to(self.request.user).filter(cohort=self.cohort)
            pk = sent["rouvrir"]
            reopen_period(closed=get_object_or_404(closed, pk=pk if pk.isascii() and pk.isdigit() else None))
            return True
        if step != "fermer":
            return False
        self.closing = ClosedPeriodForm(sent, prefix=CLOSING)
        if self.closing.is_valid():
            close_period(cohort=self.cohort, **self.closing.cleaned_data)
            self.closing = None
        return self.closing is None

    def prepare(self, form: SeriesForm, rows: list[RowForm]) -> None:
        """The half-days, placed or as they were sent, with what hinders each of them."""
        self.calendar = Calendar(
            Period(form.cleaned_data["first_day"], self.cohort.ends_on),
            closed_of(self.cohort),
            territory_of_cohort(self.cohort),
        )
        self.diary = diary_of(self.cohort, whole(self.cohort), form.where(), self.request.user)
        self.series = place(form.chosen(), calendar=self.calendar, pattern=form.week(), hours=form.hours())
        self.lines = sent_lines(form, rows) if rows else placed_lines(self.series)
        if not rows and self.series.unplaced:
            form.add_error(None, said_unplaced(self.series, self.cohort))
        slots = [line.slot for line in self.lines if line.slot]
        by_slot = {id(line.slot): line for line in self.lines}
        for said in self.diary.said(slots):
            by_slot[id(slots[said.place])].clashes.append(said)
        self.clashes = self.diary.burden(slots)[0]
        self.best = best_patterns(
            form.chosen(),
            calendar=self.calendar,
            size=len(form.week()),
            hours=form.hours(),
            diary=self.diary,
            with_saturday=any(weekday == SATURDAY for weekday, _ in form.week()),
        )

    def act(self, form):
        rows = [line.form.row() for line in self.lines]
        sessions = publish_series(cohort=self.cohort, rows=rows, terms=form.terms(), at=clock.now())
        count = len(rows)
        said = f"{count} demi-journées publiées." if count > 1 else "Une demi-journée publiée."
        messages.success(self.request, said)
        return sessions[0]

    def get_success_url(self):
        """Published, then convened: the next gesture is there."""
        return reverse("training:convene_cohort", args=[self.cohort.pk])

    def show(self, form):
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | {
            "cohort": self.cohort,
            "intro": str(self.cohort),
            "needs": self.needs,
            "needed": sum(need.minutes for need in self.needs),
            "group_size": group_size(self.cohort),
            "closed": self.cohort.closed_periods.order_by("starts_on", "pk"),
            "closing": self.closing or ClosedPeriodForm(prefix=CLOSING),
            "lines": self.lines,
        }
        return context | self.proposal(kwargs["form"]) if self.series else context

    def proposal(self, form) -> dict:
        week = form.week()
        return {
            "left_out": self.series.left_out,
            "pattern": said_pattern(week),
            "clashes": self.clashes,
            "patterns": [
                (",".join(coded(one.pattern)), said_pattern(one.pattern), one, set(one.pattern) == set(week))
                for one in self.best
            ],
        }


def whole(cohort) -> Period:
    return Period(cohort.starts_on, cohort.ends_on)


def typed(form) -> dict:
    several = ("pattern", "modules")
    return {name: form.data.getlist(name) if name in several else form.data.get(name) for name in form.fields}


def sent_rows(sent) -> list[RowForm]:
    numbers = sorted({int(found[1]) for name in sent if (found := ROW.fullmatch(name))})
    return [RowForm(sent, prefix=f"r{number}") for number in numbers[:MOST_ROWS]]


def sent_lines(form: SeriesForm, rows: list[RowForm]) -> list[Line]:
    """Sound ones in the order of the days; those to put right come first."""
    lines = []
    for number, row in enumerate(rows, start=1):
        line = Line(row)
        if row.is_valid():
            found, slot = row.row(), row.row().slot
            line.slot = HalfDaySlot(found.title, found.title, slot.day, slot.part, slot.starts_at, slot.ends_at)
        else:
            for error in (error for errors in row.errors.values() for error in errors):
                form.add_error(None, f"Demi-journée {number} : {error}")
        lines.append(line)
    return sorted(lines, key=lambda line: (line.slot.day, line.slot.starts_at) if line.slot else (date.min, time.min))


def placed_lines(series: Series) -> list[Line]:
    return [
        Line(
            RowForm(
                prefix=f"r{number}",
                initial={"title": slot.title, "day": slot.day, "starts_at": slot.starts_at, "ends_at": slot.ends_at},
            ),
            slot,
        )
        for number, slot in enumerate(series.slots, start=1)
    ]


def said_unplaced(series: Series, cohort) -> str:
    missing = sum(need.minutes for need in series.unplaced)
    titles = ", ".join(f"« {need.title} »" for need in series.unplaced)
    return (
        f"Tout ne tient pas avant le {as_day(cohort.ends_on)} : il reste {french_length(missing)} à placer ({titles}). "
        "Ajoutez une demi-journée par semaine, ou commencez plus tôt."
    )
