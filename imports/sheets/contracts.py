"""Contrats : la personne, l'établissement, la décision d'aide, les dates, les heures, le tuteur."""

import re
from datetime import date

from imports import cells
from imports.cells import Read
from imports.recognition import Field, Shape
from imports.register import ContractEntry, EmployerEntry, PersonEntry, Register, TutorEntry
from imports.rows import Row
from imports.sheets import links
from imports.sheets.employers import same
from imports.vocabulary import Choice, Nature, Verdict
from regulations.contracts import BreakReason, ContractKind, ContractTerms, contract_findings
from regulations.employers import LegalCategory, pec_findings
from regulations.findings import Strength
from regulations.periods import Period, busiest
from regulations.tutors import MOST_FOLLOWED, tutor_findings

LONGEST_WEEK, LONGEST_AIDED_WEEK = 48, 35

SHAPE = Shape(
    Nature.CONTRACTS,
    (
        Field("cohorte", "cohorte", ("Cohorte", "groupe", "promotion", "promo")),
        Field(
            "employeur",
            "établissement",
            ("Établissement employeur", "employeur", "établissement", "structure", "raison sociale"),
            is_required=True,
        ),
        Field("siret", "SIRET", ("SIRET (automatique)", "SIRET", "n° SIRET")),
        Field(
            "personne",
            "salarié",
            (
                "Salarié(e) NOM Prénom",
                "salarié",
                "salariée",
                "nom prénom",
                "bénéficiaire",
                "stagiaire",
                "nom et prénom",
            ),
            is_required=True,
        ),
        Field(
            "numero_decision",
            "numéro de décision",
            (
                "N° décision d'aide",
                "n° de décision",
                "numéro de décision",
                "n° convention",
                "n° de demande",
                "n° Cerfa",
            ),
        ),
        Field("date_decision", "date de décision", ("Date de décision", "décision du", "décidé le", "date décision")),
        Field("signature", "signature", ("Signé le", "date de signature", "signature")),
        Field("type", "type", ("Type", "type de contrat", "nature du contrat", "contrat")),
        Field(
            "debut", "début", ("Début du contrat", "date de début", "début", "date d'embauche", "du"), is_required=True
        ),
        Field(
            "fin_prevue",
            "fin prévue",
            ("Fin prévue", "date de fin", "fin", "fin du contrat", "date de fin prévue", "au"),
        ),
        Field("fin_reelle", "fin réelle", ("Fin réelle", "date de rupture", "rompu le", "sortie le", "date de sortie")),
        Field(
            "motif_rupture", "motif de rupture", ("Motif de rupture", "motif", "motif de sortie", "cause de rupture")
        ),
        Field(
            "emploi", "emploi", ("Emploi", "poste", "métier", "intitulé du poste", "emploi occupé"), is_required=False
        ),
        Field("rome", "ROME", ("ROME", "code ROME")),
        Field(
            "heures_contrat",
            "heures du contrat",
            (
                "Durée hebdo contrat (h)",
                "heures contrat",
                "durée hebdomadaire",
                "heures par semaine",
                "durée du travail",
                "heures hebdomadaires",
                "temps de travail",
            ),
            is_required=True,
        ),
        Field(
            "heures_aidees",
            "heures aidées",
            ("Heures aidées (h/sem)", "heures aidées", "heures prises en charge", "heures subventionnées"),
        ),
        Field("taux", "taux d'aide", ("Taux d'aide", "taux", "taux de prise en charge", "% aide")),
        Field(
            "aide_estimee",
            "aide estimée",
            ("Aide mens. estimée", "aide mensuelle", "aide estimée", "montant de l'aide", "montant aide"),
            is_read=False,
        ),
        Field("tuteur", "tuteur", ("Tuteur(trice)", "tuteur", "tutrice", "nom du tuteur")),
        Field("observations", "observations", ("Observations", "remarques", "commentaires", "notes"), is_read=False),
    ),
    keys=("employeur", "personne", "debut", "heures_contrat"),
    titles=("Contrats", "PEC", "embauches"),
)

