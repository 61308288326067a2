"""What was done in time, what came by post, and the reminders that Claire moved or cancelled."""

from datetime import date

from django.test.utils import override_settings

from accounts import reminders
from accounts.models import Receipt, User
from accounts.reminders import AHEAD
from contracts import actions
from contracts.models import Contract
from impec.due.jobs import send_digests
from impec.due.sources import items_for, upcoming_for
from regulations.deadlines import Step
from regulations.due import STEPS, Rule, of_start

TOLD_ON = date(2026, 11, 20)
# Nine months after 2 February: half of the reviews are held, the others are late.
REVIEWED = ("BAUDRY", "DE OLIVEIRA", "DIALLO", "GAUDIN", "MARÉCHAL")
INTERVIEWED = "GAUDIN"
BY_POST = (Rule.REVIEW_9, date(2026, 11, 12), "compte rendu signé, reçu par courrier")
DROPPED = (Rule.RENEWAL, date(2026, 11, 17), "embauche en CDI prévue à la fin du contrat : pas de renouvellement")


def deadlines_of_the_story(users: dict[str, User]) -> None:
    claire = users["claire"]
    _steps(claire)
    for contract in Contract.objects.exclude(broken_on=None).order_by("pk"):
        actions.declare_break(contract=contract, declared_on=contract.broken_on, by=claire)
    _receive(claire, BY_POST, Receipt.Nature.RECEIVED)
    _receive(claire, DROPPED, Receipt.Nature.DROPPED)
    # The night before she reads the list.
    with override_settings(IMPEC_TODAY=f"{TOLD_ON}T05:00"):
        send_digests()
    _change_reminders(claire)


def _steps(by: User) -> None:
    """Hires declared three days before, reviews held on their day."""
    for contract in Contract.objects.with_names().order_by("pk"):
        name = contract.enrolment.person.birth_name
        for rule in (Rule.DPAE, Rule.START_MEETING, Rule.REVIEW_3, Rule.REVIEW_6, Rule.REVIEW_9):
            held_on = of_start(rule, contract.starts_on).due_on
            is_held = held_on <= min(TOLD_ON, contract.last_day or TOLD_ON)
            # She has not yet been seen with her tutor.
            is_held &= (rule, name) != (Rule.START_MEETING, "ROYER")
            # What was minuted says its own day.
            is_held &= not contract.done_steps.valid().filter(step=STEPS[rule]).exists()
            if is_held and (rule is not Rule.REVIEW_9 or contract.cohort.code != "SM 2026" or name in REVIEWED):
                actions.mark_step(contract=contract, step=STEPS[rule], done_on=held_on, by=by)
        if name == INTERVIEWED:
            note = "tenu avec la conseillère du prescripteur"
            actions.mark_step(contract=contract, step=Step.EXIT_INTERVIEW, done_on=date(2026, 11, 18), note=note, by=by)


def _receive(by: User, told: tuple[Rule, date, str], nature: str) -> None:
    rule, day, how = told
    item = next(item for item in items_for(by, on=TOLD_ON, until=TOLD_ON) if item.rule is rule)
    reminders.record_receipt(item=item, received_on=day, how=how, nature=nature, today=day, by=by)


def _change_reminders(by: User) -> None:
    """A review is put off until after the week of the committee; one renewal needs no second reminder."""
    leaving = upcoming_for(by, on=TOLD_ON, until=TOLD_ON + AHEAD)
    review = next(one for one in leaving if one.item.rule is Rule.REVIEW_3)
    reminders.move_reminder(planned=review, to=date(2026, 12, 7), today=TOLD_ON, by=by)
    renewal = next(one for one in leaving if one.item.rule is Rule.RENEWAL)
    reminders.cancel_reminder(planned=renewal, reason="décidé de vive voix avec l'employeur", by=by)
