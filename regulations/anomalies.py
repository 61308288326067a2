"""Anomalies d'émargement : ce qu'un financeur verrait avant nous, une règle par constat, avec son texte.

Sources
  Signature of trainee and trainer per half-day; only hours really attended are paid: R6332-26, order of
  21 December 2018. H
  Public holidays: L3133-1. Sunday: L3132-3. Suspension of the contract: L1226-1, L1225-17, L3142-1 Code du travail. H
  Six frequent rejections: funder-files §1.7. M. Whole group within seconds, same image twice: programme (U10). P
  Seven hours a day, days to countersign, seconds: dated settings of the programme, not rules of law. P

An answer « connu et expliqué » never deletes a fact: these functions do not know the answers. A lateness whose minutes
are noted explains its own difference. What they read is in anomaly_facts.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from regulations.anomaly_facts import Anomaly, AnomalyRule, Facts, Ink, Presence, Shift, Slot, as_day
from regulations.calendar import public_holiday_name
from regulations.periods import Period
from regulations.training import SUNDAY, hundredths


def anomalies(facts: Facts, rules: Iterable[Callable] | None = None) -> list[Anomaly]:
    """Every rule, the latest day first; one line per rule, half-day and person."""
    found: dict[tuple, Anomaly] = {}
    for rule in RULES if rules is None else rules:
        for anomaly in rule(facts):
            found.setdefault(anomaly.key, anomaly)
    return sorted(found.values(), key=lambda one: (-one.day.toordinal(), one.half_day, one.rule, one.enrolment or 0))


# --- The day ---


def on_a_holiday(facts: Facts) -> Iterator[Anomaly]:
    """Jour férié, selon le territoire."""
    for slot in _held(facts):
        if name := public_holiday_name(slot.day, slot.territory):
            yield _of(AnomalyRule.HOLIDAY, slot, f"Séance le {slot.words}, jour férié : {name}.")


def on_a_sunday(facts: Facts) -> Iterator[Anomaly]:
    """Dimanche."""
    for slot in _held(facts):
        if slot.day.weekday() == SUNDAY:
            yield _of(AnomalyRule.SUNDAY, slot, f"Séance le {slot.words}, un dimanche.")


def nothing_noted(facts: Facts) -> Iterator[Anomaly]:
    """Un jour déclaré que rien ne couvre ferait un taux de présence trop beau."""
    noted = {(one.slot.pk, one.enrolment) for one in facts.presences}
    rolls = {half_day for half_day, _ in noted}
    for slot in facts.slots:
        if slot.is_cancelled:
            if not slot.is_replaced and slot.day <= facts.at.date():
                message = (
                    f"« {slot.module} » : annulée le {slot.words}, ses heures ne sont placées nulle part ailleurs."
                )
                yield _of(AnomalyRule.NOTHING_NOTED, slot, message)
        elif slot.settled_from < facts.at:
            expected = facts.expected.get(slot.pk, ())
            if expected and slot.pk not in rolls:
                message = f"Séance déclarée le {slot.words} : personne n'y est noté, ni présent ni absent."
                yield _of(AnomalyRule.NOTHING_NOTED, slot, message)
            for enrolment in expected if slot.pk in rolls else ():
                if (slot.pk, enrolment) not in noted:
                    message = f"Attendue le {slot.words}, la personne n'y est notée ni présente ni absente."
                    yield _of(AnomalyRule.NOTHING_NOTED, slot, message, enrolment)


# --- Two things at once ---


def two_at_once(facts: Facts) -> Iterator[Anomaly]:
    """Une personne, ou un intervenant, à deux endroits."""
    of_person, of_trainer = defaultdict(list), defaultdict(list)
    for one in facts.attended:
        of_person[one.person].append((one.slot, one.enrolment))
        if one.slot.trainer:
            of_trainer[one.slot.trainer.casefold()].append((one.slot, None))
    for rows in (*of_person.values(), *of_trainer.values()):
        for (first, _), (second, enrolment) in _overlapping(rows):
            who = "La personne est notée" if enrolment else f"{second.trainer} est noté"
            message = (
                f"{who} le {second.words} à {_hours_of(second)} dans « {second.module} » "
                f"et à {_hours_of(first)} dans « {first.module} »."
            )
            yield _of(AnomalyRule.TWO_AT_ONCE, second, message, enrolment)


def over_a_shift(facts: Facts) -> Iterator[Anomaly]:
    """Séance suivie pendant des heures où le planning de l'employeur la dit au travail."""
    for one, shift in _over(facts, is_leave=False):
        message = f"Séance du {one.slot.words}, {_hours_of(one.slot)}, pendant une vacation : {_span(shift)}."
        yield _of(AnomalyRule.OVER_SHIFT, one.slot, message, one.enrolment)


