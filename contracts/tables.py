"""Lists of the contracts' room."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from accounts import clock
from accounts.markup import escaped
from accounts.tables import (
    Action,
    ActionsColumn,
    Column,
    CountColumn,
    DayColumn,
    EurosColumn,
    NumberColumn,
    StateColumn,
    Table,
)
from accounts.templatetags.french import as_day, as_decimal_hours
from accounts.templatetags.house import state_badge
from contracts.exits import answer
from contracts.models import AidOrder, AidRules, Contract, EntryStop, RsaRate, SmicRate
from regulations.contracts import ContractState
from regulations.exits import FollowUp
from regulations.money import french_number

TONES = {
    ContractState.RUNNING: "success",
    ContractState.SUSPENDED: "warning",
    ContractState.RENEWAL_REQUESTED: "info",
    ContractState.REQUESTED: "waiting",
    ContractState.GRANTED: "info",
    ContractState.SIGNED: "info",
    ContractState.REFUSED: "danger",
    ContractState.BROKEN: "danger",
    ContractState.ENDED: "done",
    ContractState.EXITED: "done",
}


def tone_of(state: ContractState) -> str:
    return TONES.get(state, "neutral")


class DecimalHoursColumn(NumberColumn):
    def render(self, value):
        return as_decimal_hours(value)


class PercentColumn(NumberColumn):
    """A rate kept in percent: « 43,5 % »."""

    def render(self, value):
        return f"{french_number(value.normalize())}\u00a0%"


class ContractTable(Table):
    caption = "Contrats"
    person = Column(
        accessor="enrolment__person__full_name",
        verbose_name="Personne",
        order_by=("enrolment__person__birth_name", "enrolment__person__first_name"),
    )
    cohort = Column(accessor="cohort_code", verbose_name="Cohorte", order_by=("cohort__code",))
    establishment = Column(accessor="place_now", verbose_name="Établissement", order_by=("establishment__name",))
    employer = Column(accessor="employer_now", verbose_name="Employeur", order_by=("establishment__employer__name",))
    kind = Column()
    weekly_hours = DecimalHoursColumn(accessor="hours_now", verbose_name="Heures", order_by=("weekly_hours",))
    starts_on = DayColumn()
    ends_on = DayColumn(accessor="last_day", verbose_name="Fin", order_by=("ends_on",))
    tutor = Column(accessor="tutor_now", verbose_name="Tuteur", orderable=False)
    state = Column(accessor="state_now", verbose_name="État", orderable=False)

    @cached_property
    def address(self) -> str:
        """Asked once for a page of lines, not once for each."""
        return reverse("contracts:contract_list")

    class Meta(Table.Meta):
        model = Contract
        fields = (
            "person",
            "cohort",
            "establishment",
            "employer",
            "kind",
            "weekly_hours",
            "starts_on",
            "ends_on",
            "tutor",
            "state",
        )

    def render_person(self, value, record):
        return mark_safe(f'<a href="{self.address}{record.pk}/">{escaped(value)}</a>')

    def render_state(self, value):
        return state_badge(tone_of(value), value.label)

    def row_name(self, record):
        return record.enrolment.person.full_name


class ExitTable(Table):
    """Sorties : à chaque moment, la situation, sa classe et son jour, sinon quand la relever."""

    caption = "Sorties"
    today = None
    may_record = False

    person = Column(
        accessor="enrolment__person__full_name",
        verbose_name="Personne",
        order_by=("enrolment__person__birth_name", "enrolment__person__first_name"),
        linkify=lambda record: record.get_absolute_url(),
    )
    cohort = Column(accessor="cohort__code", verbose_name="Cohorte")
    establishment = Column(accessor="establishment__name", verbose_name="Établissement")
    left_on = DayColumn(verbose_name="Dernier jour")
    end = Column(accessor="pk", verbose_name="Fin", orderable=False)
    at_exit = Column(accessor="pk", verbose_name="À la sortie", orderable=False)
    at_3_months = Column(accessor="pk", verbose_name="À 3 mois", orderable=False)
    at_6_months = Column(accessor="pk", verbose_name="À 6 mois", orderable=False)
    acts = ActionsColumn(verbose_name="Gestes")

    class Meta(Table.Meta):
        model = Contract
        fields = (
            "person",
            "cohort",
            "establishment",
            "left_on",
            "end",
            "at_exit",
            "at_3_months",
            "at_6_months",
            "acts",
        )

    def row_name(self, record):
        return record.enrolment.person.full_name

    def render_end(self, record):
        return "rupture" if record.broken_on else "terme"

    def render_at_exit(self, record):
        return self.said(record, FollowUp.AT_EXIT)

    def render_at_3_months(self, record):
        return self.said(record, FollowUp.AT_3_MONTHS)

    def render_at_6_months(self, record):
        return self.said(record, FollowUp.AT_6_MONTHS)

    def said(self, record, moment):
        found = answer(record, moment)
        if found.asked_on:
            asked = f"relevée le {as_day(found.asked_on)}"
            if not record.is_private:
                return asked
            return format_html("{} <br><small>{}, {}</small>", found.situation.label, found.exit_class.label, asked)
        if not found.is_open(self.today):
            return format_html("<small>à partir du {}</small>", as_day(found.deadline.opens_on))
        due = as_day(found.deadline.due_on)
        if not found.is_late(self.today):
            return f"avant le {due}"
        return format_html("{} <br><small>depuis le {}</small>", state_badge("danger", "en retard"), due)

    def actions(self, record):
        """What can be noted today: the exit first, then what came after it."""
        if not self.may_record:
            return
        if not hasattr(record, "exit"):
            yield Action("Relever la sortie", reverse("contracts:record_exit", args=[record.pk]))
            return
        address = reverse("contracts:record_follow_up", args=[record.pk])
        for moment in (FollowUp.AT_3_MONTHS, FollowUp.AT_6_MONTHS):
            if answer(record, moment).is_open(self.today):
                yield Action(f"Relever {moment.label}", f"{address}?moment={moment}")


class ReferenceTable(Table):
    """Dated rows of the authorities, with what a coordinator may do to each."""

    change_route = ""
    acts = ActionsColumn(verbose_name="Gestes")

    def actions(self, record):
        return [Action("Modifier", reverse(self.change_route, args=[record.pk]))]


class SmicTable(ReferenceTable):
    caption = "SMIC horaire brut"
    change_route = "contracts:smic_change"
    territory = Column()
    valid_from = DayColumn()
    hourly_gross = EurosColumn()
    legal_basis = Column(orderable=False)
    confidence = Column(verbose_name="Confiance")

    class Meta(Table.Meta):
        model = SmicRate
        fields = ("territory", "valid_from", "hourly_gross", "legal_basis", "confidence")


class OrderTable(ReferenceTable):
    caption = "Arrêtés préfectoraux"
    change_route = "contracts:order_change"
    region = Column()
    public = Column(linkify=lambda record: record.get_absolute_url())
    rate = PercentColumn()
    hours = Column(accessor="hours_band", verbose_name="Heures aidées", orderable=False)
    valid_from = DayColumn()
    valid_to = DayColumn(default="fin non connue")
    legal_reference = Column(orderable=False)
    state = StateColumn(
        accessor="confirmed_on",
        verbose_name="Usage",
        empty_values=(),
        tone=lambda record: "success" if record.confirmed_on else "neutral",
    )

    class Meta(Table.Meta):
        model = AidOrder
        fields = ("region", "public", "rate", "hours", "valid_from", "valid_to", "legal_reference", "state")

    def render_state(self, record):
        return self.base_columns["state"].render("confirmé" if record.confirmed_on else "historique", record)

    def row_name(self, record):
        return f"{record.region}, {record.public}"

    def actions(self, record):
        confirm = Action("Confirmer", reverse("contracts:order_confirm", args=[record.pk]))
        return [*([] if record.confirmed_on else [confirm]), *super().actions(record)]


class StopTable(ReferenceTable):
    caption = "Arrêts des entrées"
    change_route = "contracts:stop_change"
    territory = Column()
    starts_on = DayColumn()
    ends_on = DayColumn(default="pas de fin annoncée")
    covers = Column(accessor="covers", verbose_name="Ce qui s'arrête", orderable=False)
    state = StateColumn(
        accessor="starts_on",
        verbose_name="Aujourd'hui",
        orderable=False,
        tone=lambda record: "warning" if record.is_in_force(clock.today()) else "neutral",
    )

    class Meta(Table.Meta):
        model = EntryStop
        fields = ("territory", "starts_on", "ends_on", "covers", "state")

    def render_state(self, record):
        words = "en vigueur" if record.is_in_force(clock.today()) else "hors période"
        return self.base_columns["state"].render(words, record)


class RsaTable(ReferenceTable):
    caption = "Montants du RSA"
    change_route = "contracts:rsa_change"
    valid_from = DayColumn()
    single_amount = EurosColumn()
    legal_basis = Column(orderable=False)
    confidence = Column(verbose_name="Confiance")
    note = Column(orderable=False)

    class Meta(Table.Meta):
        model = RsaRate
        fields = ("valid_from", "single_amount", "legal_basis", "confidence", "note")


class RulesTable(ReferenceTable):
    caption = "Réglages de l'aide (hypothèses)"
    change_route = "contracts:rules_change"
    valid_from = DayColumn(verbose_name="À partir de")
    proration = Column()
    tolerance = EurosColumn(verbose_name="Écart tu")
    payment_months = CountColumn(verbose_name="Mois au payeur")
    statement_opens_day = CountColumn(verbose_name="Ouverture le")
    statement_reminder_day = CountColumn(verbose_name="Rappel le")
    statement_alert_day = CountColumn(verbose_name="Alerte le")

    class Meta(Table.Meta):
        model = AidRules
        fields = (
            "valid_from",
            "proration",
            "tolerance",
            "payment_months",
            "statement_opens_day",
            "statement_reminder_day",
            "statement_alert_day",
        )
