"""How a person comes into a cohort: enrolled, proposed, taken or not, and her place freed."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions import post_message
from accounts.models import User
from accounts.rows import change, keep
from cohorts.models import Adviser, Cohort, Enrolment, Person, Prescriber, Referral, Seat
from employers.models import Establishment


@transaction.atomic
def enrol(*, person: Person, cohort: Cohort, enrolled_on: date, seat: Seat | None = None, **facts: object) -> Enrolment:
    """With `seat`, the place is held at once; without, the person looks for one."""
    enrolment = keep(Enrolment(person=person, cohort=cohort, enrolled_on=enrolled_on, **facts))
    return hold_seat(enrolment=enrolment, seat=seat, on=enrolled_on) if seat else enrolment


@transaction.atomic
def change_enrolment(*, enrolment: Enrolment, version: int | None = None, **facts: object) -> Enrolment:
    return change(enrolment, version=version, **facts)


@transaction.atomic
def hold_seat(*, enrolment: Enrolment, seat: Seat, on: date) -> Enrolment:
    """The last place is taken once: the row of the seat is locked while its places are counted."""
    if seat.cohort_id != enrolment.cohort_id:
        raise ValidationError({"seat": "Cette place est dans une autre cohorte."})
    locked = Seat.objects.select_for_update().get(pk=seat.pk)
    others = locked.enrolments.holding().exclude(pk=enrolment.pk).count()
    if others >= locked.quantity:
        message = f"Plus de place chez {locked.establishment} : toutes sont prises ({others} sur {locked.quantity})."
        raise ValidationError({"seat": message})
    return change(enrolment, seat=locked, seat_accepted_on=on, freed_on=None, withdrawn_on=None, withdrawal_reason="")


@transaction.atomic
def free_seat(*, enrolment: Enrolment, on: date) -> Enrolment:
    """The place opens again at once; the enrolment keeps its history."""
    return change(enrolment, freed_on=on)


@transaction.atomic
def move_to(*, enrolment: Enrolment, establishment: Establishment, on: date) -> Enrolment:
    """The work has gone to another establishment: an open place of it in the cohort is held, else none is."""
    seats = Seat.objects.select_for_update().filter(cohort=enrolment.cohort_id, establishment=establishment)
    for seat in seats.order_by("pk"):
        if seat.enrolments.holding().exclude(pk=enrolment.pk).count() < seat.quantity:
            return hold_seat(enrolment=enrolment, seat=seat, on=on)
    return change(enrolment, seat=None, seat_accepted_on=None)


@transaction.atomic
def withdraw(*, enrolment: Enrolment, on: date, reason: str) -> Enrolment:
    """Abandon avant contrat."""
    if enrolment.withdrawn_on:
        raise ValidationError("Cet abandon est déjà enregistré.")
    if enrolment.contracts.exists():
        raise ValidationError("Un contrat existe : enregistrez sa rupture ou sa fin, pas un abandon.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi la personne abandonne."})
    return change(enrolment, withdrawn_on=on, withdrawal_reason=reason.strip())


@transaction.atomic
def add_adviser(*, prescriber: Prescriber, name: str, email: str = "", phone: str = "") -> Adviser:
    """The same name at the same prescriber again is the same adviser."""
    name = " ".join(name.split())
    known = prescriber.advisers.filter(name__iexact=name).first()
    if known is not None:
        return change(known, email=email or known.email, phone=phone or known.phone)
    return keep(Adviser(prescriber=prescriber, name=name, email=email.lower(), phone=phone))


@transaction.atomic
def refer(
    *,
    person: Person,
    cohort: Cohort,
    prescriber: Prescriber,
    referred_on: date,
    adviser: Adviser | None = None,
    seat: Seat | None = None,
    met_on: date | None = None,
) -> Referral:
    """Proposed for a seat, or for the cohort while no seat is chosen."""
    if seat is not None and seat.cohort_id != cohort.pk:
        raise ValidationError({"seat": "Cette place est dans une autre cohorte."})
    if adviser is not None and adviser.prescriber_id != prescriber.pk:
        raise ValidationError({"adviser": f"Ce conseiller n'est pas de {prescriber}."})
    if seat is not None and person.enrolments.holding().filter(cohort=cohort).exists():
        raise ValidationError("Cette personne tient déjà une place dans cette cohorte.")
    return keep(
        Referral(
            person=person,
            cohort=cohort,
            prescriber=prescriber,
            adviser=adviser,
            seat=seat,
            referred_on=referred_on,
            met_on=met_on,
        )
    )


@transaction.atomic
def propose(*, person: Person, seat: Seat, on: date) -> Referral:
    """One gesture: whoever sent the person last is kept; a proposal still without a seat receives this one."""
    waiting = person.referrals.waiting().filter(cohort=seat.cohort, seat=None).order_by("-referred_on", "-pk").first()
    if waiting is not None:
        return change_referral(referral=waiting, seat=seat)
    last = person.referrals.order_by("-referred_on", "-pk").first()
    if last is None:
        raise ValidationError("Dites d'abord qui a orienté cette personne : ouvrez sa fiche, puis « Proposer ».")
    return refer(
        person=person,
        cohort=seat.cohort,
        prescriber=last.prescriber,
        adviser=last.adviser,
        seat=seat,
        referred_on=on,
    )


@transaction.atomic
def change_referral(*, referral: Referral, **facts: object) -> Referral:
    """Before its answer only: the seat proposed, the day the person was met."""
    _refuse_answered(referral)
    return change(referral, **facts)


@transaction.atomic
def accept_referral(*, referral: Referral, by: User | None, on: date) -> Referral:
    """*Retenir*: the person is enrolled and holds the place. Two acceptances of the last place give one success."""
    referral = _locked(referral)
    if referral.seat is None:
        raise ValidationError("Choisissez d'abord la place proposée.")
    enrolment = Enrolment.objects.filter(person=referral.person, cohort=referral.cohort).first()
    if enrolment is None:
        enrolment = enrol(person=referral.person, cohort=referral.cohort, enrolled_on=on)
    elif Enrolment.objects.holding().filter(pk=enrolment.pk).exists():
        raise ValidationError("Cette personne tient déjà une place dans cette cohorte.")
    hold_seat(enrolment=enrolment, seat=referral.seat, on=on)
    referral = change(referral, answered_on=on, outcome=Referral.Outcome.ACCEPTED, answered_by=by)
    tell_outcome(referral=referral, outcome="recrutée")
    return referral


@transaction.atomic
def refuse_referral(*, referral: Referral, reason: str, by: User | None, on: date) -> Referral:
    """*Ne pas retenir*: one reason of the closed list, never shown to the person nor to the prescriber."""
    referral = _locked(referral)
    if not reason:
        raise ValidationError({"refusal_reason": "Choisissez le motif."})
    return change(referral, answered_on=on, outcome=Referral.Outcome.REFUSED, refusal_reason=reason, answered_by=by)


def tell_outcome(*, referral: Referral, outcome: str) -> None:
    """One message at the end, to whoever sent the person: first name and initial, no reason, no employer."""
    if referral.adviser is None or not referral.adviser.email:
        return
    post_message(
        key=f"referral-outcome/{referral.person_id}/{referral.cohort_id}/{referral.adviser_id}/{outcome}",
        recipient=referral.adviser.email,
        subject="ImPEC : des nouvelles de la personne que vous avez orientée",
        body=(
            "Bonjour,\n\n"
            f"La personne que vous avez orientée le {referral.referred_on:%d/%m/%Y} vers la cohorte "
            f"« {referral.cohort} », {referral.person.short_name}, est maintenant : {outcome}.\n\n"
            "Merci de l'avoir accompagnée jusqu'ici.\n"
        ),
    )


def _locked(referral: Referral) -> Referral:
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    _refuse_answered(locked)
    return locked


def _refuse_answered(referral: Referral) -> None:
    if referral.answered_on:
        answer = referral.get_outcome_display()
        raise ValidationError(f"Une réponse a déjà été donnée le {referral.answered_on:%d/%m/%Y} : {answer}.")
