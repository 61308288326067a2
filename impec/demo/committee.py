"""What the committee of the cohort decided, last time and before; and the proofs that its funder received."""

from datetime import date

from accounts import clock, work
from accounts.models import User
from cohorts.actions.committee import record_decision
from cohorts.models import Cohort
from exports.actions.evidence import ask_evidence, share_evidence
from exports.evidence.scope import readers_of
from exports.models import EvidencePack
from impec.demo.logins import DDETS, OPCO

JUNE, OCTOBER = date(2026, 6, 11), date(2026, 10, 15)
# Decided on, what, who, due on, done on.
DECISIONS = (
    (JUNE, "Grouper les achats de tenues entre employeurs", "Employeurs", date(2026, 7, 15), date(2026, 7, 9)),
    (JUNE, "Demander l'avance de l'aide pour les petites structures", "Agence", date(2026, 9, 1), None),
    (
        OCTOBER,
        "Ouvrir deux demi-journées de rattrapage",
        "Organisme de formation",
        date(2026, 11, 13),
        date(2026, 11, 12),
    ),
    (OCTOBER, "Préparer les demandes de renouvellement avant Noël", "Agence et employeurs", date(2026, 12, 11), None),
    (OCTOBER, "Chercher un véhicule partagé pour les stagiaires sans permis", "Agence", date(2026, 12, 18), None),
)
READERS = (OPCO, DDETS)


def decisions_of_the_story(cohort: Cohort, claire: User) -> None:
    for decided_on, what, who, due_on, done_on in DECISIONS:
        record_decision(
            cohort=cohort, by=claire, decided_on=decided_on, what=what, who=who, due_on=due_on, done_on=done_on
        )


def packs_of_the_story() -> None:
    """Gathered by jobs, then shared with who pays the training and who pays the aid."""
    claire = User.objects.get(first_name="Claire", last_name="MOREL")
    cohort = Cohort.objects.get(code="SM 2026")
    for name in READERS:
        found = readers_of(cohort, claire, clock.today())
        reader = next(one for one in found if one.organisation and one.organisation.name == name)
        pack = ask_evidence(cohort=cohort, reader=reader, author=claire)
        work.run_job(pack.job_id)
        share_evidence(pack=EvidencePack.objects.get(pk=pack.pk), by=claire)
