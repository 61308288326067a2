"""Ce qui manque à un contrat : neuf points pour un PEC, moins pour les autres."""

from contracts.models import Contract
from contracts.models.states import first_request
from regulations.contracts import ContractKind


def checklist(contract: Contract) -> list[tuple[str, bool]]:
    """Each point and whether it is there; reads `aid_requests` and `tutorships`."""
    kind = ContractKind(contract.kind)
    points = [
        ("fin du contrat", contract.ends_on is not None or kind.is_open_ended),
        ("code ROME", bool(contract.rome_code)),
        ("signature du contrat", contract.signed_on is not None),
    ]
    if not kind.is_pec:
        return points
    request = first_request(contract)
    tutored = bool(list(contract.tutorships.all()))
    return [
        *points,
        ("tuteur nommé", tutored),
        ("demande d'aide signée", request is not None and request.signed_on is not None),
        ("numéro de décision", request is not None and bool(request.decision_number)),
        ("décision datée", request is not None and request.decided_on is not None),
        ("taux et heures aidées", request is not None and None not in (request.rate, request.weekly_hours)),
        ("dates de l'aide", request is not None and None not in (request.aid_starts_on, request.aid_ends_on)),
    ]
