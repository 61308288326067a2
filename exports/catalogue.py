"""The source fields a profile may use: for each key its French label, its kind, an example, where it comes from.

No key gives a social security number, and none can be added by a profile. What may leave in a file is another question,
answered by `accounts.disclosure.FILE_COLUMNS`; what a field's origin is decides who may build the file.
"""

from dataclasses import dataclass

from accounts.disclosure import FIELD_CLASSES
from workbooks.columns import Kind


@dataclass(frozen=True, slots=True)
class SourceField:
    """Champ source : sa clé, son libellé, son type, un exemple, la donnée dont il vient."""

    key: str
    label: str
    kind: Kind
    example: str
    origin: str = ""
    width: float | None = None
    # Long text goes on over several lines of its cell.
    wrap: bool = False

    @property
    def level(self) -> str:
        """Class of the data it comes from; what comes from no field of ours is ordinary."""
        model, _, field = self.origin.rpartition(".")
        return FIELD_CLASSES[model][field] if self.origin else "P1"


T, C, N, D = Kind.TEXT, Kind.CODE, Kind.INTEGER, Kind.DATE

_PERSON = "cohorts.Person"
_PROTECTED = "cohorts.ProtectedFacts"
_CONTRACT = "contracts.Contract"
_REQUEST = "contracts.AidRequest"
_STATEMENT = "contracts.PresenceStatement"
_PAYMENT = "contracts.AidPayment"
_EXIT = "contracts.Exit"
_STEP = "contracts.DoneStep"
_SITE = "employers.Establishment"
_EMPLOYER = "employers.Employer"
_HALF_DAY = "training.HalfDay"
_ATTENDANCE = "training.Attendance"
_CERTIFICATE = "training.Certificate"
_INVOICE = "training.InvoiceLine"
_EXPENSE = "training.Expense"

