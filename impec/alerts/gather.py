"""Les alertes d'une conseillère référente : les faits, lus en quelques requêtes, et ce que six règles en disent."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from cohorts.models import Barrier, Cohort
from contracts.models import Contract
from regulations.sheets import Mood
from regulations.skills import Seen
from regulations.training import AttendanceStatus
from regulations.warnings import (
    Difficulty,
    Warning,
    absences_warning,
    barrier_warning,
    difficulty_warning,
    progress_warning,
    silence_warning,
    tutor_warning,
)
from training.models import Attendance
from tutoring.models import MeetingSignature, Observation, TutorSheet, Tutorship, WarningAnswer

ABSENT = [status.value for status in AttendanceStatus if status.is_absence]


@dataclass(frozen=True, slots=True)
class Alert:
    """Une alerte sur un contrat ; `mark` la nomme dans une adresse sans rien en dire."""

    contract: Contract
    warning: Warning
    answer: WarningAnswer | None = None

    @property
    def mark(self) -> str:
        return mark_of(self.warning)


def mark_of(warning: Warning) -> str:
    return hashlib.sha256(f"{warning.rule}:{warning.key}".encode()).hexdigest()[:16]


def watched_by(user, on: date):
    """Contracts that run, of the cohorts this person is a referent of: nobody else is warned."""
    followed = Cohort.objects.followed_by(user, on)
    rows = Contract.objects.visible_to(user).filter(cohort__in=followed.values("pk")).running(on)
    return rows.with_names().order_by("pk")


def alerts_for(user, on: date) -> list[Alert]:
    """Open and answered, the oldest first; a dozen queries however many the contracts."""
    return alerts_of(list(watched_by(user, on)), on)


def open_alerts(user, on: date) -> list[Alert]:
    return [alert for alert in alerts_for(user, on) if alert.answer is None]


def alerts_of(contracts: list[Contract], on: date) -> list[Alert]:
    facts = Facts(contracts, on)
    answers = WarningAnswer.objects.filter(contract__in=contracts).select_related("answered_by")
    answered = {(one.contract_id, one.rule, one.fact_key): one for one in answers}
    found = [
        Alert(contract, warning, answered.get((contract.pk, warning.rule.value, warning.key)))
        for contract in contracts
        for warning in facts.warnings_of(contract)
    ]
    return sorted(found, key=lambda one: (one.warning.since, one.contract.pk, one.warning.rule))


class Facts:
    """What the rules look at, by contract or by person: one query each."""

    def __init__(self, contracts: list[Contract], on: date):
        self.on = on
        enrolments = [one.enrolment_id for one in contracts]
        people = [one.enrolment.person_id for one in contracts]
        absences = Attendance.objects.valid().filter(enrolment__in=enrolments, status__in=ABSENT)
        self.absences = grouped(absences.values_list("enrolment_id", "half_day__day"))
        tutorships = Tutorship.objects.filter(contract__in=contracts, starts_on__lte=on)
        self.tutorships = grouped(
            tutorships.order_by("starts_on", "pk").values_list("contract_id", "starts_on", "ends_on")
        )
        sheets = TutorSheet.objects.standing().filter(tutorship__contract__in=contracts)
        columns = ("tutorship__contract_id", "pk", "observed_on", "mood")
        self.sheets = grouped(sheets.order_by("observed_on", "pk").values_list(*columns))
        seen = Observation.objects.filter(tutorship__contract__in=contracts).order_by("observed_on", "pk")
        columns = ("tutorship__contract_id", "grid_skill__key", "skill", "level", "observed_on")
        self.seen = grouped(seen.values_list(*columns))
        barriers = Barrier.objects.filter(person__in=people, lifted_on=None, raised_on__lte=on).order_by("pk")
        self.barriers = defaultdict(list)
        for barrier in barriers:
            self.barriers[barrier.person_id].append(barrier)
        discords = MeetingSignature.objects.filter(meeting__contract__in=contracts, agrees=False)
        self.discords = defaultdict(list)
        for one in discords.select_related("meeting").order_by("pk"):
            self.discords[one.meeting.contract_id].append(one)

    def warnings_of(self, contract: Contract) -> list[Warning]:
        found = [
            absences_warning((day for (day,) in self.absences[contract.enrolment_id]), self.on),
            self._silence(contract),
            self._progress(contract),
            self._tutor(contract),
            *self._barriers(contract),
            *self._difficulties(contract),
        ]
        return [warning for warning in found if warning is not None]

    def _current(self, contract: Contract) -> date | None:
        """First day of the present tutorship."""
        rows = self.tutorships[contract.pk]
        return next((start for start, end in reversed(rows) if end is None or end >= self.on), None)

    def _silence(self, contract: Contract) -> Warning | None:
        since = self._current(contract)
        if since is None:
            return None
        words = [day for _, day, _ in self.sheets[contract.pk]] + [row[-1] for row in self.seen[contract.pk]]
        last = max((day for day in words if since <= day <= self.on), default=None)
        return silence_warning(last, max(since, contract.starts_on), self.on)

    def _progress(self, contract: Contract) -> Warning | None:
        rows = [(str(key or skill), skill, level, day) for key, skill, level, day in self.seen[contract.pk]]
        words = {key: skill for key, skill, _, _ in rows}
        seen = [Seen(key, level, day) for key, _, level, day in rows]
        return progress_warning(seen, words, contract.starts_on, self.on)

    def _tutor(self, contract: Contract) -> Warning | None:
        starts = [start for start, _ in self.tutorships[contract.pk]]
        return tutor_warning(starts, self._current(contract) is not None, contract.starts_on, self.on)

    def _barriers(self, contract: Contract) -> list[Warning | None]:
        return [
            barrier_warning(f"frein.{one.pk}", one.get_category_display(), one.action_needed, one.raised_on, self.on)
            for one in self.barriers[contract.enrolment.person_id]
        ]

    def _difficulties(self, contract: Contract) -> list[Warning]:
        """The latest sheet only: a month that goes well again has answered the one before."""
        found = []
        latest = self.sheets[contract.pk][-1:]
        for pk, day, mood in latest:
            if mood == Mood.DIFFICULTY:
                words = f"Fiche du tuteur remplie le {day:%d/%m/%Y} : « {Mood.DIFFICULTY.label} »."
                found.append(difficulty_warning(Difficulty(f"fiche.{pk}", day, words)))
        for one in self.discords[contract.pk]:
            day, who = one.meeting.held_on, one.get_party_display()
            words = f"Entretien du {day:%d/%m/%Y} : {who}, pas d'accord. « {one.comment} »"
            found.append(difficulty_warning(Difficulty(f"entretien.{one.pk}", day, words)))
        return found


def grouped(rows) -> dict[int, list[tuple]]:
    """First column → the others, in their order."""
    found = defaultdict(list)
    for key, *others in rows:
        found[key].append(tuple(others))
    return found
