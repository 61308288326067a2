"""Sections about what somebody learns: who followed her, what was observed, what she says, what was agreed."""

from operator import attrgetter

from django.db.models import Prefetch

from exports.evidence.sections import Column, Section, Seen, known_rows, month
from tutoring.booklet import MEETINGS as MINUTES
from tutoring.booklet import POINTS, VIEWS, Field
from tutoring.models import DiscussedPoint, Meeting, Observation, TutorSheet, Tutorship

TUTOR = "tutoring.Tutor"
TUTORSHIP = "tutoring.Tutorship"


def tutorships(seen: Seen) -> list[Tutorship]:
    """Those that touch the days one sees."""
    rows = [one for one in seen.contract.tutorships.all() if one.ends_on is None or one.ends_on >= seen.starts_on]
    return sorted(rows, key=attrgetter("starts_on", "pk"))


TUTORS = Section(
    code="tuteurs",
    title="Tuteurs",
    needs=f"{TUTOR}.last_name {TUTOR}.first_name",
    rows=tutorships,
    columns=(
        Column("Nom", lambda one: one.tutor.last_name, f"{TUTOR}.last_name"),
        Column("Prénom", lambda one: one.tutor.first_name, f"{TUTOR}.first_name"),
        Column("Fonction", lambda one: one.tutor.job_title, f"{TUTOR}.job_title"),
        Column("Du", lambda one: one.starts_on, f"{TUTORSHIP}.starts_on"),
        Column("au", lambda one: one.ends_on, f"{TUTORSHIP}.ends_on"),
    ),
    prefetch=(Prefetch("tutorships", Tutorship.objects.select_related("tutor")),),
)

SHEET = "tutoring.TutorSheet"


def sheets(seen: Seen) -> list[TutorSheet]:
    rows = [one for tutorship in tutorships(seen) for one in tutorship.sheets.all() if seen.covers_month(one.month)]
    return sorted(rows, key=attrgetter("month", "received_at", "pk"))


SHEETS = Section(
    code="fiches-du-tuteur",
    title="Fiches du tuteur",
    needs=f"{SHEET}.month {SHEET}.observed_on",
    rows=sheets,
    columns=(
        Column("Mois", lambda one: month(one.month), f"{SHEET}.month"),
        Column("Remplie le", lambda one: one.observed_on, f"{SHEET}.observed_on"),
        Column("Reçue le", lambda one: one.received_at, f"{SHEET}.received_at"),
        Column("Absence tout le mois", lambda one: one.absent_all_month, f"{SHEET}.absent_all_month"),
        Column("Comment cela va", lambda one: one.get_mood_display(), f"{SHEET}.mood"),
        Column("Note", lambda one: one.note, f"{SHEET}.note"),
    ),
    prefetch=(Prefetch("tutorships__sheets", TutorSheet.objects.standing()),),
)

OBSERVATION = "tutoring.Observation"


def observations(seen: Seen) -> list[Observation]:
    rows = [one for tutorship in tutorships(seen) for one in tutorship.observations.all()]
    rows = [one for one in rows if seen.covers(one.observed_on)]
    return sorted(rows, key=attrgetter("observed_on", "pk"))


OBSERVATIONS = Section(
    code="observations",
    title="Savoir-faire observés",
    needs=f"{OBSERVATION}.observed_on {OBSERVATION}.skill {OBSERVATION}.level",
    rows=observations,
    columns=(
        Column("Le", lambda one: one.observed_on, f"{OBSERVATION}.observed_on"),
        Column("Savoir-faire", lambda one: one.skill, f"{OBSERVATION}.skill"),
        Column("Niveau", lambda one: one.get_level_display(), f"{OBSERVATION}.level"),
        Column("Note", lambda one: one.note, f"{OBSERVATION}.note"),
    ),
    prefetch=("tutorships__observations",),
)


def columns_of(fields: tuple[Field, ...]) -> tuple[Column, ...]:
    """Those of the booklet: what is read there is read here."""
    return tuple(Column(field.heading, field.value, field.source) for field in fields)


OWN_VIEWS = Section(
    code="regards",
    title="Regards de la stagiaire",
    needs="tutoring.OwnView.said_on tutoring.OwnView.face",
    rows=known_rows("own_views", "said_on"),
    columns=columns_of(VIEWS),
    prefetch=("own_views",),
)
DISCUSSED = Section(
    code="points-discutes",
    title="Points discutés",
    needs="tutoring.DiscussedPoint.discussed_on tutoring.DiscussedPoint.text",
    rows=known_rows("discussed_points", "discussed_on"),
    columns=columns_of(POINTS),
    prefetch=(Prefetch("discussed_points", DiscussedPoint.objects.select_related("own_view")),),
)
# The shared part of the minutes of those that were held; confidential notes are another model.
MEETINGS = Section(
    code="entretiens",
    title="Entretiens",
    needs="tutoring.Meeting.held_on tutoring.Meeting.kind",
    rows=known_rows("meetings", "held_on"),
    columns=columns_of(MINUTES),
    prefetch=(Prefetch("meetings", Meeting.objects.exclude(held_on=None)),),
)

SECTIONS = (TUTORS, SHEETS, OBSERVATIONS, OWN_VIEWS, DISCUSSED, MEETINGS)