def over_a_leave(facts: Facts) -> Iterator[Anomaly]:
    """Séance suivie un jour de congé déclaré."""
    for one, _ in _over(facts, is_leave=True):
        message = f"Séance du {one.slot.words}, {_hours_of(one.slot)}, un jour de congé déclaré."
        yield _of(AnomalyRule.OVER_LEAVE, one.slot, message, one.enrolment)


def over_a_suspension(facts: Facts) -> Iterator[Anomaly]:
    """Séance suivie pendant que le contrat est suspendu. The reason of a suspension is never told here."""
    for one in facts.attended:
        for period in facts.suspensions.get(one.enrolment, ()):
            if period.covers(one.slot.day):
                message = f"Séance du {one.slot.words} alors que le contrat est suspendu {_of_period(period)}."
                yield _of(AnomalyRule.OVER_SUSPENSION, one.slot, message, one.enrolment)


def outside_the_contract(facts: Facts) -> Iterator[Anomaly]:
    """Présence après la fin du contrat, ou avant son début."""
    for one in facts.attended:
        contracts = facts.contracts.get(one.enrolment, ())
        if any(period.covers(one.slot.day) for period in contracts):
            continue
        ended = [period.ends_on for period in contracts if period.ends_on and period.ends_on < one.slot.day]
        why = f"après la fin du contrat, le {as_day(max(ended))}" if ended else "sans contrat à cette date"
        yield _of(AnomalyRule.OUTSIDE_CONTRACT, one.slot, f"Présente le {one.slot.words}, {why}.", one.enrolment)


# --- Hours ---


def not_as_planned(facts: Facts) -> Iterator[Anomaly]:
    """Heures signées et heures prévues. What the roll explains itself (a lateness, its minutes) is not one."""
    for one in facts.attended:
        planned, told = one.slot.planned_minutes, one.minutes + one.minutes_missed
        if one.minutes_unknown:
            message = f"Retard ou départ le {one.slot.words} sans nombre de minutes : {_hours(one.minutes)} comptées."
        elif told != planned:
            message = f"{_hours(one.minutes)} signées le {one.slot.words}, {_hours(planned)} prévues."
        else:
            continue
        yield _of(AnomalyRule.NOT_AS_PLANNED, one.slot, message, one.enrolment)


def not_as_convention(facts: Facts) -> Iterator[Anomaly]:
    """Heures signées et convention : trop dès qu'elle est dépassée, trop peu quand elle est finie."""
    for enrolment, rows in _by_enrolment(facts.attended).items():
        for agreement in facts.agreements.get(enrolment, ()):
            inside = [one for one in rows if agreement.period.covers(one.slot.day)]
            if not inside:
                continue
            signed, planned = sum(one.minutes for one in inside), agreement.planned_minutes
            is_over = agreement.period.ends_on is not None and agreement.period.ends_on < facts.at.date()
            if signed > planned or (is_over and signed != planned):
                last = max((one.slot for one in inside), key=lambda slot: (slot.starts_at, slot.pk))
                message = (
                    f"{_hours(signed)} signées jusqu'au {as_day(last.day)}, {_hours(planned)} à la convention "
                    f"{agreement.number} : {_hours(abs(signed - planned))} de différence."
                )
                yield _of(AnomalyRule.NOT_AS_CONVENTION, last, message, enrolment)


