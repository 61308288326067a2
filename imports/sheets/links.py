"""How a row names another: its cohort, its employer, its person. Doubts are asked, rows that wait are said."""

from imports import cells
from imports.register import CohortEntry, EmployerEntry, PersonEntry, Register
from imports.rows import Row
from imports.sheets.employers import read_siret
from imports.vocabulary import Choice


def find_cohort(row: Row, register: Register, name: str = "cohorte") -> CohortEntry | None:
    """By its code or its name; without a word on the row, the one chosen with the file."""
    text = cells.one_line(row.raw(name))
    found = register.cohorts.find(text) if text else register.default_cohort
    if text and found is None:
        row.stop("cohorte_inconnue", name, text)
    elif not text and found is None:
        row.stop("cohorte_manquante", name)
    row.values[name] = found.name if found else None
    return found


def find_employer(row: Row, register: Register, name: str = "employeur", *, number: str = "") -> EmployerEntry | None:
    """The establishment a row names, by its name then by its number; what does not fit is said."""
    by_number = _by_siret(row, register, number) if number else None
    text = row.text(name)
    row.forgive(name, "espaces_retires")
    if text is None:
        if by_number is not None:
            row.motifs = [one for one in row.motifs if (one.code, one.champ) != ("champ_obligatoire_vide", name)]
            row.values[name] = by_number.name
        return by_number
    entry = _named_employer(row, register, name, text, by_number)
    if entry is not None:
        row.values[name] = entry.name
        if cells.plain_text(row.raw(name)) != entry.name:
            row.correct(name, "libelle_rapproche")
    return entry


def _named_employer(
    row: Row, register: Register, name: str, text: str, by_number: EmployerEntry | None
) -> EmployerEntry | None:
    found = unique(register.employers.exactly(cells.folded(text)))
    if by_number is not None and (not found or by_number in found):
        return by_number
    if by_number is not None or len(found) > 1:
        return _ask_which(row, "employeur_ambigu", name, text, unique([*found, *filter(None, [by_number])]))
    if found:
        return found[0]
    near = unique(register.employers.nearly(cells.folded(text)))
    if near:
        return _ask_which(row, "employeur_approchant", name, text, near)
    row.stop("employeur_introuvable", name, text)
    return None


def _by_siret(row: Row, register: Register, name: str) -> EmployerEntry | None:
    place = row.place(name)
    if place.cell.kind == "ERROR":
        row.correct(name, "erreur_de_formule_ignoree")
        return None
    read = read_siret(place.cell.value) if place.cell.value is not None else cells.NOTHING_READ
    return register.employers.by_siret.get(read.value) if read.value else None


def _ask_which(row: Row, code: str, name: str, text: str, entries: list[EmployerEntry]) -> EmployerEntry | None:
    choices = tuple(Choice(entry.siret or f"ligne-{entry.row}", f"{entry.name} ({entry.siret})") for entry in entries)
    answer = row.ask(code, name, text, choices=choices)
    return next((entry for entry, choice in zip(entries, choices, strict=True) if choice.value == answer), None)


def lean_on_employer(row: Row, entry: EmployerEntry | None, name: str = "employeur") -> None:
    """The row waits for its employer, or falls with it."""
    if entry is None or entry.is_there:
        return
    if entry.is_refused:
        row.stop("employeur_refuse", name, ligne_employeurs=entry.row)
    else:
        row.stop("ligne_en_attente", name, ligne=entry.row, feuille=entry.sheet)


def find_person(
    row: Row, register: Register, cohort: CohortEntry | None, employer: object = None, *, name: str = "personne"
) -> PersonEntry | None:
    """The person a row names: homonyms are asked, names near enough too."""
    text = row.text(name)
    row.forgive(name, "espaces_retires")
    if text is None:
        return None
    found = unique(register.people.named(text))
    if cohort is not None and len(found) > 1:
        found = [one for one in found if cohort.pk in one.cohorts] or found
    if len(found) > 1:
        entry = _which_homonym(row, register, found, cohort, employer, name)
    elif found:
        entry = found[0]
    else:
        entry = _near_person(row, register, cohort, name, text)
    if entry is not None:
        if text.casefold() != entry.name.casefold():
            row.correct(name, "nom_rapproche")
        row.values[name] = entry.name
    row.values[f"date_naissance_{name}"] = entry.birth_date if entry else None
    return entry


def unique(entries: list) -> list:
    return list({id(entry): entry for entry in entries}.values())


def _which_homonym(
    row: Row, register: Register, found: list[PersonEntry], cohort: CohortEntry | None, employer: object, name: str
) -> PersonEntry | None:
    """Somebody already under contract there is no longer in doubt; else it is asked, the likeliest first."""
    contracts = [one for one in register.contracts if one.person in found and employer and one.employer is employer]
    contracts = [one for one in contracts if cohort is None or one.cohort_pk == cohort.pk]
    hired = unique([one.person for one in contracts if one.is_there])
    if len(hired) == 1:
        return hired[0]
    candidates = [one.person for one in contracts]
    job = cells.folded(row.values.get("emploi"))

    def doubt(one: PersonEntry) -> tuple:
        return one not in candidates, cells.folded(one.wanted_job) != job, not one.is_favourable, one.row or 0

    ranked = sorted(found, key=doubt)
    choices = tuple(Choice(_handle(one), _presented(one)) for one in ranked)
    lines = {"lignes_candidats": sorted(one.row for one in found)} if all(one.row for one in found) else {}
    answer = row.ask("homonymes", name, row.raw(name), choices=choices, **lines)
    # Until somebody chooses, the likeliest is proposed and the row waits.
    return next((one for one, choice in zip(ranked, choices, strict=True) if choice.value == answer), ranked[0])


def _near_person(row: Row, register: Register, cohort: CohortEntry | None, name: str, text: str) -> PersonEntry | None:
    near = unique([one for one in register.people.near(text) if cohort is None or cohort.pk in one.cohorts])
    if not near:
        row.stop("personne_introuvable", name, text)
        return None
    choices = tuple(Choice(_handle(one), _presented(one)) for one in near)
    answer = row.ask("personne_approchante", name, text, choices=choices)
    return next((one for one, choice in zip(near, choices, strict=True) if choice.value == answer), None)


def _handle(entry: PersonEntry) -> str:
    return f"personne-{entry.pk}" if entry.pk else f"ligne-{entry.row}"


def _presented(entry: PersonEntry) -> str:
    born = f", née ou né le {entry.birth_date:%d/%m/%Y}" if entry.birth_date else ""
    return f"{entry.name}{born} ({entry.says_where()})"


def lean_on_person(row: Row, entry: PersonEntry | None, name: str = "personne") -> None:
    if entry is None or entry.is_there:
        return
    if entry.is_refused:
        row.stop("personne_refusee", name, ligne=entry.row, feuille=entry.sheet)
    else:
        row.stop("ligne_en_attente", name, ligne=entry.row, feuille=entry.sheet)
