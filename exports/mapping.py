"""What goes where in a recipient's own workbook: proposed by words, corrected by a person, judged before it is kept.

Only fields of the recipient's allow-list can be named; a social security number is no field at all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from accounts.disclosure import FILE_COLUMNS, FILE_ENTRIES, refused_columns, refused_entries
from exports.catalogue import CATALOGUE
from exports.coding import OTHER_NAMES, known_values
from exports.defaults import COLUMNS
from exports.entries import ENTRIES, OF_ONE_EMPLOYER
from exports.registry import KINDS
from regulations.nir import heading_looks_like_nir
from workbooks.blocks import Block, SurveyColumn
from workbooks.changes import same_columns
from workbooks.columns import Kind
from workbooks.matching import guess_fields, guess_values
from workbooks.survey import Survey

HOURS = "training.planned_minutes"
DATED = (Kind.DATE, Kind.MONTH, Kind.INSTANT, Kind.TIME)
# Words that recipients use beside our own labels.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "person.public_code": ("identifiant", "identifiant interne", "identifiant salarié"),
    "person.birth_name": ("nom", "nom de naissance", "nom de famille"),
    "person.usual_name": ("nom d'usage", "nom marital"),
    "person.birth_date": ("né(e) le", "date de naissance"),
    "person.town": ("commune de résidence", "ville"),
    "person.postcode": ("cp", "code postal de résidence"),
    "person.education_level": ("niveau à l'entrée", "niveau de formation", "niveau de diplôme", "niveau"),
    "person.registration_length": (
        "durée d'inscription",
        "durée d'inscription avant l'entrée",
        "ancienneté d'inscription",
    ),
    "protected.priority_district": ("qpv", "réside en qpv", "quartier prioritaire"),
    "protected.rural_zone": ("frr (ex-zrr)", "frr", "zrr"),
    "protected.benefit_kind": ("minima sociaux", "minimum social", "allocation"),
    "protected.boeth": ("rqth", "boeth", "travailleur handicapé"),
    "employer.name": ("employeur", "structure", "raison sociale", "raison sociale employeur"),
    "employer.legal_category": ("statut de l'employeur", "statut juridique", "statut"),
    "establishment.siret": ("siret", "siret de l'employeur", "n° siret"),
    "contract.kind": ("nature", "nature du contrat", "type de contrat"),
    "contract.starts_on": ("date d'embauche", "début du contrat", "date d'entrée"),
    "contract.ends_on": ("fin prévue", "fin du contrat (si cdd)", "fin du contrat"),
    # Asked for only when the contract was broken: an ordinary end is the one foreseen.
    "contract.broken_on": ("fin réelle", "date de rupture", "rupture le"),
    "contract.break_reason": ("motif de rupture", "motif de la rupture"),
    "contract.job_title": ("emploi", "emploi occupé", "poste", "métier"),
    "contract.professional_category": ("csp", "catégorie socio-professionnelle"),
    "contract.weekly_hours": ("durée hebdo", "heures contrat", "durée hebdomadaire", "temps de travail"),
    "aid.decision_number": ("n° de décision", "numéro de décision", "n° convention"),
    "aid.weekly_hours": ("heures aidées", "heures hebdomadaires aidées"),
    "aid.rate": ("taux d'aide", "taux", "taux de prise en charge"),
    "tutor.name_and_job": ("tuteur (nom, fonction)", "tuteur et fonction"),
    "tutor.name": ("tuteur", "nom du tuteur"),
    "training.planned_minutes": ("formation h prévues", "heures prévues", "heures de formation prévues"),
    "training.attended_minutes": ("formation h réalisées", "heures réalisées", "heures de formation réalisées"),
    "exit.situation": ("situation à la sortie", "situation de sortie"),
    "exit.same_employer": ("même employeur", "chez le même employeur"),
}


@dataclass
class Mapping:
    """Correspondance : la feuille, ses lignes, le champ de chaque colonne et de chaque case, les valeurs des listes.

    `columns` : lettre → champ ; `cells` : case → champ ; `codes` : lettre → notre valeur → celle de leur liste.
    """

    sheet: str = ""
    first_row: int | None = None
    last_row: int | None = None
    columns: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    # Places whose field was guessed from near words only: to be looked at.
    unsure: list[str] = field(default_factory=list)
    skips_without_hours: bool = False

    def as_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> "Mapping":
        return cls(**data)

    def take_rows(self, block: Block) -> None:
        """The rows that it prepared; without last one, as many as are needed."""
        self.first_row, self.last_row = block.first_row, block.last_row if block.room else None

    @property
    def is_per_employer(self) -> bool:
        return bool(OF_ONE_EMPLOYER & {*self.cells.values()})

    @property
    def keys(self) -> list[str]:
        return list(self.columns.values())


def column_fields(code: str) -> list[str]:
    """The fields that a column of this file may take: its allow-list, never more."""
    return [key for key in FILE_COLUMNS[code] if key in CATALOGUE]


def entry_fields(code: str) -> list[str]:
    return list(FILE_ENTRIES.get(code, ()))


def known_words(code: str) -> dict[str, list[str]]:
    """Field → every heading we know it under, the words of recipients first."""
    headings = {pair[0]: pair[1] for pair in COLUMNS.get(code, ()) if not isinstance(pair, str)}
    found = {}
    for key in column_fields(code):
        texts = (*SYNONYMS.get(key, ()), headings.get(key, ""), CATALOGUE[key].label)
        found[key] = list(dict.fromkeys(filter(None, texts)))
    return found


# --- What is proposed


def propose(survey: Survey, code: str) -> Mapping:
    """The sheet whose headings say most, its columns, the cells; each place by its words.

    Totals are asked cell by cell: « QPV » over a column of people is no count of them.
    """
    fields = known_words(code) if KINDS[code].is_nominative else {}
    guesses = {name: guess_fields(texts_of(block), fields) for name, block in survey.blocks}
    name = max(guesses, key=lambda one: len(guesses[one]), default="")
    mapping = Mapping(sheet=name) if guesses.get(name) else Mapping()
    if mapping.sheet:
        mapping.take_rows(survey.sheet(name).block)
        mapping.columns = {letter: guess.field for letter, guess in guesses[name].items()}
        mapping.unsure = [letter for letter, guess in guesses[name].items() if not guess.is_sure]
    words = {key: [*ENTRIES[key].others, ENTRIES[key].label] for key in entry_fields(code)}
    open_cells = {cell.place: [cell.place, cell.label] for cell in survey.cells if not cell.locked}
    for place, guess in guess_fields(open_cells, words).items():
        mapping.cells[place] = guess.field
        if not guess.is_sure:
            mapping.unsure.append(place)
    mapping.skips_without_hours = HOURS in mapping.keys and code == "O1"
    mapping.codes = propose_codes(survey, mapping)
    return mapping


def on_sheet(survey: Survey, mapping: Mapping, name: str, code: str) -> Mapping:
    """The same cells, and what the words of another sheet say of its columns; as it was for a sheet without any."""
    if name == mapping.sheet or not any(name == one for one, _ in survey.blocks):
        return mapping
    alone = Survey([sheet for sheet in survey.sheets if sheet.name == name], survey.cells)
    found = propose(alone, code)
    found.sheet, found.cells = name, mapping.cells
    found.take_rows(alone.sheet(name).block)
    return found


def texts_of(block: Block) -> dict[str, list[str]]:
    """Letter of each open column → its heading whole, then its lower level, then its upper one."""
    found = {}
    for column in block.columns:
        if column.is_open and not heading_looks_like_nir(column.heading):
            found[column.letter] = [" ".join(column.levels), *reversed(column.levels)]
    return found


def propose_codes(survey: Survey, mapping: Mapping) -> dict[str, dict[str, str]]:
    return {
        column.letter: guess_values(known_values(key), column.choices or [], OTHER_NAMES.get(key))
        for column, key in listed_columns(survey, mapping)
    }


def listed_columns(survey: Survey, mapping: Mapping) -> Iterable[tuple[SurveyColumn, str]]:
    """The mapped columns with a drop-down list, when our own values are a closed list too."""
    sheet = survey.sheet(mapping.sheet)
    for column in sheet.block.columns if sheet and sheet.block else ():
        key = mapping.columns.get(column.letter)
        if key and known_values(key) and column.choices:
            yield column, key


def carried_over(old: Survey, mapping: Mapping, new: Survey, code: str) -> Mapping:
    """The mapping of the former version on the new file: what has the same heading follows it, moved or not."""
    found = propose(new, code)
    before, after = old.sheet(mapping.sheet), new.sheet(mapping.sheet)
    if before and before.block and after and after.block:
        pairs = same_columns(before.block, after.block)
        kept = {pairs[letter][0]: key for letter, key in mapping.columns.items() if letter in pairs}
        codes = {pairs[letter][0]: codes for letter, codes in mapping.codes.items() if letter in pairs}
        found.sheet, found.columns = mapping.sheet, kept
        found.take_rows(after.block)
        found.unsure = [new_one for new_one, is_same in pairs.values() if new_one in kept and not is_same]
        found.codes = propose_codes(new, found)
        for letter, own in found.codes.items():
            choices = after.block.column(letter).choices
            own |= {value: code for value, code in codes.get(letter, {}).items() if code in choices}
    found.cells = {place: key for place, key in mapping.cells.items() if new.cell(place)}
    found.skips_without_hours = mapping.skips_without_hours
    return found


# --- What is wrong with a mapping


def problems(survey: Survey, mapping: Mapping, code: str) -> list[str]:
    """In French, each with its sheet and place; nothing of this may be kept."""
    found = [*_refused(mapping, code), *_twice(mapping)]
    if not mapping.columns and not mapping.cells:
        found.append("Rien n'est encore choisi : dites ce qui va dans au moins une colonne ou une case.")
    elif not mapping.columns and KINDS[code].is_nominative:
        found.append("Ce fichier porte une ligne par personne : dites ce qui va dans au moins une colonne.")
    sheet = survey.sheet(mapping.sheet)
    if mapping.columns:
        found += (
            _block_problems(mapping, sheet.block) if sheet and sheet.block else ["Choisissez la feuille à remplir."]
        )
    for place, key in mapping.cells.items():
        cell = survey.cell(place)
        if cell is None or cell.locked:
            found.append(f"La case « {place} » ne peut pas être remplie : le destinataire la réserve.")
        elif key in ENTRIES and ENTRIES[key].kind in DATED and cell.look != "date":
            found.append(f"« {cell.sheet} », {cell.cell} : cette case n'a pas de format de date.")
    return found


def _refused(mapping: Mapping, code: str) -> list[str]:
    columns, cells = refused_columns(code, mapping.keys), refused_entries(code, mapping.cells.values())
    return [f"« {key} » ne peut pas partir dans ce fichier." for key in [*columns, *cells]]


def _twice(mapping: Mapping) -> list[str]:
    """The same thing in two columns: one of them is wrong."""
    found = []
    for places, fields in ((mapping.columns, CATALOGUE), (mapping.cells, ENTRIES)):
        for key, count in Counter(places.values()).items():
            if count > 1 and key in fields:
                where = " et ".join(place for place, own in places.items() if own == key)
                found.append(f"« {fields[key].label} » est choisi deux fois ({where}) : gardez-en une.")
    return found


def _block_problems(mapping: Mapping, block: Block) -> list[str]:
    name, found = mapping.sheet, []
    if block.merged:
        found.append(
            f"« {name} » : des cases du tableau sont fusionnées ({', '.join(block.merged[:3])}). Demandez au "
            "destinataire un modèle sans fusion dans les lignes à remplir."
        )
    if block.filled_rows:
        found.append(f"« {name} » contient déjà {block.filled_rows} lignes remplies : partez du modèle vide.")
    if mapping.first_row is None or mapping.first_row <= block.heading_rows[-1]:
        found.append(
            f"« {name} » : la première ligne à remplir vient après les titres (ligne {block.heading_rows[-1]})."
        )
    elif mapping.last_row is not None and mapping.last_row < mapping.first_row:
        found.append(f"« {name} » : la dernière ligne à remplir ne peut pas précéder la première.")
    for letter, key in mapping.columns.items():
        column = block.column(letter)
        if column is None:
            found.append(f"« {name} » n'a pas de colonne {letter} à remplir.")
            continue
        where = f"« {name} », colonne {letter} (« {column.heading} »)"
        found += [f"{where} : {problem}" for problem in _column_problems(column, key)]
    return found


def _column_problems(column: SurveyColumn, key: str) -> Sequence[str]:
    if column.choices_lost:
        return ["sa liste déroulante renvoie à une plage qui n'existe plus ; demandez un modèle réparé."]
    if not column.is_open:
        return ["le destinataire la calcule, la numérote ou la protège : on n'y écrit rien."]
    if heading_looks_like_nir(column.heading):
        return ["un numéro de sécurité sociale ne part jamais ; la colonne reste vide."]
    if key in CATALOGUE and CATALOGUE[key].kind in DATED and column.look != "date":
        return ["ses cases n'ont pas de format de date ; demandez un modèle qui leur en donne un."]
    return []
