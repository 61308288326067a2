"""E1, livret de suivi d'une personne, en classeur : les lignes de la page, relues comme tout ce qui sort."""

from pathlib import Path

from django.utils import timezone

from accounts import clock
from accounts.models import User
from contracts.models import Contract
from exports.build import APPLICATION, EMPTY_MEANS, checked
from tutoring.booklet import Part, facts_of, parts_of
from workbooks.columns import Column
from workbooks.expected import Expected
from workbooks.write import Fact, Sheet, Written, write_workbook

NOTHING = (Column("label", "Livret"),)


def write_booklet(*, contract: Contract, user: User, folder: Path) -> Written:
    moment = timezone.localtime(clock.now())
    # No name in the name of the file: it is known by its contract.
    path = folder / f"E1_contrat-{contract.pk}_{moment:%Y-%m-%d_%H%M%S}.xlsx"
    parts = parts_of(contract, user, clock.today())
    sheets = [sheet_of(part) for part in parts] or [Sheet("Livret", NOTHING, [["Rien n'est encore noté."]])]
    facts = [Fact("Fichier", "E1, livret de suivi"), Fact("Généré par", str(user))]
    facts += [Fact(label, str(value)) for label, value in facts_of(contract, clock.today())]
    facts.append(Fact("Cellules vides", EMPTY_MEANS))
    with Expected(folder) as expected:
        written = write_workbook(path, sheets, informations=facts, application=APPLICATION, expected=expected)
        checked(path, expected, lambda rows: None)
    return written


def sheet_of(part: Part) -> Sheet:
    columns = [Column(f"{rank}", field.heading, field.kind) for rank, field in enumerate(part.fields)]
    return Sheet(part.title, columns, [[_cell(value) for value in line] for line in part.cells()])


def _cell(value: object) -> object:
    return None if value == "" else value
