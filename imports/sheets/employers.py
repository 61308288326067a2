"""Employeurs : une ligne par établissement."""

from imports import cells
from imports.cells import Read
from imports.recognition import Field, Shape
from imports.register import EmployerEntry, Register
from imports.rows import YES, Row
from imports.vocabulary import Choice, Nature
from regulations.employers import (
    FinancerKind,
    LegalCategory,
    financer_findings,
    financer_for,
    idcc_number,
    is_pseudo_idcc,
    pec_findings,
)
from regulations.findings import Strength
from regulations.siret import clean_siret, is_scientific, siret_findings
from workbooks.headings import words

SHAPE = Shape(
    Nature.EMPLOYERS,
    (
        Field("numero", "N°", ("N°", "numéro", "n° ordre", "rang"), is_read=False),
        Field(
            "raison_sociale",
            "raison sociale",
            (
                "Raison sociale / établissement",
                "raison sociale",
                "établissement",
                "nom établissement",
                "structure",
                "nom de la structure",
                "employeur",
                "nom employeur",
                "dénomination",
                "nom de l'employeur",
            ),
            is_required=True,
        ),
        Field("siret", "SIRET", ("N° SIRET", "SIRET", "numéro de SIRET", "SIRET (14 chiffres)"), is_required=True),
        Field(
            "idcc",
            "convention collective",
            ("Convention collective (IDCC)", "IDCC", "convention collective", "code convention collective", "CCN"),
        ),
        Field("statut", "statut", ("Statut", "statut juridique", "forme juridique", "catégorie juridique", "nature")),
        Field("adresse", "adresse", ("Adresse", "rue", "voie", "adresse postale")),
        Field("code_postal", "code postal", ("CP", "code postal", "C.P.")),
        Field("commune", "commune", ("Commune", "ville", "localité")),
        Field("contact", "contact", ("Contact RH", "contact", "interlocuteur", "référent", "nom du contact", "RRH")),
        Field(
            "telephone", "téléphone", ("Tél. fixe", "téléphone", "tél", "tel", "n° de téléphone", "téléphone contact")
        ),
        Field(
            "courriel", "courriel", ("Courriel", "mail", "e-mail", "email", "adresse mail", "mél", "courriel contact")
        ),
        Field("effectif", "effectif", ("Effectif (ETP)", "effectif", "ETP", "nombre de salariés", "effectif salarié")),
        Field(
            "places",
            "places proposées",
            ("Places proposées", "places", "postes proposés", "nombre de postes", "nb de places", "postes"),
        ),
        Field("financeur", "financeur", ("OPCO / financeur", "OPCO", "financeur", "financeur formation")),
        Field(
            "numero_adherent",
            "numéro d'adhérent",
            ("N° adhérent OPCO", "n° adhérent", "numéro adhérent", "n° adhésion", "adhérent"),
        ),
        Field("remarques", "remarques", ("Remarques", "observations", "commentaires", "notes"), is_read=False),
    ),
    keys=("raison_sociale", "siret"),
    titles=("Employeurs", "établissements", "structures"),
)