_FIELDS = (
    SourceField("row.number", "N°", N, "1", width=6),
    SourceField("cohort.code", "Cohorte", T, "SM 2026", "cohorts.Cohort.code", width=14),
    # --- The person
    SourceField("person.public_code", "Identifiant interne", C, "K7P2QX4M", f"{_PERSON}.public_code"),
    SourceField("person.title", "Civilité", T, "Mme", f"{_PERSON}.title", width=11),
    SourceField("person.name", "Stagiaire (nom, prénom)", T, "GAUDIN Caroline", f"{_PERSON}.birth_name", width=30),
    SourceField("person.birth_name", "Nom de naissance", T, "GAUDIN", f"{_PERSON}.birth_name", width=20),
    SourceField("person.usual_name", "Nom d'usage", T, "MARTIN", f"{_PERSON}.usual_name", width=18),
    SourceField("person.first_name", "Prénom", T, "Caroline", f"{_PERSON}.first_name", width=16),
    SourceField("person.sex", "Sexe", T, "F", f"{_PERSON}.sex", width=9),
    SourceField("person.birth_date", "Date de naissance", D, "12/06/1984", f"{_PERSON}.birth_date"),
    SourceField("person.town", "Commune", T, "Avranches", f"{_PERSON}.town", width=20),
    SourceField("person.postcode", "Code postal", C, "50300", f"{_PERSON}.postcode", width=11),
    SourceField("person.insee_code", "Code INSEE", C, "50025", f"{_PERSON}.insee_code", width=11),
    SourceField(
        "person.education_level",
        "Niveau de formation à l'entrée",
        T,
        "3 - CAP, BEP",
        f"{_PERSON}.education_level",
        width=24,
    ),
    SourceField(
        "person.registration_length",
        "Durée d'inscription avant l'entrée",
        T,
        "12 à 23 mois",
        f"{_PERSON}.registration_length",
        width=18,
    ),
    SourceField("person.is_long_term", "DELD", Kind.YES_NO, "Oui", f"{_PERSON}.registration_length"),
    SourceField("person.is_very_long_term", "DETLD", Kind.YES_NO, "Non", f"{_PERSON}.registration_length"),
    # --- Criteria of the aid, protected
    SourceField("protected.priority_district", "QPV", T, "non", f"{_PROTECTED}.priority_district", width=14),
    SourceField("protected.rural_zone", "FRR", T, "oui", f"{_PROTECTED}.rural_zone", width=14),
    SourceField("protected.zones_checked_on", "Zonages vérifiés le", D, "05/01/2026", f"{_PROTECTED}.zones_checked_on"),
    SourceField("protected.benefit_kind", "Minimum social", T, "RSA", f"{_PROTECTED}.benefit_kind", width=12),
    SourceField(
        "protected.benefit_since",
        "Minimum social depuis",
        T,
        "6 à 11 mois",
        f"{_PROTECTED}.benefit_since",
        width=18,
    ),
    SourceField("protected.boeth", "BOETH", T, "non vérifié", f"{_PROTECTED}.boeth", width=14),
    # --- Who sent her
    SourceField("prescriber.kind", "Prescripteur", T, "France Travail", "cohorts.Prescriber.kind", width=18),
    SourceField("prescriber.name", "Agence", T, "France Travail Avranches", "cohorts.Prescriber.name"),
    SourceField("adviser.name", "Conseiller référent", T, "Farid LAMBERT", "cohorts.Adviser.name", width=20),
    # --- The employer and who finances its training
    SourceField("employer.name", "Employeur", T, "Association La Closerie", f"{_EMPLOYER}.name", width=32),
    SourceField("employer.idcc", "IDCC", N, "29", f"{_EMPLOYER}.idcc", width=9),
    SourceField("employer.legal_category", "Statut", T, "association", f"{_EMPLOYER}.legal_category", width=20),
    SourceField("establishment.siret", "SIRET employeur", C, "99998211900011", f"{_SITE}.siret"),
    SourceField("establishment.department", "Département", C, "50", f"{_SITE}.postcode", width=13),
    SourceField(
        "financing.member_number",
        "N° d'adhérent OPCO",
        C,
        "OS-500417",
        "employers.Financing.member_number",
    ),
    SourceField("financing.file_number", "N° de dossier OPCO", C, "2026-0417", "training.Convention.file_number"),
    # --- The contract
    SourceField("contract.kind", "Type de contrat", T, "CDD PEC", f"{_CONTRACT}.kind", width=15),
    SourceField("contract.state", "État du contrat", T, "en cours", f"{_CONTRACT}.starts_on", width=18),
    SourceField("contract.starts_on", "Date de début de contrat", D, "02/02/2026", f"{_CONTRACT}.starts_on"),
    SourceField("contract.ends_on", "Date de fin de contrat", D, "01/02/2027", f"{_CONTRACT}.ends_on"),
    SourceField("contract.ended_on", "Date de fin réelle", D, "12/06/2026", f"{_CONTRACT}.broken_on"),
    SourceField("contract.job_title", "Emploi occupé", T, "Agent de service hospitalier", f"{_CONTRACT}.job_title"),
    SourceField("contract.rome_code", "Code ROME", C, "K2204", f"{_CONTRACT}.rome_code", width=11),
    SourceField(
        "contract.professional_category",
        "Catégorie socio-professionnelle",
        T,
        "3 - employé",
        f"{_CONTRACT}.professional_category",
        width=22,
    ),
    SourceField(
        "contract.weekly_hours",
        "Temps de travail hebdomadaire",
        Kind.DECIMAL,
        "28,00",
        f"{_CONTRACT}.weekly_hours",
    ),
    SourceField("contract.is_broken", "Rupture anticipée", Kind.YES_NO, "Non", f"{_CONTRACT}.broken_on"),
    SourceField("contract.broken_on", "Date de rupture", D, "12/06/2026", f"{_CONTRACT}.broken_on"),
    SourceField(
        "contract.break_reason", "Type de rupture", T, "Initiative du salarié - emploi", f"{_CONTRACT}.break_reason"
    ),
    SourceField("suspension.count", "Suspensions : nombre", N, "1", "contracts.Suspension.starts_on"),
    SourceField("suspension.days", "Suspensions : jours", N, "15", "contracts.Suspension.starts_on"),
    SourceField("suspension.starts_on", "Suspension du", D, "01/09/2026", "contracts.Suspension.starts_on"),
    SourceField("suspension.ends_on", "Suspension au", D, "15/09/2026", "contracts.Suspension.ends_on"),
    SourceField("immersion.count", "PMSMP : nombre", N, "1", "contracts.Immersion.starts_on"),
    SourceField("immersion.days", "PMSMP : jours", N, "10", "contracts.Immersion.starts_on"),
    # --- The State's aid
    SourceField("aid.decision_number", "N° de décision d'aide", C, "050260011200", f"{_REQUEST}.decision_number"),
    SourceField("aid.weekly_hours", "Heures aidées", Kind.DECIMAL, "20,00", f"{_REQUEST}.weekly_hours"),
    SourceField("aid.rate", "Taux de prise en charge", Kind.PERCENT, "50,00 %", f"{_REQUEST}.rate"),
    SourceField(
        "aid.monthly_amount",
        "Aide attendue mensuelle",
        Kind.EUROS,
        "520,87 €",
        "contracts.PresenceStatement.expected_amount",
    ),
    # --- Its months
    SourceField("aid.month", "Mois", Kind.MONTH, "03/2026", f"{_STATEMENT}.month"),
    SourceField("aid.is_ended", "Mois terminé", Kind.YES_NO, "Oui", width=10),
    SourceField("aid.hourly_smic", "SMIC horaire", Kind.EUROS, "12,02 €", "contracts.SmicRate.hourly_gross", width=11),
    SourceField("aid.parts", "Jours retenus", Kind.DECIMAL, "29,00", f"{_STATEMENT}.parts"),
    SourceField("aid.whole", "Diviseur (hypothèse)", N, "30", f"{_STATEMENT}.whole"),
    SourceField(
        "aid.reasons",
        "Mois incomplet ou sans montant",
        T,
        "entrée en cours de mois",
        f"{_STATEMENT}.inputs",
        width=34,
    ),
    SourceField("aid.expected", "Aide attendue", Kind.EUROS, "503,51 €", f"{_STATEMENT}.expected_amount"),
    SourceField("statement.declared", "Déclaré sur SYLAé", Kind.YES_NO, "Oui", f"{_STATEMENT}.declared_on"),
    SourceField("statement.declared_on", "Déclaré le", D, "03/04/2026", f"{_STATEMENT}.declared_on"),
    SourceField("payment.paid", "Aide versée", Kind.EUROS, "503,51 €", f"{_PAYMENT}.amount"),
    SourceField("payment.last_paid_on", "Dernier versement le", D, "28/04/2026", f"{_PAYMENT}.paid_on"),
    SourceField("aid.gap", "Écart", Kind.EUROS, "-503,51 €", f"{_PAYMENT}.amount"),
    SourceField("aid.cause", "Cause de l'écart", T, "attestation manquante", f"{_PAYMENT}.amount", width=30),
    # --- The tutor
    SourceField("tutor.name", "Tuteur (nom, prénom)", T, "BLANCHET Nicole", "tutoring.Tutor.last_name"),
    SourceField("tutor.job_title", "Fonction du tuteur", T, "Aide-soignante", "tutoring.Tutor.job_title", width=22),
    SourceField(
        "tutor.name_and_job",
        "Tuteur (nom, prénom, fonction)",
        T,
        "BLANCHET Nicole, aide-soignante",
        "tutoring.Tutor.last_name",
        width=34,
    ),
    # --- Core training
    SourceField("training.planned_minutes", "Heures prévues", Kind.HOURS, "84,00", f"{_HALF_DAY}.planned_minutes"),
    SourceField(
        "training.attended_minutes", "Heures réalisées", Kind.HOURS, "73,50", f"{_ATTENDANCE}.attended_minutes"
    ),
    SourceField("training.cost", "Coût pédagogique HT", Kind.EUROS, "1 102,50 €", f"{_INVOICE}.amount"),
    SourceField("half_day.day", "Date", D, "10/02/2026", f"{_HALF_DAY}.day"),
    SourceField("half_day.part", "Demi-journée", T, "Matin", f"{_HALF_DAY}.part", width=14),
    SourceField("half_day.starts_at", "Début", Kind.TIME, "09:00", f"{_HALF_DAY}.starts_at"),
    SourceField("half_day.ends_at", "Fin", Kind.TIME, "12:30", f"{_HALF_DAY}.ends_at"),
    SourceField("half_day.planned_minutes", "Durée", Kind.HOURS, "3,50", f"{_HALF_DAY}.planned_minutes"),
    SourceField("session.title", "Séance", T, "Socle commun ImPEC'", "training.Programme.title"),
    SourceField("module.title", "Module", T, "Gestes et postures", "training.Module.title", width=32),
    SourceField("session.place", "Lieu", T, "Salle Tombelaine, Avranches", "training.Session.place"),
    SourceField("session.trainer_name", "Formateur", T, "Noémi TOUSSAINT", "training.Session.trainer_name", width=20),
    SourceField("attendance.status", "Statut", T, "Présent", f"{_ATTENDANCE}.status", width=19),
    SourceField("attendance.attended_minutes", "Heures suivies", Kind.HOURS, "3,50", f"{_ATTENDANCE}.attended_minutes"),
    SourceField("attendance.signed", "Signé stagiaire", Kind.YES_NO, "Oui", f"{_ATTENDANCE}.signed_on_paper"),
    SourceField(
        "attendance.signed_at", "Signé stagiaire le", Kind.INSTANT, "10/02/2026 09:02", f"{_ATTENDANCE}.signed_at"
    ),
    SourceField("half_day.countersigned", "Signé formateur", Kind.YES_NO, "Oui", f"{_HALF_DAY}.countersigned_on_paper"),
    SourceField(
        "half_day.countersigned_at",
        "Signé formateur le",
        Kind.INSTANT,
        "10/02/2026 12:31",
        f"{_HALF_DAY}.countersigned_at",
    ),
    # « justifiée » or « non justifiée »: the reason itself never leaves.
    SourceField("attendance.excused", "Motif", T, "justifiée", f"{_ATTENDANCE}.status", width=14),
    # --- What the training is paid on
    SourceField("convention.number", "N° de convention", C, "SM-2026-CONV-01", "training.Convention.number", width=20),
    SourceField("certificate.number", "N° de certificat", C, "SM-2026-CR-001", f"{_CERTIFICATE}.number", width=18),
    SourceField("certificate.state", "État", T, "valable", f"{_CERTIFICATE}.is_replaced", width=11),
    SourceField("certificate.replaced_by", "Remplacé par", C, "SM-2026-CR-012", f"{_CERTIFICATE}.replaces", width=18),
    SourceField("certificate.issued_on", "Émis le", D, "05/03/2026", f"{_CERTIFICATE}.issued_at"),
    SourceField("certificate.starts_on", "Période du", D, "02/02/2026", f"{_CERTIFICATE}.starts_on"),
    SourceField("certificate.ends_on", "Période au", D, "28/02/2026", f"{_CERTIFICATE}.ends_on"),
    SourceField("certificate.minutes", "Heures réalisées", Kind.HOURS, "14,00", f"{_CERTIFICATE}.minutes"),
    SourceField("invoice.minutes", "Heures facturées", Kind.HOURS, "14,00", f"{_INVOICE}.minutes"),
    SourceField("invoice.amount", "Montant HT facturé", Kind.EUROS, "210,00 €", f"{_INVOICE}.amount"),
    SourceField("expense.starts_on", "Période du", D, "02/02/2026", f"{_EXPENSE}.starts_on"),
    SourceField("expense.ends_on", "Période au", D, "28/02/2026", f"{_EXPENSE}.ends_on"),
    SourceField(
        "expense.minutes",
        "Heures suivies sur temps de travail",
        Kind.HOURS,
        "14,00",
        f"{_ATTENDANCE}.attended_minutes",
    ),
    SourceField("pay.gross", "Salaire brut horaire", Kind.EUROS, "12,02 €", f"{_CONTRACT}.hourly_pay"),
    SourceField("pay.charges", "Charges patronales de l'heure", Kind.EUROS, "3,08 €", f"{_EXPENSE}.unit_amount"),
    SourceField("pay.loaded", "Coût horaire chargé", Kind.EUROS, "15,10 €", f"{_EXPENSE}.unit_amount"),
    SourceField("pay.state_aid", "Aide de l'État déduite", Kind.EUROS, "57,95 €", f"{_PAYMENT}.amount"),
    SourceField("pay.asked", "Rémunération demandée", Kind.EUROS, "211,40 €", f"{_EXPENSE}.unit_amount"),
    SourceField("pay.granted", "Rémunération accordée", Kind.EUROS, "200,00 €", f"{_EXPENSE}.granted_amount"),
    SourceField("teaching.asked", "Coût pédagogique HT demandé", Kind.EUROS, "210,00 €", f"{_INVOICE}.amount"),
    SourceField(
        "teaching.granted", "Coût pédagogique HT accordé", Kind.EUROS, "210,00 €", f"{_EXPENSE}.granted_amount"
    ),
    SourceField("travel.quantity", "Kilomètres", Kind.DECIMAL, "120,50", f"{_EXPENSE}.quantity"),
    SourceField("travel.asked", "Transport demandé", Kind.EUROS, "54,23 €", f"{_EXPENSE}.unit_amount"),
    SourceField("travel.granted", "Transport accordé", Kind.EUROS, "54,23 €", f"{_EXPENSE}.granted_amount"),
    SourceField("meals.quantity", "Repas", Kind.DECIMAL, "2,00", f"{_EXPENSE}.quantity"),
    SourceField("meals.asked", "Repas demandés", Kind.EUROS, "30,50 €", f"{_EXPENSE}.unit_amount"),
    SourceField("meals.granted", "Repas accordés", Kind.EUROS, "30,50 €", f"{_EXPENSE}.granted_amount"),
    SourceField("lodging.quantity", "Nuits", Kind.DECIMAL, "1,00", f"{_EXPENSE}.quantity"),
    SourceField("lodging.asked", "Hébergement demandé", Kind.EUROS, "70,00 €", f"{_EXPENSE}.unit_amount"),
    SourceField("lodging.granted", "Hébergement accordé", Kind.EUROS, "70,00 €", f"{_EXPENSE}.granted_amount"),
    SourceField("expense.asked", "Total demandé", Kind.EUROS, "506,13 €", f"{_EXPENSE}.unit_amount"),
    SourceField("expense.granted", "Total accordé", Kind.EUROS, "494,73 €", f"{_EXPENSE}.granted_amount"),
    SourceField("expense.gap", "Écart (accordé moins demandé)", Kind.EUROS, "-11,40 €", f"{_EXPENSE}.granted_amount"),
    SourceField(
        "expense.documents", "Justificatifs joints", T, "Bulletin de paie", f"{_EXPENSE}.document_name", width=34
    ),
    # --- The exit
    SourceField("exit.recorded_on", "Sortie relevée le", D, "30/06/2026", f"{_EXIT}.recorded_on"),
    SourceField("exit.situation", "Situation à la sortie", T, "CDI", f"{_EXIT}.situation"),
    SourceField("exit.contract_kind", "Type de contrat à la sortie", T, "CDI", f"{_EXIT}.situation", width=18),
    SourceField("exit.class", "Classe de sortie", T, "emploi durable", f"{_EXIT}.situation", width=22),
    SourceField("exit.same_employer", "Chez le même employeur", T, "oui", f"{_EXIT}.same_employer", width=14),
    SourceField("exit.same_job", "Métier correspondant", T, "oui", f"{_EXIT}.same_job", width=16),
    SourceField("exit.situation_3_months", "Situation à 3 mois", T, "CDI", f"{_EXIT}.situation_3_months"),
    SourceField("exit.checked_3_months_on", "Relevée à 3 mois le", D, "12/09/2026", f"{_EXIT}.checked_3_months_on"),
    SourceField("exit.situation_6_months", "Situation à 6 mois", T, "CDI", f"{_EXIT}.situation_6_months"),
    SourceField("exit.checked_6_months_on", "Relevée à 6 mois le", D, "14/12/2026", f"{_EXIT}.checked_6_months_on"),
    SourceField("exit.unreachable", "Injoignable", Kind.YES_NO, "Non", f"{_EXIT}.situation_6_months"),
    SourceField("step.exit_interview", "Entretien de sortie le", D, "12/05/2026", f"{_STEP}.done_on"),
    SourceField("step.certificate", "Attestation d'expérience remise le", D, "12/05/2026", f"{_STEP}.done_on"),
    SourceField("exit.next_training", "Formation complémentaire ou visée", T, "DEAES", f"{_EXIT}.next_training"),
    # --- The control before sending
    SourceField("check.number", "N°", N, "4", width=6),
    SourceField("check.rejection", "Motif de rejet", T, "Heures qui diffèrent", width=38),
    SourceField("check.verified", "Ce qui est vérifié", T, "Heures suivies et facturées égales", width=70, wrap=True),
    SourceField("check.count", "Points à corriger", N, "2", width=13),
    SourceField("check.result", "Résultat", T, "à corriger", width=26, wrap=True),
    SourceField("check.advice", "Que faire", T, "Corrigez la facture", width=60, wrap=True),
    # --- The committee's review: built from everybody's criteria, whatever the masks let through
    SourceField("review.block", "Bloc", T, "6. Sorties", width=24),
    SourceField("review.label", "Indicateur", T, "dont emploi durable", width=46),
    SourceField("review.count", "Nombre", N, "12", f"{_PROTECTED}.benefit_kind"),
    SourceField("review.words", "En clair", T, "12 sur 19 (63,2 %)", f"{_PROTECTED}.benefit_kind", width=36),
    SourceField("review.method", "Comment il est calculé", T, "Sorties classées", width=80, wrap=True),
    # --- The European fund
    SourceField("fse.project", "Projet", T, "ImPEC Sud Manche", "cohorts.Cohort.name", width=24),
    SourceField("fse.entered_on", "Date d'entrée", D, "02/02/2026", f"{_CONTRACT}.starts_on"),
    SourceField("fse.left_on", "Date de sortie", D, "12/06/2026", f"{_CONTRACT}.broken_on"),
    SourceField("fse.eligibility", "Critères d'éligibilité", T, "DELD, RSA", f"{_PROTECTED}.benefit_kind", width=26),
    SourceField("fse.rsa", "BRSA", T, "Oui", f"{_PROTECTED}.benefit_kind", width=14),
    SourceField("fse.category", "Catégorie France Travail", T, "Non renseigné", width=16),
    SourceField("fse.followed_by", "Référent unique", T, "France Travail", "cohorts.Referral.prescriber", width=16),
    SourceField("fse.path_started_on", "Entrée en parcours", D, "05/01/2026", "cohorts.Referral.referred_on"),
    SourceField(
        "fse.situation_before",
        "Situation avant l'entrée",
        T,
        "Demandeur d'emploi",
        f"{_PERSON}.registration_length",
        width=20,
    ),
    SourceField("fse.single_parent", "Foyer monoparental", T, "Non renseigné", width=16),
    SourceField("fse.no_stable_home", "Sans domicile stable", T, "Non renseigné", width=16),
    SourceField("fse.collected_on", "Date de recueil", D, "05/01/2026", "cohorts.Enrolment.enrolled_on"),
    SourceField("fse.entry_share", "Complétude %", Kind.PERCENT, "72,73 %", f"{_PERSON}.registration_length", width=13),
    SourceField("fse.operation_left_on", "Sortie de l'opération", D, "12/06/2026", f"{_CONTRACT}.broken_on"),
    SourceField("fse.delay", "Délai (jours)", N, "18", f"{_EXIT}.recorded_on"),
    SourceField("fse.share", "Complétude du dossier %", Kind.PERCENT, "69,23 %", f"{_EXIT}.situation", width=13),
    # --- The account of a grant
    SourceField("account.side", "Partie", T, "Charges", width=11),
    SourceField("account.number", "Compte", C, "60", width=10),
    SourceField("account.label", "Poste", T, "Achats : prestations de formation", width=56),
    SourceField("account.planned", "Prévision", Kind.EUROS, "12 600,00 €", f"{_EXPENSE}.unit_amount"),
    SourceField("account.done", "Réalisation", Kind.EUROS, "9 450,00 €", f"{_EXPENSE}.unit_amount"),
    SourceField("account.share", "%", Kind.PERCENT, "75,00 %", f"{_EXPENSE}.unit_amount"),
    SourceField("account.source", "D'où vient le chiffre", T, "Factures enregistrées", width=70, wrap=True),
    # --- The training body's yearly report
    SourceField("bpf.frame", "Cadre", T, "F-1", width=9),
    SourceField("bpf.line", "Ligne", T, "a", width=12),
    SourceField("bpf.label", "Intitulé", T, "Salariés d'employeurs privés", width=60),
    SourceField("bpf.people", "Stagiaires", N, "11"),
    SourceField("bpf.hours", "Heures", N, "842", f"{_ATTENDANCE}.attended_minutes"),
    SourceField("bpf.euros", "Montant HT (€)", N, "12 630", f"{_INVOICE}.amount", width=14),
    SourceField("bpf.remark", "À savoir", T, "Classement déduit, à vérifier", width=60, wrap=True),
    # --- Counts, for the DDETS
    SourceField("indicator.group", "Groupe", T, "Entrées", width=22),
    SourceField("indicator.label", "Indicateur", T, "Contrats signés", width=46),
    SourceField("indicator.count", "Total", N, "11"),
    SourceField("indicator.out_of", "Sur", N, "12"),
    SourceField("indicator.rate", "Taux", Kind.PERCENT, "91,67 %"),
    SourceField("indicator.words", "En clair", T, "7 sur 19 (36,8 %)", width=22),
    SourceField("indicator.minutes", "Heures", Kind.HOURS, "840,00"),
    SourceField("indicator.amount", "Montant", Kind.EUROS, "520,87 €", "contracts.PresenceStatement.expected_amount"),
    SourceField("indicator.women", "Femmes", N, "9"),
    SourceField("indicator.men", "Hommes", N, "2"),
    SourceField("indicator.under_26", "Moins de 26 ans", N, "2", f"{_PERSON}.birth_date"),
    SourceField("indicator.from_26_to_49", "26 à 49 ans", N, "6", f"{_PERSON}.birth_date"),
    SourceField("indicator.from_50", "50 ans et plus", N, "3", f"{_PERSON}.birth_date"),
    SourceField("indicator.priority_district", "QPV", N, "1", f"{_PROTECTED}.priority_district"),
    SourceField("indicator.rural_zone", "FRR", N, "4", f"{_PROTECTED}.rural_zone"),
    SourceField("indicator.boeth", "BOETH", N, "1", f"{_PROTECTED}.boeth"),
    SourceField("indicator.rsa", "RSA", N, "3", f"{_PROTECTED}.benefit_kind"),
    SourceField("indicator.long_term", "DELD", N, "4", f"{_PERSON}.registration_length"),
    SourceField("indicator.below_level_4", "Infra-bac", N, "8", f"{_PERSON}.education_level"),
)

CATALOGUE: dict[str, SourceField] = {field.key: field for field in _FIELDS}


def levels_of(keys) -> set[str]:
    """The classes of data these columns hold."""
    return {CATALOGUE[key].level for key in keys}
