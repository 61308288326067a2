"""Tuteurs : qui, dans quel établissement, depuis combien d'années."""

import re
from datetime import date
from decimal import Decimal

from imports import cells
from imports.cells import Read
from imports.recognition import Field, Shape
from imports.register import Register, TutorEntry, split_name
from imports.rows import Row
from imports.sheets import links
from imports.sheets.employers import same
from imports.vocabulary import Nature
from regulations.people import same_person_key
from regulations.periods import Period
from regulations.tutors import tutor_findings

SHAPE = Shape(
    Nature.TUTORS,
    (
        Field(
            "personne",
            "nom du tuteur",
            (
                "Nom du tuteur (NOM Prénom)",
                "tuteur",
                "tutrice",
                "nom et prénom du tuteur",
                "nom tuteur",
                "tuteur(trice)",
            ),
            is_required=True,
        ),
        Field("fonction", "fonction", ("Fonction", "emploi", "poste", "qualification", "métier")),
        Field(
            "employeur",
            "établissement",
            ("Établissement", "employeur", "structure", "établissement employeur", "raison sociale"),
            is_required=True,
        ),
        Field(
            "experience",
            "expérience",
            ("Expérience (années)", "expérience", "ancienneté", "années d'expérience", "expérience professionnelle"),
        ),
        Field("telephone", "téléphone", ("Téléphone", "tél", "tel", "portable", "mobile")),
        Field("courriel", "courriel", ("Courriel", "mail", "e-mail", "email", "mél")),
        Field(
            "formation",
            "formation de tuteur",
            ("Formation de tuteur le", "formation tuteur", "formé le", "formée le", "date de formation"),
        ),
        Field(
            "nb_suivis",
            "nombre de suivis",
            ("Nb de suivis (auto)", "nombre de suivis", "nb de salariés suivis", "nb suivis"),
            is_read=False,
        ),
        Field("volontaire", "volontaire", ("Volontaire (O/N)", "volontaire", "volontariat")),
    ),
    keys=("personne", "employeur"),
    titles=("Tuteurs", "tutrices", "tutorat"),
)


def judge(row: Row, register: Register) -> None:
    name = row.text("personne", 160)
    row.text("fonction", 120)
    employer = links.find_employer(row, register)
    links.lean_on_employer(row, employer)
    years = row.read("experience", read_years, on=row.table.on)
    row.lenient("telephone", cells.phone)
    row.lenient("courriel", cells.email)
    row.day("formation")
    volunteer = row.yes_no("volontaire")
    _check_law(row, years, volunteer)
    row.links["employer"] = employer
    _identify(row, register, name, employer)


def read_years(value: object, *, on: date) -> Read:
    """« 12 », « 8 ans », « depuis 2009 », « 6 mois », or a year of arrival."""
    if isinstance(value, date):
        return Read(_years_since(value, on))
    read = cells.number(value)
    text = cells.unaccented(cells.one_line(value))
    if match := re.search(r"\bdepuis (?:le )?(?:\d{1,2}/\d{1,2}/)?((?:19|20)\d\d)\b", text):
        return Read(on.year - int(match[1]), "nombre_texte")
    if match := re.fullmatch(r"(\d+) ?mois", text):
        return Read(int(match[1]) // 12, "nombre_texte")
    if read.motif:
        return Read(motif="experience_illisible", lu=cells.shown(value))
    if read.value is not None and 1950 <= read.value <= on.year:
        return Read(on.year - int(read.value), "nombre_texte")
    if read.value is not None and not 0 <= read.value <= 60:
        return Read(motif="experience_illisible", lu=cells.shown(value))
    return read


def _years_since(day: date, on: date) -> int:
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


def _check_law(row: Row, years: Decimal | int | None, volunteer: bool | None) -> None:
    """A written reason accepts what R5134-38 does not foresee."""
    today = Period(row.table.on, row.table.on)
    for finding in tutor_findings([], today, experience_years=years, volunteer=volunteer):
        name = "experience" if finding.code == "experience_insuffisante" else "volontaire"
        row.ask(finding.code, name, row.raw(name), wants_reason=True)


def _identify(row: Row, register: Register, name: str | None, employer: object) -> None:
    last_name, first_name = split_name(name) if name else ("", "")
    if name and not first_name:
        row.stop("valeur_illisible", "personne", name)
    entry = TutorEntry(
        sheet=row.table.name, row=row.number, last_name=last_name, first_name=first_name, employer=employer
    )
    key = same_person_key(last_name, first_name)
    here = [tutor for tutor in register.tutors.exactly(key) if tutor.employer is employer]
    if here and here[0].row is not None:
        row.stop("ligne_deja_lue", "personne", name, ligne=here[0].row)
        return
    if here:
        entry = here[0]
        row.known = entry
        _compare(row, entry)
        entry.sheet, entry.row = row.table.name, row.number
    row.links["entry"] = entry
    entry.verdict = row.verdict
    if not here and name:
        register.tutors.place(entry)


def _compare(row: Row, known: TutorEntry) -> None:
    labels = (
        ("fonction", "fonction"),
        ("telephone", "téléphone"),
        ("courriel", "courriel"),
        ("formation", "formation de tuteur"),
        ("volontaire", "volontaire"),
    )
    for name, label in labels:
        new, old = row.values[name], known.facts.get(name)
        if new is not None and not same(new, old):
            row.change(label, old, new)
    new, old = row.values["experience"], known.facts.get("experience")
    # Years go by: a workbook a little older than the record says nothing new.
    if new is not None and (old is None or new > old):
        row.change("expérience (années)", old, new)
