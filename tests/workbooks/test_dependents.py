import pytest

from tests.workbooks.files import book, sheet
from workbooks.dependents import Computed, Read, Written, dependents, reads, translated
from workbooks.patch import Archive
from workbooks.places import Area
from workbooks.template import Template


@pytest.fixture
def template(tmp_path):
    names = "<definedNames><definedName name='Taux'>Feuille2!$B$1</definedName></definedNames>"
    with Archive(book(tmp_path / "a.xlsx", sheet(""), sheet(""), names=names)) as archive:
        yield Template(archive)


@pytest.mark.parametrize(
    "formula, areas",
    [
        ("A1+1", [("Feuille1", "A1")]),
        ('IF(O8="","",ROUND(O8*taux,2))', [("Feuille1", "O8"), ("Feuille1", "O8"), ("Feuille2", "B1")]),
        ("SUM(Feuille2!$A$1:$A$9)", [("Feuille2", "A1:A9")]),
        ('"A1"', []),
        ("TODAY()", []),
    ],
)
def test_what_a_formula_reads(template, formula, areas):
    assert [read[:2] for read in reads(formula, "Feuille1", template)] == [
        (sheet, Area.of(area)) for sheet, area in areas
    ]


def test_names_are_not_fixed_areas(template):
    assert [read.is_fixed for read in reads("A1*Taux", "Feuille1", template)] == [True, False]


@pytest.mark.parametrize("formula", ["INDIRECT(A1)", "SUM(OFFSET(A1,1,1))", "Inconnu+1", "Un:Deux!A1", '"open'])
def test_what_a_formula_reads_may_be_unknown(template, formula):
    assert reads(formula, "Feuille1", template) is None


def test_formulas_follow_one_another():
    first = Computed("S", 1, 2, [Read("S", Area.of("A1"))])
    second = Computed("T", 1, 1, [Read("S", Area.of("A1:C9"))])
    third = Computed("T", 2, 1, [Read("T", Area.of("A1"))])
    apart = Computed("S", 5, 5, [Read("S", Area.of("D5"))])
    anything = Computed("S", 6, 6, None)
    found = list(dependents([third, second, apart, first, anything], Written([("S", Area.of("A1"))])))
    assert {(each.sheet, each.row) for each in found} == {("S", 1), ("T", 1), ("T", 2), ("S", 6)}
    assert apart not in found


def test_formula_copied_down():
    assert translated("SUM($A8:B8)*Taux", (8, 1), (60, 1)) == "SUM($A60:B60)*Taux"
