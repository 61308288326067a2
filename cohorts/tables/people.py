"""Lists about people: ordinary facts only."""

from accounts.tables import Column, DayColumn, StateColumn, Table
from cohorts.models import Person, Referral
from cohorts.readings import ELSEWHERE, HIRED, NOT_TAKEN, PROPOSED

TONE_OF_REFERRAL = {"en attente": "waiting", "retenue": "success", "non retenue": "done"}


TONE_OF_STATUS = {PROPOSED: "waiting", HIRED: "success", NOT_TAKEN: "done", ELSEWHERE: "info"}


class PersonTable(Table):
    """Ordinary facts only: no list holds what is private or protected."""

    caption = "Personnes"
    birth_name = Column(verbose_name="Nom", linkify=True)
    first_name = Column(verbose_name="Prénom")
    education_level = Column(verbose_name="Niveau")
    cohort = Column(accessor="cohort_name", verbose_name="Cohorte")
    place = Column(accessor="place_name", verbose_name="Place")
    notice_given_on = DayColumn(verbose_name="Notice remise le")

    class Meta(Table.Meta):
        model = Person
        fields = ("birth_name", "first_name", "education_level", "cohort", "place", "notice_given_on")

    def render_birth_name(self, record):
        return f"{record.birth_name} {record.usual_name}".strip()

    def row_name(self, record):
        return record.full_name


class ReferralTable(Table):
    caption = "Orientations"
    person = Column(accessor="person__full_name", verbose_name="Personne", linkify=True, order_by="person__search_text")
    cohort = Column(accessor="cohort__name", verbose_name="Cohorte")
    establishment = Column(accessor="seat__establishment__name", verbose_name="Établissement")
    job = Column(accessor="seat__job_title", verbose_name="Métier")
    referred_on = DayColumn(verbose_name="Proposée le")
    state = StateColumn(
        accessor="pk", verbose_name="Réponse", orderable=False, tone=lambda record: TONE_OF_REFERRAL[record.answer]
    )

    class Meta(Table.Meta):
        model = Referral
        fields = ("person", "cohort", "establishment", "job", "referred_on", "state")

    def render_state(self, record):
        return self.base_columns["state"].render(record.answer, record)

    def row_name(self, record):
        return record.person.full_name


class PlacementTable(Table):
    """Drawn by its own template, which puts the button of each person beside her."""

    caption = "Personnes sans place"
    birth_name = Column(verbose_name="Nom")

    class Meta(Table.Meta):
        model = Person
        fields = ("birth_name",)


class SentPersonTable(Table):
    """What a prescriber sees: who she sent, when, and the status. No reason, no employer."""

    caption = "Personnes que j'ai orientées"
    name = Column(accessor="full_name", verbose_name="Personne", order_by="search_text")
    first_referred_on = DayColumn(verbose_name="Orientée le")
    status = StateColumn(
        accessor="status",
        verbose_name="Où elle en est",
        orderable=False,
        tone=lambda record: TONE_OF_STATUS[record.status],
    )

    class Meta(Table.Meta):
        model = Person
        fields = ("name", "first_referred_on", "status")
