"""The rows that the routes of objections and erasures name in the access matrix."""

from accounts import clock
from cohorts.models import Erasure
from regulations.retention import ErasureDepth
from tests import builders as b
from tests.access_tutoring import rows


def of_erasing(world):
    """Somebody who objects and somebody erased, in no cohort; Amina, whom nobody erases here."""
    erasure = Erasure.objects.create(
        person=b.a_person(erased_on=clock.today()),
        erased_by=world.users["coordinator"],
        reason="Demande de la personne",
        depth=ErasureDepth.COMPLETE,
        completed_at=clock.now(),
    )
    return {
        **rows("erasing", "object erase", world.person),
        **rows("erasing", "lift", b.a_person(objected_on=clock.today())),
        **rows("erasing", "erasure_detail", erasure),
    }