KINDS = {
    ContractKind.CDD_PEC: "CDD PEC",
    ContractKind.CDI_PEC: "CDI PEC",
    ContractKind.CDD: "CDD",
    ContractKind.CDI: "CDI",
    ContractKind.APPRENTICESHIP: "Apprentissage",
    ContractKind.PROFESSIONALISATION: "Professionnalisation",
    ContractKind.OTHER: "Autre",
}
KIND_WORDS = {
    "pec": ContractKind.CDD_PEC, "pec cdd": ContractKind.CDD_PEC, "cui cae": ContractKind.CDD_PEC,
    "cae": ContractKind.CDD_PEC, "parcours emploi competences": ContractKind.CDD_PEC, "pec cdi": ContractKind.CDI_PEC,
    "contrat d apprentissage": ContractKind.APPRENTICESHIP, "apprenti": ContractKind.APPRENTICESHIP,
    "contrat de professionnalisation": ContractKind.PROFESSIONALISATION,
    "contrat pro": ContractKind.PROFESSIONALISATION,
}  # fmt: skip
REASONS = {reason: reason.label[0].upper() + reason.label[1:] for reason in BreakReason}
REASON_WORDS = {
    "demission pour cdi": BreakReason.RESIGNATION_FOR_CDI, "embauche en cdi": BreakReason.RESIGNATION_FOR_CDI,
    "fin de periode d essai": BreakReason.TRIAL_PERIOD, "rupture periode d essai": BreakReason.TRIAL_PERIOD,
    "rupture d un commun accord": BreakReason.MUTUAL, "rupture amiable": BreakReason.MUTUAL,
    "demission pour un autre emploi": BreakReason.RESIGNATION_FOR_JOB,
    "demission formation": BreakReason.RESIGNATION_FOR_TRAINING,
    "demission pour formation": BreakReason.RESIGNATION_FOR_TRAINING,
    "licenciement faute grave": BreakReason.SERIOUS_MISCONDUCT,
    "licenciement inaptitude": BreakReason.UNFITNESS, "licenciement": BreakReason.EMPLOYER,
}  # fmt: skip
NO_TUTOR = Choice("sans", "Importer sans tuteur")


def judge(row: Row, register: Register) -> None:
    cohort = row.links["cohort"] = links.find_cohort(row, register)
    employer = row.links["employer"] = links.find_employer(row, register, number="siret")
    row.values["siret"] = employer.siret or None if employer else None
    row.text("emploi", 120)
    person = row.links["person"] = links.find_person(row, register, cohort, employer)
    _number(row)
    decided_on = row.day("date_decision")
    row.links["signed_on"] = row.day("signature")
    row.values.pop("signature")
    kind = row.choice("type", KINDS, KIND_WORDS)
    row.links["kind"] = ContractKind(kind) if kind else ContractKind.CDD_PEC
    starts_on, ends_on, broken_on = row.day("debut"), row.day("fin_prevue"), row.day("fin_reelle")
    row.links["reason"] = row.choice("motif_rupture", REASONS, REASON_WORDS)
    _rome(row)
    row.decimal("heures_contrat", cells.hours)
    row.decimal("heures_aidees", cells.hours)
    row.decimal("taux", cells.percent)
    _check_break(row, starts_on, ends_on, broken_on)
    _check_figures(row)
    _check_employer(row, employer)
    if starts_on is not None:
        _check_law(row, starts_on, decided_on)
    links.lean_on_employer(row, employer)
    links.lean_on_person(row, person)
    if person is None and not row.has_stopped("personne"):
        row.stop("champ_obligatoire_vide", "personne")
    entry = _identify(row, register, person, employer, cohort)
    row.links["tutor"] = _tutor(row, register, employer, entry)
    if entry.pk is not None:
        _compare(row, entry)
    entry.verdict = row.verdict
    _follow(row, entry)


def _number(row: Row) -> None:
    """Twelve digits; a spreadsheet loses the first zero, spaces between them say nothing."""
    value = row.raw("numero_decision")
    read = cells.digits(value, 12) if value is not None else cells.NOTHING_READ
    if read.correction:
        row.correct("numero_decision", read.correction)
    if read.motif:
        choices = (Choice("vide", "Importer sans ce numéro"),)
        row.ask("numero_decision_illisible", "numero_decision", read.lu, choices=choices)
    row.values["numero_decision"] = read.value


