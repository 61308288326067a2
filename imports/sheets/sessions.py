"""Séances du socle commun : une ligne par demi-journée."""

from datetime import date, time
from decimal import Decimal

from imports import cells
from imports.recognition import Field, Shape
from imports.register import CohortEntry, HalfDayEntry, Register
from imports.rows import YES, Row
from imports.sheets import links
from imports.sheets.employers import same
from imports.vocabulary import Nature
from regulations.training import HalfDayPart, session_findings

SHAPE = Shape(
    Nature.SESSIONS,
    (
        Field("numero", "N°", ("N°", "numéro", "n° séance"), is_read=False),
        Field("cohorte", "cohorte", ("Cohorte", "groupe", "promotion", "promo")),
        Field("date", "date", ("Date", "jour", "date de la séance"), is_required=True),
        Field(
            "demi_journee",
            "demi-journée",
            ("½ journée (M / AM)", "demi-journée", "demi journée", "1/2 journée", "moment", "période"),
        ),
        Field("horaires", "horaires", ("Horaires", "horaire", "heures", "de ... à")),
        Field("duree", "durée", ("Durée (h)", "durée", "nombre d'heures", "nb heures")),
        Field("module", "module", ("Module", "thème", "intitulé", "contenu", "matière"), is_required=True),
        Field("intervenante", "intervenant", ("Intervenant(e)", "intervenant", "formateur", "formatrice", "animé par")),
        Field("organisme", "organisme", ("Organisme", "organisme de formation", "OF", "prestataire")),
        Field("lieu", "lieu", ("Lieu", "salle", "adresse")),
        Field("etat", "état", ("État", "statut", "réalisation", "situation")),
    ),
    keys=("date", "module"),
    titles=("Séances socle", "planning", "formation", "séances", "calendrier"),
)

PARTS = {
    "m": HalfDayPart.MORNING, "matin": HalfDayPart.MORNING, "matinee": HalfDayPart.MORNING,
    "am": HalfDayPart.AFTERNOON, "apres midi": HalfDayPart.AFTERNOON, "aprem": HalfDayPart.AFTERNOON,
    "a m": HalfDayPart.AFTERNOON, "ap midi": HalfDayPart.AFTERNOON,
}  # fmt: skip
PART_NAMES = {HalfDayPart.MORNING: "matin", HalfDayPart.AFTERNOON: "apres_midi"}
USUAL_TIMES = {
    HalfDayPart.MORNING: (time(9), time(12, 30)),
    HalfDayPart.AFTERNOON: (time(13, 30), time(17)),
}
NOON = time(12, 45)
HELD, PLANNED, CANCELLED = "realisee", "prevue", "annulee"


def judge(row: Row, register: Register) -> None:
    cohort = row.links["cohort"] = links.find_cohort(row, register)
    day = row.day("date")
    part, start, end = _when(row)
    row.values |= {
        "demi_journee": PART_NAMES.get(part),
        "debut": f"{start:%H:%M}" if start else None,
        "fin": f"{end:%H:%M}" if end else None,
    }
    _duration(row, start, end)
    for name, most in (("module", 160), ("intervenante", 120), ("organisme", 160), ("lieu", 200)):
        row.text(name, most)
        row.forgive(name, "espaces_retires")
    row.values["etat"] = state_of(row.raw("etat"))
    if day and cohort:
        _check_day(row, day, cohort)
    row.links |= {"part": part, "start": start, "end": end}
    _identify(row, register, cohort)


def _when(row: Row) -> tuple[HalfDayPart | None, time | None, time | None]:
    """Either column can tell the other: a morning has its usual hours, 13:30 is an afternoon."""
    written = cells.folded(row.raw("demi_journee"))
    part = PARTS.get(written)
    text = cells.one_line(row.raw("horaires"))
    hours = cells.times(text) if text else None
    if text and hours is None:
        row.stop("horaires_illisibles", "horaires", text)
    if part is None and hours is not None and not written:
        part = HalfDayPart.MORNING if hours[0] < NOON else HalfDayPart.AFTERNOON
    if part is None:
        row.stop("demi_journee_illisible", "demi_journee", cells.one_line(row.raw("demi_journee")) or None)
        return None, *(hours or (None, None))
    return part, *(hours or USUAL_TIMES[part])


def _duration(row: Row, start: time | None, end: time | None) -> None:
    found = row.read("duree", cells.duration)
    if found is None and start and end and not row.has_stopped("duree"):
        found = Decimal((end.hour - start.hour) * 60 + end.minute - start.minute) / 60
    if found is not None and not 0 < found <= 12:
        row.stop("heures_impossibles", "duree", row.raw("duree"))
        found = None
    row.links["minutes"] = round(found * 60) if found is not None else 0
    row.values["duree"] = f"{found:.2f}" if found is not None else None


def state_of(value: object) -> str | None:
    """« Réalisée », « ANNULÉE (intervenante absente) »; « Prévue ? » says nothing sure."""
    words = cells.folded(value)
    if "?" in cells.plain_text(value):
        return None
    for beginning, state in (
        ("annul", CANCELLED),
        ("report", CANCELLED),
        ("realis", HELD),
        ("fait", HELD),
        ("prev", PLANNED),
    ):
        if words.startswith(beginning):
            return state
    return None


def _check_day(row: Row, day: date, cohort: CohortEntry) -> None:
    for finding in session_findings(day, cohort.period):
        row.ask(finding.code, "date", day, choices=(YES,))


def _identify(row: Row, register: Register, cohort: CohortEntry | None) -> None:
    values, part = row.values, row.links["part"]
    entry = HalfDayEntry(
        sheet=row.table.name,
        row=row.number,
        cohort_pk=cohort.pk if cohort else 0,
        day=values["date"],
        part=part.value if part else "",
        minutes=row.links["minutes"],
        module=values["module"] or "",
        is_cancelled=values["etat"] == CANCELLED,
    )
    entry.facts["etat"] = values["etat"]
    known = register.half_day_like(entry) if entry.day and entry.part else None
    if known is not None and known.row is not None:
        row.stop("ligne_deja_lue", "date", None, ligne=known.row)
        return
    if known is not None:
        row.known = known
        _compare(row, known)
        known.sheet, known.row, known.is_cancelled = (
            row.table.name,
            row.number,
            entry.is_cancelled or known.is_cancelled,
        )
        known.facts["etat"] = values["etat"]
        entry = known
    entry.verdict = row.verdict
    row.links["entry"] = entry
    if entry.day and entry.part and entry is not known:
        register.place_half_day(entry)


def _compare(row: Row, known: HalfDayEntry) -> None:
    labels = (("debut", "début"), ("fin", "fin"), ("duree", "durée"), ("intervenante", "intervenant"), ("lieu", "lieu"))
    for name, label in labels:
        new, old = row.values[name], known.facts.get(name)
        if new is not None and not same(new, old):
            row.change(label, old, new)
    if row.values["etat"] == CANCELLED and not known.is_cancelled:
        row.change("état", "maintenue", "annulée")