CATEGORIES = {
    LegalCategory.ASSOCIATION: "Association",
    LegalCategory.PUBLIC_HOSPITAL: "Public hospitalier",
    LegalCategory.LOCAL_AUTHORITY: "Collectivité (CCAS)",
    LegalCategory.OTHER_PUBLIC: "Autre personne publique",
    LegalCategory.MUTUAL: "Mutuelle",
    LegalCategory.FOUNDATION: "Fondation",
    LegalCategory.SCIC: "SCIC",
    LegalCategory.PUBLIC_SERVICE: "Personne privée chargée d'un service public",
    LegalCategory.COMPANY: "Société commerciale",
    LegalCategory.STATE: "État",
    LegalCategory.OTHER: "Autre",
}
CATEGORY_WORDS = {
    "asso": LegalCategory.ASSOCIATION,
    "association loi 1901": LegalCategory.ASSOCIATION,
    "associatif": LegalCategory.ASSOCIATION,
    "prive non lucratif": LegalCategory.ASSOCIATION,
    "hopital": LegalCategory.PUBLIC_HOSPITAL,
    "ehpad public": LegalCategory.PUBLIC_HOSPITAL,
    "fph": LegalCategory.PUBLIC_HOSPITAL,
    "fonction publique hospitaliere": LegalCategory.PUBLIC_HOSPITAL,
    "hospitalier public": LegalCategory.PUBLIC_HOSPITAL,
    "etablissement public de sante": LegalCategory.PUBLIC_HOSPITAL,
    "ccas": LegalCategory.LOCAL_AUTHORITY,
    "cias": LegalCategory.LOCAL_AUTHORITY,
    "collectivite": LegalCategory.LOCAL_AUTHORITY,
    "collectivite territoriale": LegalCategory.LOCAL_AUTHORITY,
    "commune": LegalCategory.LOCAL_AUTHORITY,
    "mairie": LegalCategory.LOCAL_AUTHORITY,
    "mutualite": LegalCategory.MUTUAL,
    "societe": LegalCategory.COMPANY,
    "sas": LegalCategory.COMPANY,
    "sarl": LegalCategory.COMPANY,
    "sa": LegalCategory.COMPANY,
    "eurl": LegalCategory.COMPANY,
    "entreprise": LegalCategory.COMPANY,
    "prive lucratif": LegalCategory.COMPANY,
    "commercial": LegalCategory.COMPANY,
}
FINANCERS = {
    FinancerKind.OPCO_SANTE: "OPCO Santé",
    FinancerKind.UNIFORMATION: "Uniformation",
    FinancerKind.OPCO_EP: "OPCO EP",
    FinancerKind.AKTO: "AKTO",
    FinancerKind.ANFH: "ANFH",
    FinancerKind.CNFPT: "CNFPT",
    FinancerKind.OTHER: "Autre",
}
FINANCER_WORDS = {
    "opco sante medico social": FinancerKind.OPCO_SANTE,
    "sante": FinancerKind.OPCO_SANTE,
    "unifaf": FinancerKind.OPCO_SANTE,
    "uniformation cohesion sociale": FinancerKind.UNIFORMATION,
    "opco uniformation": FinancerKind.UNIFORMATION,
    "opco cohesion sociale": FinancerKind.UNIFORMATION,
    "cohesion sociale": FinancerKind.UNIFORMATION,
    "opco entreprises de proximite": FinancerKind.OPCO_EP,
    "opco akto": FinancerKind.AKTO,
}


def judge(row: Row, register: Register) -> None:
    row.text("raison_sociale", 160)
    siret = row.read("siret", read_siret)
    idcc = _idcc(row)
    category = row.choice("statut", CATEGORIES, CATEGORY_WORDS, code="statut_inconnu")
    row.text("adresse")
    row.lenient("code_postal", cells.postcode)
    row.lenient("commune", cells.town)
    row.text("contact", 120)
    row.lenient("telephone", cells.phone)
    row.lenient("courriel", cells.email)
    row.lenient("effectif", cells.number)
    row.lenient("places", cells.integer)
    financer = row.choice("financeur", FINANCERS, FINANCER_WORDS, code="financeur_inconnu")
    row.text("numero_adherent", 40)
    row.links["category"], row.links["financer"] = category, financer
    _check_eligibility(row, category)
    _check_financer(row, category, idcc, financer)
    known = register.employers.by_siret.get(siret) if siret else None
    if known is not None and known.row is not None:
        row.stop("siret_deja_lu", "siret", siret, ligne=known.row)
    elif known is not None:
        row.known = known
        compare(row, known)
    place(row, register, siret, known)


def read_siret(value: object) -> Read:
    """The number as it is; a key that does not hold, lost digits and wrong lengths are refused, never repaired."""
    correction = ""
    if cells.is_number(value):
        text, correction = cells.number_text(value), "nombre_vers_texte"
        if not text.isdigit():
            return Read(motif="siret_notation_scientifique", lu=text)
    else:
        text = cells.plain_text(value)
        if not text.strip():
            return cells.NOTHING_READ
        if clean_siret(text) != text.strip() and not is_scientific(text):
            correction = "espaces_retires"
    findings = siret_findings(text)
    if findings:
        return Read(motif=findings[0].code, lu=cells.one_line(text))
    return Read(clean_siret(text), correction)