def _rome(row: Row) -> None:
    def read(value: object) -> Read:
        text = cells.one_line(value).upper().replace(" ", "")
        if not text:
            return cells.NOTHING_READ
        return Read(text) if re.fullmatch(r"[A-N]\d{4}", text) else Read(motif="valeur_illisible")

    row.lenient("rome", read)


def _check_break(row: Row, starts_on: date | None, ends_on: date | None, broken_on: date | None) -> None:
    if (
        starts_on
        and broken_on
        and (ends_on is None or starts_on <= ends_on)
        and not starts_on <= broken_on <= (ends_on or date.max)
    ):
        row.stop("rupture_hors_contrat", "fin_reelle", row.raw("fin_reelle"))
    if broken_on and row.links["reason"] is None and not row.has_stopped("motif_rupture"):
        choices = tuple(Choice(reason.value, label) for reason, label in REASONS.items())
        row.links["reason"] = row.ask("libelle_inconnu", "motif_rupture", None, choices=choices)
    elif not broken_on and row.links["reason"]:
        row.links["reason"] = None
        row.correct("motif_rupture", "valeur_non_reprise")


def _check_figures(row: Row) -> None:
    hours, aided, rate = row.values["heures_contrat"], row.values["heures_aidees"], row.values["taux"]
    if hours is not None and not 0 < hours <= LONGEST_WEEK:
        row.stop("heures_impossibles", "heures_contrat", row.raw("heures_contrat"))
    if aided is not None and not 0 < aided <= LONGEST_AIDED_WEEK:
        row.stop("heures_impossibles", "heures_aidees", row.raw("heures_aidees"))
    if rate is not None and not 0 < rate <= 100:
        row.stop("taux_impossible", "taux", row.raw("taux"))
    # The workbook multiplies by the cell: a rate typed as 50 gives an aid a hundred times too high.
    if cells.is_number(row.raw("taux")) and row.raw("taux") > 1 and not row.is_empty("aide_estimee"):
        row.correct("aide_estimee", "taux_calcule_ignore")


def _check_employer(row: Row, employer: EmployerEntry | None) -> None:
    """A commercial company may hire, not under a PEC."""
    if employer is None or not row.links["kind"].is_pec or not employer.category:
        return
    for finding in pec_findings(LegalCategory(employer.category)):
        if finding.strength is Strength.REFUSAL:
            row.stop(finding.code, "employeur", None)


# What the law says of a contract → the column it is about.
COLUMN_OF = {
    "fin_avant_debut": "fin_prevue",
    "fin_manquante": "fin_prevue",
    "fin_d_un_cdi": "fin_prevue",
    "plus_de_24_mois": "fin_prevue",
    "contrat_avant_decision": "date_decision",
    "heures_aidees_superieures": "heures_aidees",
}
UNAIDED = Choice("oui", "Enregistrer ce contrat comme non aidé")


def _check_law(row: Row, starts_on: date, decided_on: date | None) -> None:
    """Refusals stop the row; questions wait for an answer, or for a written reason. Warnings show on the contract."""
    terms = ContractTerms(
        kind=row.links["kind"],
        starts_on=starts_on,
        ends_on=row.values["fin_prevue"],
        signed_on=row.links["signed_on"],
        decided_on=decided_on,
        weekly_hours=row.values["heures_contrat"],
        subsidised_hours=row.values["heures_aidees"],
    )
    for finding in contract_findings(terms):
        name = COLUMN_OF.get(finding.code)
        if name is None or finding.strength is Strength.WARNING or row.has_stopped(name):
            continue
        if finding.strength is Strength.REFUSAL:
            row.stop(finding.code, name, row.raw(name))
        elif finding.code == "contrat_avant_decision":
            row.ask(finding.code, name, decided_on, choices=(UNAIDED,))
        else:
            row.ask(finding.code, name, row.raw(name), wants_reason=True)


