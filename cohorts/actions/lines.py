"""Pasted lines « SIRET ; courriel ; places », judged one by one before anything is sent."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from cohorts.models import Cohort, EmployerInvitation
from employers.models import Establishment
from regulations.employers import LegalCategory, pec_findings
from regulations.enums import LabelledEnum
from regulations.nir import nir_findings
from regulations.people import unaccented
from regulations.siret import clean_siret, french_siret, siret_findings

MOST_LINES = 100
MOST_SEATS = 99


class LineVerdict(LabelledEnum):
    KNOWN = "KNOWN", "connu"
    NEW = "NEW", "nouveau"
    WRONG = "WRONG", "à corriger"
    MERGED = "MERGED", "en double"
    INVITED = "INVITED", "déjà invité"


@dataclass
class Line:
    """Une ligne collée, ce qu'on y a lu, et ce qu'elle deviendra."""

    number: int
    text: str
    siret: str = ""
    email: str = ""
    seats: int = 1
    name: str = ""
    legal_category: LegalCategory | None = None
    establishment: Establishment | None = None
    verdict: LineVerdict = LineVerdict.NEW
    messages: list[str] = field(default_factory=list)

    @property
    def is_sendable(self) -> bool:
        return self.verdict in (LineVerdict.KNOWN, LineVerdict.NEW)

    @property
    def shown_siret(self) -> str:
        return french_siret(self.siret)

    @property
    def label(self) -> str:
        if self.establishment is not None:
            return self.establishment.name
        return self.name or (f"Établissement {french_siret(self.siret)}" if self.siret else self.text)

    def refuse(self, message: str) -> None:
        self.verdict = LineVerdict.WRONG
        self.messages.append(message)


def judge_lines(*, cohort: Cohort, text: str) -> list[Line]:
    """All faults at once; the same SIRET twice is one line, and this is said."""
    lines = [_read(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines = [line for line in lines if not _is_heading(line)]
    if not lines:
        raise ValidationError({"lines": "Collez au moins une ligne « SIRET ; courriel ; places »."})
    if len(lines) > MOST_LINES:
        raise ValidationError({"lines": f"{MOST_LINES} lignes au plus à la fois : collez la suite ensuite."})
    _merge(lines)
    known = {
        found.siret: found
        for found in Establishment.objects.select_related("employer").filter(siret__in={line.siret for line in lines})
    }
    invited = set(cohort.invitations.filter(revoked_at=None).values_list("establishment__siret", flat=True))
    for line in lines:
        line.establishment = known.get(line.siret)
        _conclude(line, invited)
    return lines


def complete_line(*, line: Line, name: str = "", legal_category: LegalCategory | None = None) -> Line:
    """What the preview adds to a new employer: its name, and its status with what follows from it."""
    forbidden = nir_findings(name)
    if forbidden:
        line.refuse(forbidden[0].message)
        return line
    line.name = name or line.name
    if legal_category and legal_category != line.legal_category:
        line.legal_category = legal_category
        line.messages += [f"{found.message} ({found.source})" for found in pec_findings(legal_category)]
    return line


def _is_heading(line: Line) -> bool:
    return not line.siret and "@" not in line.text and "siret" in unaccented(line.text)


def _read(number: int, text: str) -> Line:
    line = Line(number=number, text=text.strip()[:300])
    if nir_findings(text):
        line.text = "(ligne masquée)"
        line.refuse("Cette ligne ressemble à un numéro de sécurité sociale : il n'est ni lu ni gardé.")
        return line
    for part in (part.strip() for part in re.split(r"[;\t|]", text)):
        _take(line, part)
    _check(line)
    return line


def _take(line: Line, part: str) -> None:
    """Columns are told by what they hold: the order of another workbook is no fault."""
    category = next((one for one in LegalCategory if unaccented(one.label) == unaccented(part)), None)
    if "@" in part:
        line.email = part.lower().removeprefix("mailto:")
    elif re.fullmatch(r"\d{1,3}(?:\s*places?)?", part) and line.siret:
        line.seats = int(re.match(r"\d+", part)[0])
    elif not line.siret and re.search(r"\d", part) and not re.search(r"[A-DF-Za-df-z]", part):
        line.siret = clean_siret(part)
    elif category is not None:
        line.legal_category = category
    elif part and part != line.siret:
        line.name = line.name or " ".join(part.split())[:160]


def _check(line: Line) -> None:
    for finding in siret_findings(line.siret):
        line.refuse(finding.message)
    if not line.siret:
        line.refuse("Il manque le SIRET : 14 chiffres, avec ou sans espaces.")
    try:
        EmployerInvitation._meta.get_field("email").clean(line.email, None)
    except ValidationError:
        line.refuse("L'adresse électronique manque ou n'en est pas une.")
    if not 1 <= line.seats <= MOST_SEATS:
        line.refuse(f"Le nombre de places va de 1 à {MOST_SEATS}.")


def _merge(lines: list[Line]) -> None:
    first_of: dict[str, Line] = {}
    for line in lines:
        if line.verdict is LineVerdict.WRONG:
            continue
        first = first_of.setdefault(line.siret, line)
        if first is line:
            continue
        line.verdict = LineVerdict.MERGED
        line.messages.append(f"Même SIRET que la ligne {first.number} : une seule invitation partira, à {first.email}.")
        if line.seats != first.seats:
            first.seats = max(first.seats, line.seats)
            first.messages.append(f"Deux nombres de places pour ce SIRET : le plus grand est gardé, {first.seats}.")


def _conclude(line: Line, invited: set[str]) -> None:
    if not line.is_sendable:
        return
    if line.siret in invited:
        line.verdict = LineVerdict.INVITED
        line.messages.append("Déjà invité dans cette cohorte : rien ne part une seconde fois. Voyez le suivi.")
        return
    if line.establishment is not None:
        line.verdict = LineVerdict.KNOWN
        line.legal_category = LegalCategory(line.establishment.employer.legal_category)
    if line.legal_category:
        line.messages += [f"{found.message} ({found.source})" for found in pec_findings(line.legal_category)]
