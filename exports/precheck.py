"""O5, contrôle avant envoi : Contrôles · À corriger. Internal: what would come back, before anything leaves."""

from collections.abc import Iterator, Sequence

from exports.kinds import Content, FileKind, getters
from exports.rejections import Rejection, rejections
from exports.scope import AGENCY, FileScope
from workbooks.columns import Column, Kind
from workbooks.write import Fact, Sheet

VALUES = {
    "row.key": lambda one: f"rejet/{one.number}",
    "check.number": lambda one: one.number,
    "check.rejection": lambda one: one.label,
    "check.verified": lambda one: one.verified,
    "check.count": lambda one: len(one.findings),
    "check.result": lambda one: one.result,
    "check.advice": lambda one: one.advice,
}
TO_MEND = (
    Column("number", "N°", Kind.INTEGER, width=6),
    Column("rejection", "Motif de rejet", width=34),
    Column("who", "Stagiaire (nom, prénom)", width=30),
    Column("employer", "Employeur", width=32),
    Column("what", "Constat", width=70, wrap=True),
    Column("advice", "Que faire", width=60, wrap=True),
)
SOURCE = (
    "Les six rejets fréquents d'un financeur. Un point sans constat a été vérifié ; « non vérifié » dit ce qui manque "
    "pour le faire."
)


def count(scope: FileScope) -> int:
    """Nobody to control, nothing to say."""
    return scope.contracts().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    found = rejections(scope)
    values = getters(columns, VALUES)
    return Content(
        [
            Sheet("Contrôles", columns, ([value(one) for value in values] for one in found), lead=2),
            Sheet("À corriger", TO_MEND, _to_mend(found), lead=2),
        ],
        facts=(Fact("Méthode", SOURCE),),
    )


def _to_mend(found: Sequence[Rejection]) -> Iterator[tuple]:
    for one in found:
        for finding in one.findings:
            yield (one.number, one.label, finding.who, finding.employer, finding.what, one.advice)


KIND = FileKind(
    code="O5",
    name="Contrôle avant envoi",
    main_sheet="Contrôles",
    count=count,
    content=content,
    goes_to=(AGENCY,),
    # What it controls must not stop it: it stays in the house.
    is_nominative=False,
)
