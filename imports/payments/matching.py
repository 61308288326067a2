"""Whose line it is: by its decision, else by SIRET, name and month as a proposal; never by a name alone."""

from contracts.actions.payments import aided_by_decision, decision_of
from contracts.models import AidRequest
from imports import cells
from imports.judging import leave_out
from imports.payments.known import Known
from imports.payments.lines import LEAVE, Line
from imports.rows import YES
from imports.vocabulary import Choice
from regulations.aid import month_bounds
from regulations.payments import french_period
from regulations.periods import Period
from regulations.siret import french_siret, siren_of

# « DE », « LE »: parts of a name that prove nothing.
SHORTEST_WORD = 3


def match(line: Line, known: Known) -> None:
    """Sets `line.request`, or `line.candidates` while nobody has said which one, or says why there is none."""
    row = line.row
    request = known.by_number.get(line.number)
    if request is not None:
        _check(line, request)
    elif line.siret and line.siret not in known.sirets:
        row.stop("employeur_etranger", "siret", french_siret(line.siret), precision=line.employer)
    elif line.siret and line.name and line.months:
        _propose(line, known)
    elif line.number:
        row.stop("decision_inconnue", "decision", line.number, precision=line.name)
    elif not row.has_stopped("decision"):
        row.stop("nom_seul", "nom", line.name)
    if line.request is not None and not line.request.is_granted:
        row.stop("decision_non_accordee", "decision", decision_of(line.request))


def _check(line: Line, request: AidRequest) -> None:
    """The decision is certain; a name or an employer that contradicts it is asked."""
    row, site = line.row, request.contract.establishment
    answers = []
    if line.siret and siren_of(line.siret) != siren_of(site.siret):
        lu = french_siret(line.siret)
        answers.append(
            row.ask("siret_different", "siret", lu, choices=(YES, LEAVE), attendu=f"{site.name}, {site.siret}")
        )
    if _contradicts(line.name, request):
        answers.append(row.ask("nom_different", "nom", line.name, choices=(YES, LEAVE), attendu=name_of(request)))
    if LEAVE.value in answers:
        leave_out(row)
    else:
        line.request, line.candidates = request, (request,)


def _propose(line: Line, known: Known) -> None:
    row = line.row
    here = known.by_siret[line.siret].values()
    found = [one for one in here if _has_name(line.name, one) and _covers(line, one)]
    if not found:
        number = f"décision {line.number}" if line.number else ""
        row.stop("contrat_introuvable", "nom", line.name, precision=number)
        return
    choices = tuple(Choice(str(one.pk), described(one)) for one in found)
    answer = row.ask("contrat_propose", "nom", line.name, choices=(*choices, LEAVE))
    if answer == LEAVE.value:
        leave_out(row)
    line.request = next((one for one in found if str(one.pk) == answer), None)
    line.candidates = (line.request,) if line.request else tuple(found)


def described(request: AidRequest) -> str:
    number = f"décision {request.decision_number}" if request.decision_number else "décision sans numéro"
    return f"{name_of(request)}, {number}, {french_period(aided_by_decision(request))}"


def name_of(request: AidRequest) -> str:
    person = request.contract.enrolment.person
    return f"{person.usual_name or person.birth_name} {person.first_name}".strip()


def _covers(line: Line, request: AidRequest) -> bool:
    aided = aided_by_decision(request)
    return all(Period(*month_bounds(month)).overlaps(aided) for month in line.months)


def _has_name(name: str, request: AidRequest) -> bool:
    """All the words of the name, in any order, with the birth name or the usual one."""
    return _words(name) in _names(request)


def _contradicts(name: str, request: AidRequest) -> bool:
    """No word in common: an error of number, more likely than a change of name."""
    wanted = {word for words in _names(request) for word in words if len(word) >= SHORTEST_WORD}
    given = {word for word in _words(name) if len(word) >= SHORTEST_WORD}
    return bool(wanted and given) and not wanted & given


def _names(request: AidRequest) -> list[frozenset[str]]:
    person = request.contract.enrolment.person
    lasts = {person.birth_name, person.usual_name, f"{person.birth_name} {person.usual_name}"} - {"", " "}
    return [_words(f"{last} {person.first_name}") for last in lasts if last.strip()]


def _words(name: str) -> frozenset[str]:
    return frozenset(cells.folded(name).split())