def _identify(
    row: Row, register: Register, person: PersonEntry | None, employer: EmployerEntry | None, cohort: object
) -> ContractEntry:
    """Known by its decision number, else by who, where and when."""
    values = row.values
    entry = ContractEntry(
        sheet=row.table.name,
        row=row.number,
        person=person,
        employer=employer,
        cohort_pk=cohort.pk if cohort else None,
        number=values["numero_decision"] or "",
        starts_on=values["debut"],
        ends_on=values["fin_prevue"],
        broken_on=values["fin_reelle"],
    )
    known = register.contract_like(entry)
    if known is not None and known.row is not None:
        code = "decision_deja_lue" if entry.number and entry.number == known.number else "ligne_deja_lue"
        row.stop(code, "numero_decision" if code == "decision_deja_lue" else "personne", None, ligne=known.row)
    elif known is not None and person is not None and known.person is not person:
        row.stop("decision_deja_lue", "numero_decision", entry.number)
    elif known is not None:
        row.known = known
        known.sheet, known.row, known.employer = entry.sheet, entry.row, employer
        known.starts_on, known.ends_on = entry.starts_on, entry.ends_on
        known.broken_on = entry.broken_on or known.broken_on
        entry = known
    if entry is not known:
        register.place_contract(entry)
    row.links["entry"] = entry
    return entry


def _tutor(row: Row, register: Register, employer: EmployerEntry | None, contract: ContractEntry) -> TutorEntry | None:
    text = row.text("tuteur", 160)
    row.forgive("tuteur", "espaces_retires")
    if text is None:
        return None
    found = links.unique(register.tutors.find(text, employer))
    if len(found) != 1 or not _works_there(found[0], employer):
        choices = (NO_TUTOR, *(Choice(f"tuteur-{number}", one.name) for number, one in enumerate(found)))
        answer = row.ask("tuteur_introuvable", "tuteur", text, choices=choices)
        found = [one for one, choice in zip(found, choices[1:], strict=True) if choice.value == answer]
        if not found:
            if answer is not None:
                row.values["tuteur"] = None
            return None
    tutor = found[0]
    if text.casefold() != tutor.name.casefold():
        row.correct("tuteur", "nom_rapproche")
    row.values["tuteur"] = tutor.name
    if not tutor.is_there:
        row.stop("ligne_en_attente", "tuteur", ligne=tutor.row, feuille=tutor.sheet)
    _check_load(row, tutor, contract)
    return tutor


def _works_there(tutor: TutorEntry, employer: EmployerEntry | None) -> bool:
    """The same legal entity: another site of the same employer will do."""
    theirs = tutor.employer.siret[:9] if tutor.employer else ""
    return tutor.employer is employer or bool(theirs and employer and employer.siret[:9] == theirs)


def _check_load(row: Row, tutor: TutorEntry, contract: ContractEntry) -> None:
    """Three people at any date (R5134-38), counting the rows above and the contracts known."""
    if contract.starts_on is None or row.verdict is Verdict.REFUSE:
        return
    added = Period(contract.starts_on, contract.last_day)
    others = [period for key, period in tutor.followed.items() if key != _key(contract)]
    codes = [finding.code for finding in tutor_findings(others, added)]
    if "tuteur_plus_de_trois" in codes:
        together = [clipped for period in others if (clipped := period.clipped_to(added)) is not None]
        count, day = busiest([*together, added])
        row.ask(
            "tuteur_plus_de_trois",
            "tuteur",
            wants_reason=True,
            tuteur=tutor.name,
            a_partir_du=day.isoformat(),
            contrats=count,
            au_plus=MOST_FOLLOWED,
        )


def _key(contract: ContractEntry) -> object:
    return ("connu", contract.pk) if contract.pk else (contract.sheet, contract.row)


def _follow(row: Row, contract: ContractEntry) -> None:
    tutor = row.links["tutor"]
    if tutor is not None and contract.starts_on and contract.verdict is not Verdict.REFUSE:
        tutor.followed[_key(contract)] = Period(contract.starts_on, contract.last_day)


COMPARED = (
    ("numero_decision", "numéro de décision"),
    ("date_decision", "date de décision"),
    ("type", "type"),
    ("debut", "début"),
    ("fin_prevue", "fin prévue"),
    ("fin_reelle", "fin réelle"),
    ("motif_rupture", "motif de rupture"),
    ("emploi", "emploi"),
    ("rome", "code ROME"),
    ("heures_contrat", "heures du contrat"),
    ("heures_aidees", "heures aidées"),
    ("taux", "taux d'aide"),
    ("tuteur", "tuteur"),
)


def _compare(row: Row, known: ContractEntry) -> None:
    for name, label in COMPARED:
        new, old = row.values.get(name), known.facts.get(name)
        if new is not None and not same(new, old):
            row.change(label, old, new)
