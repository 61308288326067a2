"""What the page shows of each row, kept for a day: verdict, reasons, values, changes, possible answers."""

import hashlib
import json
import re

from imports import cells
from imports.judging import Outcome, SheetOutcome, open_questions, value_json
from imports.models import ImportBatch, ImportRow
from imports.rows import Row
from imports.sheets.attendance import Roll
from imports.sheets.persons import PROTECTED
from imports.vocabulary import CORRECTIONS, Motif, Nature, Verdict, Weight
from workbooks.places import letters

NAMED_BY = {
    Nature.EMPLOYERS: ("raison_sociale",),
    Nature.PERSONS: ("nom_naissance", "prenom"),
    Nature.TUTORS: ("personne",),
    Nature.CONTRACTS: ("personne", "employeur"),
    Nature.SESSIONS: ("date", "module"),
    Nature.ATTENDANCE: ("personne",),
    Nature.PAYMENTS: ("nom", "prenom"),
}
LONGEST_NAME = 200
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def preview_rows(batch: ImportBatch, outcome: Outcome) -> list[ImportRow]:
    rows = []
    for sheet in outcome.sheets:
        for _, row in sorted(sheet.rows.items()):
            rows.append(
                ImportRow(
                    batch=batch,
                    position=len(rows),
                    sheet=sheet.name[:80],
                    number=row.number,
                    nature=str(sheet.nature),
                    verdict=str(row.verdict),
                    waits_for_answer=bool(open_questions(row)) and row.verdict is not Verdict.IGNORE,
                    name=name_of(row),
                    content=content_of(row),
                    fingerprint=fingerprint(row),
                )
            )
    return rows


def name_of(row: Row) -> str:
    parts = [row.values.get(name) for name in NAMED_BY[row.table.nature]]
    return " ".join(cells.plain_text(part) for part in parts if part is not None)[:LONGEST_NAME]


def content_of(row: Row) -> dict:
    labels = {one.name: one.label for one in row.table.found.shape.fields}
    values = {
        labels.get(name, name): value_json(value)
        for name, value in row.values.items()
        # Protected facts are written where they belong, and shown nowhere on the way.
        if value is not None and name not in PROTECTED and name in labels
    }
    content = {
        "motifs": [motif_facts(row, motif, labels) for motif in (*row.motifs, *row.cell_motifs)],
        "corrections": [{"champ": labels.get(one.champ, ""), "dit": CORRECTIONS[one.code]} for one in row.corrections],
        "valeurs": values,
        "changements": [[label, value_json(old), value_json(new)] for label, old, new in row.changes],
    }
    if isinstance(row.table.found, Roll) and row.extras:
        content["demi_journees"] = row.extras["demi_journees"]
    if "versements" in row.extras:
        content["versements"] = row.extras["versements"]
    return content


def motif_facts(row: Row, motif: Motif, labels: dict[str, str]) -> dict:
    """Everything a page needs to say it and to ask it."""
    can_be_typed = motif.cellule is not None and motif.weight in (Weight.REFUSAL, Weight.QUESTION)
    details = motif.details
    return {
        "cle": motif.key,
        "code": motif.code,
        "dit": motif.word.says,
        "conseil": motif.word.advice,
        "poids": str(motif.weight),
        "champ": labels.get(motif.champ, ""),
        "cellule": motif.cellule or "",
        # What a protected cell says stays in its file.
        "lu": "" if motif.champ in PROTECTED else read_aloud(motif.lu),
        "precisions": said_of(details),
        "choix": [list(choice) for choice in motif.choices],
        "veut_une_raison": motif.wants_reason,
        "reponse": motif.answer or "",
        "se_corrige": can_be_typed and motif.code != "nir_interdit",
        "ouvert": motif.is_open,
    }


def read_aloud(read: object) -> str:
    """What was read, days as people write them."""
    text = cells.plain_text(read)
    return french_day(text) if ISO_DAY.fullmatch(text) else text


def said_of(details: dict) -> str:
    """« ligne 14 de Employeurs », « attendu : Uniformation »."""
    said = []
    row = details.get("ligne") or details.get("ligne_employeurs")
    if row:
        sheet = details.get("feuille")
        said.append(f"ligne {row} de «\N{NO-BREAK SPACE}{sheet}\N{NO-BREAK SPACE}»" if sheet else f"ligne {row}")
    if details.get("lignes_candidats"):
        said.append("lignes " + ", ".join(map(str, details["lignes_candidats"])))
    for name, label in (
        ("attendu", "attendu"),
        ("lu_comme", "lu comme"),
        ("tuteur", "tuteur"),
        ("personne", "fiche connue"),
        ("longueur", "caractères"),
    ):
        if details.get(name):
            said.append(f"{label} : {details[name]}")
    if details.get("contrats"):
        said.append(f"{details['contrats']} personnes à partir du {french_day(details['a_partir_du'])}")
    if details.get("fin_reelle"):
        said.append(f"contrat terminé le {french_day(details['fin_reelle'])}")
    if details.get("depuis"):
        said.append(f"depuis la ligne {details['depuis']}")
    return " ; ".join([*said, *filter(None, [details.get("precision")])])


def french_day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def fingerprint(row: Row) -> str:
    """What would be written: the preview and the confirmation must agree on it."""
    marks = [
        (cells.shown(mark.half_day.day), mark.half_day.part, str(mark.status), mark.late)
        for mark in row.links.get("marks", ())
    ]
    facts = [
        str(row.verdict),
        {name: value_json(value) for name, value in row.values.items()},
        [[label, value_json(old), value_json(new)] for label, old, new in row.changes],
        [[motif.key, motif.answer] for motif in row.motifs],
        marks,
        [[line.key, str(line.amount)] for line in row.links.get("lines", ())],
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def sheet_facts(outcome: Outcome) -> list[dict]:
    return [one_sheet(sheet) for sheet in outcome.sheets if sheet.table is not None]


def one_sheet(sheet: SheetOutcome) -> dict:
    found = sheet.table.found
    columns = [
        [letters(column), " ".join(found.headings.get(column, "").split()), found.shape.field(name).label]
        for column, name in sorted(found.columns.items())
        if found.shape.field(name).is_read
    ]
    facts = {
        "nom": sheet.name,
        "nature": str(sheet.nature),
        "intitule": sheet.nature.label,
        "lignes_entetes": found.heading_rows,
        "colonnes": columns,
        "remarques": sheet.notes,
        "lignes": len(sheet.rows),
    }
    if isinstance(found, Roll):
        facts["demi_journees"] = len(found.moments)
        lost = [letters(column) for column, one in sorted(found.moments.items()) if one.half_day is None]
        if lost:
            facts["remarques"] = [
                *sheet.notes,
                f"Colonnes {', '.join(lost)} : aucune séance à cette date et cette demi-journée, leurs présences "
                "attendent. Corrigez la séance ou la date.",
            ]
    return facts
