"""Reference data of every room: SMIC, orders, models of cohort, prescribers, financers. May run twice."""

from django.core.management.base import BaseCommand

import cohorts.reference
import contracts.reference
import employers.reference
import exports.reference
import training.reference
import tutoring.reference

ROOMS = (
    employers.reference,
    cohorts.reference,
    contracts.reference,
    training.reference,
    tutoring.reference,
    exports.reference,
)


class Command(BaseCommand):
    help = "Charge les données de référence ; ce qu'une personne a corrigé n'est jamais écrasé."

    def handle(self, **options):
        for room in ROOMS:
            room.load()
        self.stdout.write("Données de référence chargées.")
