"""The payer's files and the twelve contracts they speak of, as the file of expected results describes them."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from tests import builders as b

DATA = Path(__file__).parent / "data"
XLSX, CSV = DATA / "asp-paiements.xlsx", DATA / "asp-paiements.csv"
EXPECTED = json.loads((DATA / "asp-paiements.expected.json").read_text())
FOREIGN = next(one for one in EXPECTED["anomalies"] if one["cause"] == "employeur_inconnu")
TWO_MONTHS = next(one for one in EXPECTED["anomalies"] if one["cause"] == "deux_mois_en_une_ligne")
HEADINGS = "N° de décision;SIRET employeur;Nom;Prénom;Mois concerné;Montant (€);Mis en paiement le;Réf. virement"


def twelve_contracts(cohort, *establishments):
    """Decision → aid request. Those of `establishments` are theirs; the others get one each."""
    sites = {one.siret: one for one in establishments}
    for smic in EXPECTED["calcul"]["smic"]:
        b.a_smic(date.fromisoformat(smic["a_partir_du"]), smic["horaire"])
    rates = {one["taux"] for one in EXPECTED["contrats"]}
    orders = {
        rate: b.an_order(rate=Decimal(rate), public=f"Public à {rate} %", valid_from=date(2025, 1, 1)) for rate in rates
    }
    return {one["decision"]: _request(one, cohort, sites, orders) for one in EXPECTED["contrats"]}


def _request(facts, cohort, sites, orders):
    siret = facts["siret"]
    if siret not in sites:
        sites[siret] = b.an_establishment(siret=siret, name=facts["employeur"])
    starts_on, ends_on = date.fromisoformat(facts["debut"]), date.fromisoformat(facts["fin_prevue"])
    person = b.a_person(birth_name=facts["nom"], first_name=facts["prenom"])
    contract = b.a_contract(
        enrolment=b.an_enrolment(person, cohort),
        establishment=sites[siret],
        starts_on=starts_on,
        ends_on=ends_on,
        weekly_hours=Decimal(facts["heures_contrat"]),
        signed_on=starts_on - timedelta(days=2),
        broken_on=facts["fin_reelle"] and date.fromisoformat(facts["fin_reelle"]),
        break_reason="RESIGNATION_FOR_CDI" if facts["fin_reelle"] else "",
    )
    return b.an_aid_request(
        contract,
        decision_number=facts["decision"],
        signed_on=starts_on - timedelta(days=20),
        decided_on=starts_on - timedelta(days=10),
        rate=Decimal(facts["taux"]),
        weekly_hours=Decimal(facts["heures_aidees"]),
        order=orders[facts["taux"]],
    )


def a_line(**changes):
    """One line of Victoire Baudry's May, as in the file; fields by their names."""
    facts = {
        "decision": "050260011700",
        "siret": "99998211900011",
        "nom": "BAUDRY",
        "prenom": "VICTOIRE",
        "mois": "03/2026",
        "montant": "520,87",
        "paye_le": "07/04/2026",
        "virement": "V2026040750",
    }
    return ";".join((facts | changes).values())


def lines(*texts):
    return "\n".join([HEADINGS, *texts]) + "\n"
