"""What the tests of answers share: a delivery sent to Hugo's OPCO, and what he says of it."""

from accounts import clock, work
from exports import actions
from exports.actions.answering import Said, answer_delivery
from exports.actions.correcting import correct_delivery
from exports.answers import tally_of
from exports.models import Delivery
from exports.models.answers import ALL_OTHERS, RefusalReason, Verdict
from exports.scope import Destination
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery

LINES = 3
ALL = Said(ALL_OTHERS, Verdict.ACCEPTED)


def sent_to_opco(world, claire, hugo):
    """Two trainees of Denis's and one of Gaëlle's."""
    opco = b.a_financer(organisation=hugo.memberships.get().organisation)
    b.a_financing(world.closerie.employer, opco)
    b.a_financing(world.estran.employer, opco)
    b.a_contract(cohort=world.cohort, establishment=world.closerie)
    return send(world, claire, opco)


def send(world, claire, opco):
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


def corrected(delivery, claire, reason="Heures corrigées"):
    """The delivery that takes its place, sent too."""
    asked = correct_delivery(delivery=delivery, reason=reason, as_of=TODAY, by=claire)
    work.run_job(asked.job_id)
    later = Delivery.objects.get(pk=asked.pk)
    return actions.send_delivery(delivery=later, sent_on=TODAY, through="", by=claire)


def refused(position=1, reason=RefusalReason.HOURS, comment=""):
    return Said(position, Verdict.REFUSED, reason, comment)


def answer(delivery, by, *said, **more):
    return answer_delivery(delivery=delivery, said=said, by=by, at=clock.now(), **more)


def counts(delivery):
    tally = tally_of(delivery)
    return tally.accepted, tally.refused, tally.returned, tally.waiting
