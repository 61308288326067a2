"""The workbook of the pack: what the page prints, cell by cell, masked alike."""

from pathlib import Path

from accounts.models import User
from exports.money import file_name, signature, written
from impec.committee.figures import Pack
from workbooks.columns import Column, Kind
from workbooks.write import Fact, Sheet, Written

MASKING = (
    "Un compte de personnes de 1 à 4 est écrit « < 5 », et un total qui le donnerait par soustraction « au moins » ; "
    "sous cinq contrats, heures et montants sont masqués ; un mois de moins de cinq personnes n'est pas montré."
)
LATE = "en retard"
NUMBERS = (Column("label", "Chiffre"), Column("words", "Valeur"), Column("note", "Précision", width=40))
STANDINGS = (Column("label", "Situation"), Column("words", "Contrats"))
HOURS = (
    Column("month", "Mois", Kind.MONTH),
    Column("planned", "Heures prévues", Kind.HOURS),
    Column("done", "Heures suivies", Kind.HOURS),
)
AID = (
    Column("month", "Mois", Kind.MONTH),
    Column("expected", "Aide attendue", Kind.EUROS),
    Column("paid", "Aide versée", Kind.EUROS),
)
RISKS = (Column("words", "Risque", width=60), Column("detail", "Précision", width=40))
DECISIONS = (
    Column("decided_on", "Décidé le", Kind.DATE),
    Column("what", "Décision", width=60),
    Column("who", "Qui s'en charge"),
    Column("due_on", "Pour le", Kind.DATE),
    Column("done_on", "Fait le", Kind.DATE),
    Column("state", "État"),
)


def write_pack(pack: Pack, user: User, folder: Path) -> Written:
    hours = ((month, *minutes) for month, minutes in pack.hours.items())
    aid = ((month, *amounts) for month, amounts in pack.aid.items())
    sheets = [
        Sheet("Chiffres", NUMBERS, ((one.label, one.words, one.note or None) for one in pack.numbers), lead=1),
        Sheet("Contrats", STANDINGS, ((one.label, one.words) for one in pack.standings), lead=1),
        Sheet("Heures par mois", HOURS, hours, lead=1),
        Sheet("Aide par mois", AID, aid, lead=1),
        Sheet("Décisions", DECISIONS, (decision_row(*one) for one in pack.decisions), lead=2),
        Sheet("Risques", RISKS, ((one.words, one.detail or None) for one in pack.risks), lead=1),
    ]
    facts = [
        Fact("Dossier de comité", f"{pack.cohort} ({pack.cohort.code})"),
        Fact("Arrêté au", pack.day, Kind.DATE),
        Fact("Petits nombres", MASKING),
        *signature(user),
    ]
    return written(folder / file_name("comite", pack.cohort.code), sheets, facts)


def decision_row(decision, is_late: bool) -> tuple:
    state = "fait" if decision.done_on else LATE if is_late else "à faire"
    return decision.decided_on, decision.what, decision.who, decision.due_on, decision.done_on, state
