"""A certificate as it is printed, on the page and in a pack of proofs alike."""

from datetime import date

from regulations.siret import french_siret
from training.models import Certificate

# More lines than this, or longer names, are set closer, in three columns.
FEW_LINES, SHORT_NAMES = 10, 350
NAMES = ("signatory_role", "body", "body_address", "subcontractor", "person", "employer", "establishment", "title")


def certificate_paper(certificate: Certificate, check_address: str) -> dict:
    """Context of `training/_certificate_paper.html`: what was frozen at the issue, and where its code is checked."""
    paper = certificate.facts
    return {
        "paper": paper,
        "is_dense": is_dense(paper),
        "starts_on": date.fromisoformat(paper["starts_on"]),
        "ends_on": date.fromisoformat(paper["ends_on"]),
        "made_on": date.fromisoformat(paper["made_on"]),
        "siret": french_siret(paper["siret"]),
        "body_siret": french_siret(paper["body_siret"]),
        "check_address": check_address,
    }


def is_dense(paper: dict) -> bool:
    return len(paper["lines"]) > FEW_LINES or sum(len(paper[name]) for name in NAMES) > SHORT_NAMES
