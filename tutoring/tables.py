"""Lists of the tutoring room."""

from django.urls import reverse

from accounts.tables import Column, CountColumn, DayColumn, StateColumn, Table
from cohorts.models import Enrolment
from regulations.tutors import MOST_FOLLOWED
from tutoring.models import Grid, Observation, Tutor


class TutorTable(Table):
    caption = "Tuteurs"
    name = Column(accessor="full_name", verbose_name="Tuteur", order_by=("last_name", "first_name"), linkify=True)
    establishment = Column(accessor="establishment__name", verbose_name="Établissement")
    employer = Column(accessor="establishment__employer__name", verbose_name="Employeur")
    job_title = Column()
    experience_since = DayColumn(verbose_name="Expérience depuis")
    following = CountColumn(verbose_name="Personnes suivies")
    load = StateColumn(
        accessor="following",
        verbose_name="Place",
        orderable=False,
        tone=lambda record: "success" if record.following < MOST_FOLLOWED else "warning",
    )

    class Meta(Table.Meta):
        model = Tutor
        fields = ("name", "establishment", "employer", "job_title", "experience_since", "following", "load")

    def render_load(self, record):
        words = "disponible" if record.following < MOST_FOLLOWED else "complet"
        return self.base_columns["load"].render(words, record)


class ObservationTable(Table):
    caption = "Observations"
    skill = Column(orderable=False)
    level = Column(orderable=False)
    observed_on = DayColumn(orderable=False)
    note = Column(orderable=False)
    recorded_by = Column(orderable=False)

    class Meta(Table.Meta):
        model = Observation
        fields = ("skill", "level", "observed_on", "note", "recorded_by")


class GridTable(Table):
    caption = "Grilles de savoir-faire"
    trade = Column(verbose_name="Métier", linkify=True)
    version = CountColumn()
    valid_from = DayColumn()
    blocks = CountColumn(accessor="block_count", verbose_name="Blocs", order_by="block_count")
    skills = CountColumn(accessor="skill_count", verbose_name="Savoir-faire", order_by="skill_count")
    note = Column(orderable=False)

    class Meta(Table.Meta):
        model = Grid
        fields = ("trade", "version", "valid_from", "blocks", "skills", "note")


class EnrolmentTable(Table):
    caption = "Personnes sans contrat"
    person = Column(
        accessor="person__full_name",
        verbose_name="Personne",
        order_by=("person__birth_name", "person__first_name"),
        linkify=lambda record: reverse("tutoring:record_contract", args=[record.pk]),
    )
    cohort = Column(accessor="cohort__code", verbose_name="Cohorte")
    seat = Column(accessor="seat__establishment__name", verbose_name="Place chez")
    job = Column(accessor="seat__job_title", verbose_name="Poste")
    enrolled_on = DayColumn()

    class Meta(Table.Meta):
        model = Enrolment
        fields = ("person", "cohort", "seat", "job", "enrolled_on")