def outside_the_convention(facts: Facts) -> Iterator[Anomaly]:
    """Date hors de la convention : elle n'est pas payée."""
    for one in facts.attended:
        agreements = facts.agreements.get(one.enrolment, ())
        if agreements and not any(agreement.period.covers(one.slot.day) for agreement in agreements):
            first = agreements[0]
            message = f"Séance du {one.slot.words} hors de la convention {first.number}, {_of_period(first.period)}."
            yield _of(AnomalyRule.OUTSIDE_CONVENTION, one.slot, message, one.enrolment)


def long_day(facts: Facts) -> Iterator[Anomaly]:
    """Plus d'heures en un jour que le réglage."""
    days = defaultdict(list)
    for one in facts.attended:
        days[one.person, one.slot.day].append(one)
    for rows in days.values():
        last = max(rows, key=lambda one: (one.slot.starts_at, one.slot.pk))
        minutes, most = sum(one.minutes for one in rows), last.slot.thresholds.most_minutes_a_day
        if minutes > most:
            message = f"{_hours(minutes)} de formation le {as_day(last.slot.day)}, plus de {_hours(most)} par jour."
            yield _of(AnomalyRule.LONG_DAY, last.slot, message, last.enrolment)


# --- Signatures ---


def unsigned_by_trainee(facts: Facts) -> Iterator[Anomaly]:
    """Demi-journée suivie et non signée : elle n'est pas payée."""
    for one in facts.attended:
        if not one.signed and one.slot.settled_from < facts.at:
            message = f"Demi-journée suivie le {one.slot.words} sans signature du stagiaire."
            yield _of(AnomalyRule.UNSIGNED_TRAINEE, one.slot, message, one.enrolment)


def unsigned_by_trainer(facts: Facts) -> Iterator[Anomaly]:
    """Demi-journée suivie que l'intervenant n'a pas signée."""
    for slot in {one.slot.pk: one.slot for one in facts.attended}.values():
        if not (slot.countersigned_at or slot.countersigned_on_paper) and slot.settled_from < facts.at:
            message = f"Demi-journée suivie le {slot.words} sans signature de l'intervenant."
            yield _of(AnomalyRule.UNSIGNED_TRAINER, slot, message)


def signed_early(facts: Facts) -> Iterator[Anomaly]:
    """L'intervenant a signé avant la fin : il atteste ce qui n'a pas encore eu lieu."""
    for slot in facts.slots:
        if slot.countersigned_at and slot.countersigned_at < slot.ends_at and not slot.is_cancelled:
            message = (
                f"Séance du {slot.words} finie à {slot.ends_at:%H:%M}, signée le {_instant(slot.countersigned_at)}."
            )
            yield _of(AnomalyRule.SIGNED_EARLY, slot, message)


def signed_late(facts: Facts) -> Iterator[Anomaly]:
    """L'intervenant a signé plus de jours après que le réglage ne le permet."""
    for slot in facts.slots:
        if slot.countersigned_at is None or slot.is_cancelled:
            continue
        days, most = (slot.countersigned_at.date() - slot.day).days, slot.thresholds.countersign_days
        if days > most:
            message = (
                f"Séance du {slot.words} signée le {_instant(slot.countersigned_at)} : "
                f"{days} jours après, {most} au plus."
            )
            yield _of(AnomalyRule.SIGNED_LATE, slot, message)


def signed_together(facts: Facts) -> Iterator[Anomaly]:
    """Le groupe entier, deux personnes au moins, signe en quelques secondes."""
    present = defaultdict(set)
    slots = {}
    for one in facts.attended:
        present[one.slot.pk].add(one.enrolment)
        slots[one.slot.pk] = one.slot
    inks = defaultdict(dict)
    for ink in facts.inks:
        inks[ink.half_day][ink.enrolment] = ink.at
    for half_day, people in present.items():
        times = sorted(inks[half_day][enrolment] for enrolment in people if enrolment in inks[half_day])
        if len(times) < 2 or len(times) != len(people):
            continue
        slot, spread = slots[half_day], (times[-1] - times[0]).total_seconds()
        if spread <= slot.thresholds.together_seconds:
            message = f"Les {len(times)} signatures du {slot.words} sont de {_instant(times[0])}, en {spread:.0f} s."
            yield _of(AnomalyRule.TOGETHER, slot, message)


