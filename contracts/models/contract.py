"""The contract of a trainee. No status is stored: states are read from dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field, ends_after_start, in_force
from accounts.roles import Role
from accounts.scope import acting_membership
from cohorts.models import Cohort, Enrolment, Person
from contracts.models import states
from employers.models import Establishment
from regulations.amendments import value_on
from regulations.breaks import Repayment
from regulations.contracts import BreakReason, ContractKind, ContractState, state_on
from regulations.people import SocioProfessional, unaccented
from regulations.periods import Period

# What a line of the list reads: a hundred columns less for each of its rows.
LINE = (
    *("kind", "weekly_hours", "signed_on", "starts_on", "ends_on", "broken_on", "closed_on", "cohort"),
    *("enrolment__diagnosis_on", "enrolment__seat_accepted_on", "enrolment__withdrawn_on"),
    *("enrolment__person__birth_name", "enrolment__person__usual_name", "enrolment__person__first_name"),
    *("establishment__name", "establishment__employer__name"),
)
LINE_ALONG = {
    "amendments": (
        *("contract", "effective_on", "voided_at", "hours_before", "hours_after", "establishment_after"),
        *("establishment_before__name", "establishment_before__employer__name"),
    ),
    "aid_requests": ("contract", "kind", "signed_on", "decided_on", "refused"),
    "suspensions": ("contract", "starts_on", "ends_on"),
    "tutorships": ("contract", "starts_on", "ends_on", "tutor__last_name", "tutor__first_name"),
}


PEC_KINDS = [kind for kind in ContractKind if kind.is_pec]
# States of a contract that somebody has to look after.
ALIVE = (
    ContractState.SIGNED,
    ContractState.RUNNING,
    ContractState.SUSPENDED,
    ContractState.RENEWAL_REQUESTED,
)

LACKS = {
    "sans-tuteur": Q(is_tutored=False),
    "sans-decision": Q(is_decided=False, kind__in=PEC_KINDS),
    "sans-signature": Q(signed_on=None),
}


def lacks_of(row) -> Iterator[str]:
    """The questions of `LACKS`, for a row of values that was read with `with_lacks`; a test compares them."""
    if not row.is_tutored:
        yield "sans-tuteur"
    if not row.is_decided and row.kind in PEC_KINDS:
        yield "sans-decision"
    if row.signed_on is None:
        yield "sans-signature"


class ContractQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.filter(enrolment__person__user=user) if getattr(user, "pk", None) else self.none()
        # Few people object: leaving them out costs less than joining everybody. An erased one has no name left.
        rows = self.exclude(enrolment__in=Enrolment.objects.filter(person__objected_on__isnull=False))
        match membership.role:
            case Role.COORDINATOR | Role.TRAINER:
                return rows.filter(cohort__in=Cohort.objects.visible_to(user))
            case Role.EMPLOYER:
                return rows.filter(establishment__in=Establishment.objects.of_organisation(membership.organisation_id))
            case Role.TUTOR:
                # Whoever followed somebody who now works for another employer sees nothing of it any more.
                own = Q(tutorships__tutor__establishment__employer=F("establishment__employer"))
                return rows.filter(own, tutorships__tutor__user=user).distinct()
            case _:
                return self.none()

    def with_names(self):
        """The five rows a line of the list reads, in one query."""
        return self.select_related("enrolment__person", "cohort", "establishment__employer")

    def with_state_facts(self):
        """All that the state of each row is read from, in three queries whatever the rows."""
        return self.select_related("enrolment", "exit").prefetch_related(*states.READ_ALONG)

    def for_page(self):
        """All that the page of a contract shows of it."""
        tutorships = states.related(self.model, "tutorships").select_related("tutor")
        return self.with_names().with_state_facts().prefetch_related(models.Prefetch("tutorships", tutorships))

    def for_list(self):
        """All that a line of the list shows, and nothing else, in a number of queries that no length changes."""
        along = {name: states.related(self.model, name).only(*fields) for name, fields in LINE_ALONG.items()}
        along["tutorships"] = along["tutorships"].select_related("tutor")
        along["amendments"] = along["amendments"].select_related("establishment_before__employer")
        # As plain lists: no manager is made for each line and each relation.
        prefetches = [models.Prefetch(name, rows, to_attr=f"{name}_read") for name, rows in along.items()]
        rows = self.select_related("enrolment__person", "establishment__employer").prefetch_related(*prefetches)
        # One value of a table is a query within the query: a join more would double the time PostgreSQL plans in.
        code = Cohort.objects.filter(pk=OuterRef("cohort")).values("code")
        exited_on = states.related(self.model, "exit").filter(contract=OuterRef("pk")).values("recorded_on")
        return rows.only(*LINE).annotate(cohort_code=Subquery(code), exit_read_on=Subquery(exited_on))

    def of_nobody_erased(self):
        return self.exclude(enrolment__in=Enrolment.objects.filter(person__erased_on__isnull=False))

    def private_to(self, user, on):
        """Rows whose private facts (P2: pay, reason of a break) this user may read: referent, own employer."""
        membership = acting_membership(user)
        if membership is None:
            return self.visible_to(user)
        match membership.role:
            case Role.COORDINATOR:
                return self.visible_to(user).filter(cohort__in=Cohort.objects.followed_by(user, on))
            case Role.EMPLOYER:
                return self.visible_to(user)
            case _:
                return self.none()

    def with_place(self, on):
        """Adds `place_of_day`, the establishment of that day: what a later amendment changed is read back."""
        later = states.related(self.model, "amendments").filter(
            contract=OuterRef("pk"), voided_at=None, effective_on__gt=on, establishment_after__isnull=False
        )
        before = Subquery(later.order_by("effective_on").values("establishment_before")[:1])
        place = Coalesce(before, F("establishment_id"), output_field=models.BigIntegerField())
        return self.annotate(place_of_day=place)

    def working_at(self, establishments, on):
        """Contracts whose place of work that day is one of these establishments."""
        if hasattr(establishments, "query"):
            return self.with_place(on).filter(place_of_day__in=establishments.values("pk"))
        return self.with_place(on).filter(place_of_day__in=[site.pk for site in establishments])

    def with_amendments(self):
        """All that `terms_on` reads, in one query whatever the rows."""
        amendments = states.related(self.model, "amendments").select_related("establishment_before__employer")
        return self.prefetch_related(models.Prefetch("amendments", amendments))

    def aided(self, on):
        """With a decision granted by that day and not marked *non aidé*."""
        granted = states.related(self.model, "aid_requests").filter(refused=False, rate__isnull=False)
        return self.filter(pk__in=granted.filter(decided_on__lte=on).values("contract"), unaided_reason="")

    def in_cohort(self, cohort):
        return self.filter(cohort=cohort)

    def search(self, text):
        """Each word in the names of the person, in those of the establishment, or as a decision number."""
        found = self
        for word in unaccented(text).split():
            people = Person.objects.filter(search_text__contains=word)
            match = Q(enrolment__in=Enrolment.objects.filter(person__in=people))
            match |= Q(establishment__in=Establishment.objects.filter(search_text__contains=word))
            if word.isdigit():
                match |= Q(aid_requests__decision_number=word)
            found = found.filter(match)
        return found.distinct() if any(word.isdigit() for word in text.split()) else found

    def with_state(self, on):
        """Adds `state`, the code of the state of each row that day."""
        return self.annotate(state=states.code_on(self.model, on))

    def in_state(self, state, on):
        return self.filter(states.condition(self.model, ContractState(state), on))

    def running(self, on):
        """Begun and not over that day, whatever happens meanwhile: a suspension, a renewal awaited."""
        return self.filter(
            states.condition(self.model, ContractState.SUSPENDED, on)
            | states.condition(self.model, ContractState.RENEWAL_REQUESTED, on)
            | states.condition(self.model, ContractState.RUNNING, on)
        )

    def suspended(self, on):
        return self.in_state(ContractState.SUSPENDED, on)

    def with_lacks(self, on):
        """Adds `is_tutored` that day and `is_decided`: what `lacking` and the cohort page look at."""
        tutorships = states.related(self.model, "tutorships").filter(
            in_force("starts_on", "ends_on", on), contract=models.OuterRef("pk")
        )
        granted = states.related(self.model, "aid_requests").filter(
            contract=models.OuterRef("pk"), decided_on__isnull=False, refused=False, rate__isnull=False
        )
        return self.annotate(is_tutored=models.Exists(tutorships), is_decided=models.Exists(granted))

    def lacking(self, what, on):
        """Contracts in force or about to be that lack this, one of `LACKS`."""
        return self._alive(on).filter(LACKS[what]) if what in LACKS else self.none()

    def lacking_something(self, on):
        """Those that lack anything; `lacks_of` says what, row by row."""
        return self._alive(on).filter(reduce(or_, LACKS.values()))

    def _alive(self, on):
        return self.with_state(on).with_lacks(on).filter(state__in=ALIVE)

    def awaiting_decision(self):
        """A request is signed and nothing is decided."""
        return self.filter(
            pk__in=self.model.objects.filter(
                aid_requests__decided_on=None, aid_requests__signed_on__isnull=False
            ).values("pk")
        ).filter(broken_on=None, closed_on=None)


class Contract(models.Model):
    """Contrat : PEC ou non. Les heures du contrat ne sont pas les heures aidées, qui sont sur la demande d'aide."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="contracts", verbose_name="inscription")
    # The cohort of the enrolment, which never changes: here so that a list of 100,000 reads one index.
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="contracts", editable=False, db_index=False, verbose_name="cohorte"
    )
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="contracts", verbose_name="établissement"
    )
    kind = coded_field("type de contrat", ContractKind, default=ContractKind.CDD_PEC)
    job_title = models.CharField("emploi", max_length=120)
    rome_code = models.CharField("code ROME", max_length=5, blank=True)
    professional_category = coded_field("catégorie socio-professionnelle", SocioProfessional, blank=True)
    weekly_hours = models.DecimalField("heures du contrat par semaine", max_digits=5, decimal_places=2)
    hourly_pay = models.DecimalField("salaire brut horaire", max_digits=7, decimal_places=2, null=True, blank=True)
    signed_on = models.DateField("signé le", null=True, blank=True)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin prévue", null=True, blank=True)
    broken_on = models.DateField("dernier jour en cas de rupture", null=True, blank=True)
    break_reason = coded_field("motif de rupture", BreakReason, blank=True)
    break_declared_on = models.DateField("rupture signalée à l'autorité le", null=True, blank=True)
    closed_on = models.DateField("caduc depuis le", null=True, blank=True)
    unaided_reason = models.CharField("non aidé parce que", max_length=200, blank=True)
    exception_reason = models.TextField("accepté parce que", blank=True)
    notified_repayment = coded_field("suite notifiée par l'ASP", Repayment, blank=True)
    notified_reason = models.CharField("suite notifiée : référence et motif", max_length=300, blank=True)
    created_at = models.DateTimeField("enregistré le", default=clock.now)
    changed_at = models.DateTimeField("modifié le", default=clock.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="modifié par"
    )
    version = models.PositiveIntegerField("version", default=0, editable=False)

    # The day a list was asked to read states on.
    read_on = None

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat"
        verbose_name_plural = "contrats"
        indexes = [
            models.Index(fields=["-starts_on", "-id", "cohort", "enrolment"], name="contract_latest_first"),
            models.Index(fields=["cohort", "-starts_on", "-id", "enrolment"], name="contract_latest_of_cohort"),
            models.Index(fields=["ends_on"], name="contract_by_end"),
        ]
        constraints = [
            ends_after_start("contract", "starts_on", "ends_on", "La fin du contrat doit suivre son début."),
            models.CheckConstraint(
                condition=Q(broken_on=None) | Q(broken_on__gte=F("starts_on")),
                name="contract_broken_after_start",
                violation_error_message="Une rupture ne peut pas précéder le début du contrat.",
            ),
            models.CheckConstraint(
                condition=Q(broken_on=None) | Q(ends_on=None) | Q(broken_on__lte=F("ends_on")),
                name="contract_broken_before_end",
                violation_error_message="Une rupture ne peut pas suivre la fin prévue du contrat.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(broken_on=None),
                name="contract_closed_never_began",
                violation_error_message="Un contrat caduc n'a pas commencé : il ne peut pas être rompu aussi.",
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None) | Q(ends_on=None) | Q(signed_on__lte=F("ends_on")),
                name="contract_signed_before_end",
                violation_error_message="La signature du contrat ne peut pas suivre sa fin prévue.",
            ),
            models.CheckConstraint(
                condition=Q(broken_on=None, break_reason="") | (Q(broken_on__isnull=False) & ~Q(break_reason="")),
                name="contract_break_has_a_reason",
                violation_error_message="Une rupture porte sa date et son motif.",
            ),
            models.CheckConstraint(
                condition=Q(break_declared_on=None) | Q(broken_on__isnull=False),
                name="contract_declares_a_break_there_was",
                violation_error_message="Seule une rupture enregistrée se signale.",
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours__gt=0, weekly_hours__lte=48),
                name="contract_weekly_hours_are_possible",
                violation_error_message="Les heures par semaine vont de 0,01 à 48.",
            ),
            models.CheckConstraint(
                condition=Q(notified_repayment="") | ~Q(notified_reason=""),
                name="contract_notified_repayment_has_a_reason",
                violation_error_message="Une suite notifiée par l'ASP porte sa référence ou son motif.",
            ),
        ]

    def __str__(self):
        return f"contrat {self.pk}"

    def get_absolute_url(self):
        return reverse("contracts:contract_detail", args=[self.pk])

    @property
    def last_day(self):
        """The last day of the contract as known today: the break, else the planned end, else None."""
        return self.broken_on or self.ends_on

    def state_now(self) -> ContractState:
        """On the day a list asked for, else today."""
        return self.state_on(self.read_on or clock.today())

    def terms_now(self) -> "TermsOfDay":
        return self.terms_on(self.read_on or clock.today())

    def hours_now(self):
        return self.terms_now().weekly_hours

    def place_now(self) -> str:
        return self.terms_now().establishment.name

    def employer_now(self) -> str:
        return self.terms_now().establishment.employer.name

    def tutor_now(self) -> str:
        """The tutor of that day, from `tutorships` read along."""
        day = self.read_on or clock.today()
        found = (one for one in states.along(self, "tutorships") if Period(one.starts_on, one.ends_on).covers(day))
        return next((str(one.tutor) for one in found), "")

    def state_on(self, day) -> ContractState:
        """Read from facts, never stored: see `contracts.models.states`."""
        return state_on(states.facts_of(self), day)

    def terms_on(self, day) -> "TermsOfDay":
        """What the contract said that day, whatever amendments say before or after; prefetched, it costs no query.

        A day after the last amendment, even to come, reads the latest terms: those the contract carries.
        """
        amendments = states.along(self, "amendments")
        if not amendments:
            return TermsOfDay(self.weekly_hours, self.establishment)
        hours, places = [], []
        for one in amendments:
            if one.voided_at is None and one.hours_after is not None:
                hours.append((one.effective_on, one.hours_before))
            if one.voided_at is None and one.establishment_after_id is not None:
                places.append((one.effective_on, one.establishment_before))
        return TermsOfDay(
            weekly_hours=value_on(day, self.weekly_hours, hours),
            establishment=value_on(day, self.establishment, places),
        )

    def first_decision(self):
        """The granted initial request, else None; reads what was prefetched when it was."""
        granted = [request for request in self.aid_requests.all() if request.is_granted] if self.pk else []
        return min(granted, key=lambda request: request.decided_on, default=None)

    def earlier_pec(self):
        """PEC of the same person with the same employer, begun before this one: they count in the 24 months."""
        return Contract.objects.filter(
            enrolment__person__enrolments=self.enrolment_id,
            establishment__employer__establishments=self.establishment_id,
            kind__in=[kind for kind in ContractKind if kind.is_pec],
            starts_on__lt=self.starts_on,
            closed_on=None,
        ).exclude(pk=self.pk)


@dataclass(frozen=True, slots=True)
class TermsOfDay:
    """Ce que les avenants font varier, un jour donné."""

    weekly_hours: Decimal
    establishment: Establishment


class OfContractQuerySet(models.QuerySet):
    """Rows that follow their contract's scope."""

    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def private_to(self, user, on):
        return self.filter(contract__in=Contract.objects.private_to(user, on))