def _idcc(row: Row) -> int | None:
    value = row.raw("idcc")
    text = cells.one_line(value)
    if is_pseudo_idcc(text):
        row.correct("idcc", "pseudo_idcc_ecarte")
    found = idcc_number(text)
    if found is not None and isinstance(value, str):
        row.correct("idcc", "nombre_texte")
    if found is None and text and cells.unaccented(text) not in cells.NOTHING and not is_pseudo_idcc(text):
        row.correct("idcc", "valeur_non_reprise")
    row.values["idcc"] = found
    return found


def _check_eligibility(row: Row, category: str | None) -> None:
    if category is None:
        return
    for finding in pec_findings(LegalCategory(category)):
        if finding.strength is Strength.REFUSAL:
            row.stop(finding.code, "statut", row.raw("statut"))
        elif finding.strength is Strength.QUESTION:
            row.ask(finding.code, "statut", row.raw("statut"), choices=(YES,))


def _check_financer(row: Row, category: str | None, idcc: int | None, financer: str | None) -> None:
    """A financer that the agreement contradicts is asked; the expected one is what is proposed."""
    if financer is None or category is None:
        return
    findings = financer_findings(LegalCategory(category), idcc, FinancerKind(financer))
    for finding in findings:
        expected = financer_for(LegalCategory(category), idcc)
        choices = tuple(Choice(kind.value, FINANCERS[kind]) for kind in (expected, FinancerKind(financer)))
        answer = row.ask(
            finding.code,
            "financeur",
            cells.one_line(row.raw("financeur")),
            choices=choices,
            attendu=FINANCERS[expected],
        )
        kept = FinancerKind(answer or expected)
        row.links["financer"] = kept
        row.values["financeur"] = FINANCERS[kept]


COMPARED = (
    ("raison_sociale", "nom"),
    ("statut", "statut"),
    ("idcc", "convention collective"),
    ("adresse", "adresse"),
    ("code_postal", "code postal"),
    ("commune", "commune"),
    ("effectif", "effectif"),
    ("financeur", "financeur"),
    ("numero_adherent", "numéro d'adhérent"),
    ("contact", "contact"),
    ("telephone", "téléphone du contact"),
    ("courriel", "courriel du contact"),
)


def compare(row: Row, known: EmployerEntry) -> None:
    """What the workbook says and the database does not; an empty cell says nothing."""
    for name, label in COMPARED:
        new, old = row.values.get(name), known.facts.get(name)
        if new is not None and not same(new, old):
            row.change(label, old, new)


def same(new: object, old: object) -> bool:
    """Words are compared without case, accents nor dashes: a poorer spelling is no news. Mail counts whole."""
    if isinstance(new, str) and isinstance(old, str):
        alike = "@" not in new and words(new) == words(old) != ""
        return alike or cells.one_line(new) == cells.one_line(old)
    return new == old


def place(row: Row, register: Register, siret: str | None, known: EmployerEntry | None) -> None:
    """Later rows refer to this establishment, refused or not."""
    name = row.values["raison_sociale"] or ""
    refusals = [motif.code for motif in row.motifs if motif.code == "employeur_non_eligible_pec"]
    facts = {
        "sheet": row.table.name,
        "row": row.number,
        "verdict": row.verdict,
        "refused_because": refusals[0] if refusals else "",
    }
    if known is not None:
        if known.row is None:
            for field_name, value in facts.items():
                setattr(known, field_name, value)
            known.category = row.links["category"] or known.category
            if name:
                register.employers.rename(known, name)
            row.links["entry"] = known
        return
    entry = EmployerEntry(name=name, siret=siret or "", category=row.links["category"] or "", **facts)
    register.employers.place(entry)
    row.links["entry"] = entry