def same_image(facts: Facts) -> Iterator[Anomaly]:
    """Le même tracé, point pour point, signe deux fois : une main ne le fait pas."""
    slots = {slot.pk: slot for slot in facts.slots}
    by_image = defaultdict(list)
    for ink in facts.inks:
        if ink.image_sha256 and ink.half_day in slots:
            by_image[ink.image_sha256].append(ink)
    for inks in by_image.values():
        inks.sort(key=lambda ink: (ink.at, ink.half_day, ink.enrolment or 0))
        for ink in inks[1:]:
            first, slot = inks[0], slots[ink.half_day]
            whose = "Signature de l'intervenant" if ink.enrolment is None else "Signature"
            message = (
                f"{whose} du {slot.words} identique à celle {_owner(first, ink)}, le {slots[first.half_day].words}."
            )
            yield _of(AnomalyRule.SAME_IMAGE, slot, message, ink.enrolment)


RULES: tuple[Callable[[Facts], Iterator[Anomaly]], ...] = (
    on_a_holiday,
    on_a_sunday,
    two_at_once,
    over_a_shift,
    over_a_leave,
    over_a_suspension,
    outside_the_contract,
    not_as_planned,
    not_as_convention,
    outside_the_convention,
    long_day,
    unsigned_by_trainee,
    unsigned_by_trainer,
    signed_early,
    signed_late,
    signed_together,
    same_image,
    nothing_noted,
)


# --- Small words ---


def _of(rule: AnomalyRule, slot: Slot, message: str, enrolment: int | None = None) -> Anomaly:
    return Anomaly(rule, slot.pk, slot.day, message, enrolment)


def _held(facts: Facts) -> Iterator[Slot]:
    return (slot for slot in facts.slots if not slot.is_cancelled and slot.starts_at <= facts.at)


def _owner(first: Ink, second: Ink) -> str:
    if first.enrolment == second.enrolment:
        return "de la même personne"
    return "de l'intervenant" if first.enrolment is None else "d'une autre personne"


def _by_enrolment(presences: Iterable[Presence]) -> dict[int, list[Presence]]:
    found = defaultdict(list)
    for one in presences:
        found[one.enrolment].append(one)
    return found


def _overlapping(rows: list[tuple[Slot, int | None]]) -> Iterator[tuple]:
    """Each half-day that begins before an earlier one has ended; one met by several of its people counts once."""
    ordered = sorted({slot.pk: (slot, enrolment) for slot, enrolment in rows}.values(), key=lambda row: _when(row[0]))
    longest = None
    for row in ordered:
        if longest is not None and longest[0].overlaps(row[0]):
            yield longest, row
        if longest is None or row[0].ends_at > longest[0].ends_at:
            longest = row


def _when(slot: Slot) -> tuple:
    return slot.starts_at, slot.ends_at, slot.pk


def _over(facts: Facts, *, is_leave: bool) -> Iterator[tuple[Presence, Shift]]:
    for one in facts.attended:
        for shift in facts.shifts.get(one.enrolment, ()):
            if shift.is_leave == is_leave and one.slot.overlaps(shift):
                yield one, shift


def _instant(at: datetime) -> str:
    return f"{at:%d/%m/%Y} à {at:%H:%M}"


def _hours_of(slot: Slot) -> str:
    return f"{slot.starts_at:%H:%M}–{slot.ends_at:%H:%M}"


def _span(shift: Shift) -> str:
    if shift.starts_at.date() == shift.ends_at.date():
        return f"{shift.starts_at:%H:%M}–{shift.ends_at:%H:%M}"
    return f"du {_instant(shift.starts_at)} au {_instant(shift.ends_at)}"


def _of_period(period: Period) -> str:
    return (
        f"du {as_day(period.starts_on)} au {as_day(period.ends_on)}"
        if period.ends_on
        else f"depuis le {as_day(period.starts_on)}"
    )


def _hours(minutes: int) -> str:
    return f"{hundredths(minutes):.2f} h".replace(".", ",")
