"""Words of the imports: six verdicts, why a row is stopped, what was put right on the way, what the user may do."""

from dataclasses import dataclass, field
from typing import NamedTuple

from imports.payments import words as payments
from imports.words import IGNORED, QUESTION, REFUSAL, REPAIR, WAIT, Weight, Word
from regulations.deadlines import MOST_MONTHS
from regulations.enums import LabelledEnum


class Verdict(LabelledEnum):
    CREATE = "a_creer", "à créer"
    UPDATE = "a_mettre_a_jour", "à mettre à jour"
    ASK = "a_confirmer", "à confirmer"
    SAME = "inchange", "inchangé"
    REFUSE = "refusee", "refusé"
    IGNORE = "ignoree", "ignoré"

    @property
    def is_sound(self) -> bool:
        """Something to write, and nothing left to ask."""
        return self in (Verdict.CREATE, Verdict.UPDATE)

    @property
    def can_be_leant_on(self) -> bool:
        """What other rows may refer to: it is there, or will be once the import is confirmed."""
        return self in (Verdict.CREATE, Verdict.UPDATE, Verdict.SAME)


class Nature(LabelledEnum):
    """What the rows of a sheet are. The order is that of reading: a row leans on those before it."""

    EMPLOYERS = "employeurs", "Employeurs"
    PERSONS = "personnes", "Personnes"
    TUTORS = "tuteurs", "Tuteurs"
    CONTRACTS = "contrats", "Contrats"
    SESSIONS = "seances", "Séances"
    ATTENDANCE = "presences", "Présences"
    PAYMENTS = "paiements", "Paiements"


MOTIFS: dict[str, Word] = {
    # Rows that are not records.
    "ligne_exemple": Word(IGNORED, "Ligne d'exemple du modèle."),
    "ligne_total": Word(IGNORED, "Ligne de total ou de calcul."),
    "ligne_titre": Word(IGNORED, "Ligne de titre intermédiaire."),
    "ligne_vide": Word(IGNORED, "Ligne vide."),
    "note_libre": Word(IGNORED, "Note écrite sous le tableau."),
    "ligne_ecartee": Word(IGNORED, "Vous avez choisi de ne pas importer cette ligne."),
    "meme_personne": Word(IGNORED, "Vous avez répondu que c'est la même personne : cette ligne n'ajoute rien."),
    # Employers.
    "siret_cle_invalide": Word(
        REFUSAL,
        "La clé du SIRET est fausse : un chiffre au moins est mal recopié.",
        "Vérifiez-le sur un document de l'employeur, puis corrigez-le.",
    ),
    "siret_notation_scientifique": Word(
        REFUSAL,
        "Le SIRET a été abîmé par le tableur : des chiffres sont perdus.",
        "Redemandez les 14 chiffres à l'employeur et saisissez-les.",
    ),
    "siret_longueur": Word(REFUSAL, "Un SIRET compte 14 chiffres.", "Redemandez-le à l'employeur."),
    "siret_caracteres": Word(REFUSAL, "Un SIRET ne contient que des chiffres.", REPAIR),
    "siret_deja_lu": Word(
        REFUSAL, "Ce SIRET est déjà celui d'une autre ligne.", "Un établissement tient sur une ligne : corrigez l'une."
    ),
    "employeur_non_eligible_pec": Word(
        REFUSAL,
        "Un PEC (CUI-CAE) n'est pas possible chez cet employeur (L5134-21).",
        "Vérifiez son statut ; un autre type de contrat reste possible.",
    ),
    "financeur_incoherent": Word(
        QUESTION, "Le financeur noté ne correspond pas à la convention collective.", "Choisissez le bon financeur."
    ),
    "statut_a_preciser": Word(QUESTION, "Statut à préciser : le PEC est ouvert au secteur non marchand.", REPAIR),
    "statut_inconnu": Word(QUESTION, "Ce statut n'est pas dans la liste.", "Choisissez-le."),
    "financeur_inconnu": Word(QUESTION, "Ce financeur n'est pas dans la liste.", "Choisissez-le."),
    # Persons.
    "doublon_probable": Word(
        QUESTION,
        "Même personne, sans doute, qu'une autre ligne : à l'ordre ou à quelques accents près, et née le même jour.",
        "Dites si c'est la même personne.",
    ),
    "personne_deja_connue": Word(
        QUESTION, "Une personne presque identique est déjà enregistrée.", "Dites si c'est la même personne."
    ),
    "oui_non_illisible": Word(QUESTION, "Ni oui ni non : rien n'est supposé à votre place.", "Répondez."),
    "date_impossible": Word(REFUSAL, "Cette date n'existe pas.", REPAIR),
    "date_illisible": Word(REFUSAL, "Cette date ne peut pas être lue.", "Écrivez-la JJ/MM/AAAA."),
    "date_dans_le_futur": Word(REFUSAL, "Date de naissance postérieure à aujourd'hui.", REPAIR),
    "age_impossible": Word(REFUSAL, "Cette date donne moins de 14 ans.", REPAIR),
    "champ_obligatoire_vide": Word(REFUSAL, "Colonne obligatoire vide.", "Saisissez la valeur."),
    "donnee_sante_en_texte_libre": Word(
        QUESTION,
        "Un détail de santé ou de justice est écrit dans une zone libre : il ne sera pas repris.",
        "Confirmez l'import sans ce commentaire, et effacez-le du classeur.",
    ),
    "annee_sur_deux_chiffres": Word(
        QUESTION, "Année sur deux chiffres : le siècle est supposé.", "Confirmez la date lue, ou corrigez-la."
    ),
    "date_sans_format": Word(
        QUESTION,
        "Nombre sans format de date : la date est déduite du numéro de jour du tableur.",
        "Confirmez la date lue, ou corrigez-la.",
    ),
    "libelle_inconnu": Word(QUESTION, "Ce libellé n'est pas dans la liste.", "Choisissez-le, ou laissez vide."),
    # Links between rows.
    "cohorte_inconnue": Word(
        REFUSAL, "Aucune de vos cohortes ne porte ce code ni ce nom.", "Corrigez le code, ou ouvrez la cohorte."
    ),
    "cohorte_manquante": Word(
        REFUSAL, "La cohorte n'est pas dite.", "Choisissez-la au dépôt du fichier, ou ajoutez une colonne « Cohorte »."
    ),
    "personne_introuvable": Word(
        REFUSAL, "Personne ne porte ce nom, ni dans le classeur ni parmi les personnes connues.", REPAIR
    ),
    "personne_approchante": Word(QUESTION, "Ce nom ressemble à une personne connue.", "Choisissez-la."),
    "personne_refusee": Word(WAIT, "La ligne de cette personne est refusée.", "Corrigez d'abord la ligne citée."),
    "homonymes": Word(QUESTION, "Plusieurs personnes portent ce nom et ce prénom.", "Choisissez la bonne."),
    "employeur_introuvable": Word(
        REFUSAL, "Aucun établissement ne porte ce nom, ni dans le classeur ni parmi les employeurs connus.", REPAIR
    ),
    "employeur_approchant": Word(QUESTION, "Ce nom ressemble à un établissement connu.", "Choisissez-le."),
    "employeur_ambigu": Word(
        QUESTION, "Le nom et le SIRET ne désignent pas le même établissement.", "Choisissez l'établissement."
    ),
    "employeur_refuse": Word(
        WAIT, "L'employeur de cette ligne est refusé plus haut.", "Corrigez d'abord la ligne de l'employeur."
    ),
    "ligne_en_attente": Word(
        WAIT, "La ligne s'appuie sur une autre qui attend une réponse.", "Répondez d'abord à la ligne citée."
    ),
    "ligne_deja_lue": Word(REFUSAL, "Cette ligne répète une autre ligne du classeur.", "Gardez une seule des deux."),
    # Contracts and tutors.
    "fin_avant_debut": Word(REFUSAL, "La fin du contrat précède son début.", REPAIR),
    "fin_manquante": Word(
        QUESTION, "Un contrat à durée déterminée a une date de fin.", "Saisissez-la, ou donnez la raison écrite."
    ),
    "fin_d_un_cdi": Word(QUESTION, "Un CDI n'a pas de date de fin prévue.", "Corrigez, ou donnez la raison écrite."),
    "plus_de_24_mois": Word(
        QUESTION, f"Plus de {MOST_MONTHS} mois en tout chez cet employeur (L5134-25-1).", "Donnez la raison écrite."
    ),
    "rupture_hors_contrat": Word(REFUSAL, "La fin réelle est hors des dates du contrat.", REPAIR),
    "contrat_avant_decision": Word(
        QUESTION,
        "Le contrat commence avant la décision d'aide : il serait enregistré comme non aidé.",
        "Confirmez, ou corrigez la date.",
    ),
    "heures_aidees_superieures": Word(
        QUESTION, "Plus d'heures aidées que d'heures au contrat (L5134-30).", "Corrigez, ou donnez la raison écrite."
    ),
    "heures_impossibles": Word(REFUSAL, "Ce nombre d'heures n'est pas possible.", REPAIR),
    "taux_impossible": Word(REFUSAL, "Ce taux n'est pas possible : de 0 à 100 %.", REPAIR),
    "heures_saisies_en_horaire": Word(
        QUESTION, "La durée a été saisie comme une heure de la journée.", "Confirmez le nombre d'heures lu."
    ),
    "numero_decision_illisible": Word(QUESTION, "Un numéro de décision a 12 chiffres.", REPAIR),
    "decision_deja_lue": Word(REFUSAL, "Ce numéro de décision est celui d'un autre contrat.", REPAIR),
    "tuteur_introuvable": Word(
        QUESTION,
        "Ce tuteur n'est pas connu dans cet établissement.",
        "Importez le contrat sans tuteur, ou corrigez le nom.",
    ),
    "tuteur_plus_de_trois": Word(
        QUESTION, "Ce tuteur suivrait plus de trois salariés à la même date (R5134-38).", "Donnez la raison écrite."
    ),
    "experience_insuffisante": Word(
        QUESTION, "Moins de deux ans d'expérience professionnelle (R5134-38).", "Donnez la raison écrite."
    ),
    "experience_illisible": Word(QUESTION, "L'expérience ne peut pas être lue.", REPAIR),
    "tuteur_non_volontaire": Word(
        QUESTION, "Le tuteur est choisi parmi les salariés volontaires (R5134-38).", "Donnez la raison écrite."
    ),
    # Sessions and attendance.
    "jour_ferie": Word(QUESTION, "Séance un jour férié.", "Confirmez, ou corrigez la date."),
    "dimanche": Word(QUESTION, "Séance un dimanche.", "Confirmez, ou corrigez la date."),
    "hors_dates_cohorte": Word(QUESTION, "Date hors de la période de la cohorte.", "Confirmez, ou corrigez la date."),
    "demi_journee_illisible": Word(REFUSAL, "Matin ou après-midi : la demi-journée n'est pas dite.", REPAIR),
    "horaires_illisibles": Word(REFUSAL, "Ces horaires ne peuvent pas être lus.", "Écrivez-les « 9h00 - 12h30 »."),
    "seance_introuvable": Word(
        QUESTION,
        "Aucune séance à cette date et cette demi-journée.",
        "Corrigez la séance ou la date ; sinon la colonne est laissée.",
    ),
    "code_inconnu": Word(QUESTION, "Code absent de la légende.", "Choisissez ce qu'il faut noter."),
    "presence_apres_fin_de_contrat": Word(
        QUESTION, "Présence notée après la fin réelle du contrat.", "Dites s'il faut la garder."
    ),
    "seance_a_venir": Word(QUESTION, "Présence notée pour une séance qui n'a pas eu lieu.", "Elle n'est pas reprise."),
    "non_renseigne": Word(
        QUESTION, "Séance passée et case vide : ce n'est pas une absence.", "Dites ce qu'il faut noter."
    ),
    # Any row.
    "nir_interdit": Word(
        REFUSAL,
        "Une case ressemble à un numéro de sécurité sociale. ImPEC ne l'enregistre jamais.",
        "Effacez-le du classeur, puis renvoyez-le.",
    ),
    "erreur_de_formule": Word(REFUSAL, "La case contient une erreur de formule.", REPAIR),
    "formule_sans_resultat": Word(
        REFUSAL,
        "La case est une formule dont le résultat n'a pas été enregistré.",
        "Ouvrez le classeur dans votre tableur, enregistrez-le, puis renvoyez-le.",
    ),
    "valeur_illisible": Word(REFUSAL, "Cette valeur ne peut pas être lue.", REPAIR),
    "texte_trop_long": Word(REFUSAL, "Ce texte est trop long.", "Raccourcissez-le."),
    **payments.MOTIFS,
}

CORRECTIONS: dict[str, str] = {
    "nombre_vers_texte": "nombre repris comme texte",
    "zero_initial_rendu": "zéro initial perdu par le tableur et rendu",
    "espaces_retires": "espaces ou points retirés",
    "date_texte": "date écrite en texte, relue comme une date",
    "nombre_texte": "nombre écrit en texte, relu comme un nombre",
    "libelle_rapproche": "libellé rapproché de la liste",
    "pseudo_idcc_ecarte": "9999 veut dire « aucune convention » : rien n'en est déduit",
    "deux_telephones": "deux numéros dans la case : le premier est repris",
    "niveau_ancienne_nomenclature": "ancienne nomenclature des niveaux convertie",
    "ligne_masquee": "ligne masquée dans le classeur, lue comme les autres",
    "erreur_de_formule_ignoree": "erreur de formule dans la case : l'employeur est retrouvé par son nom",
    "nom_rapproche": "nom rapproché (accents, ordre ou nom d'usage)",
    "fusion_depliee": "cellule fusionnée : la valeur vaut pour toutes les lignes couvertes",
    "idem_deplie": "« idem » : valeur de la ligne du dessus",
    "pourcentage": "taux ramené à un pourcentage",
    "casse_et_espaces": "majuscules et espaces sans importance",
    "retard_minutes": "retard avec un nombre de minutes",
    "taux_calcule_ignore": "colonne calculée par le classeur, à tort ici : elle n'est pas lue",
    "valeur_non_reprise": "valeur illisible, laissée de côté",
    "valeur_corrigee": "valeur corrigée ici",
}


class Choice(NamedTuple):
    """One answer to a question: what is kept, what is shown."""

    value: str
    label: str


@dataclass
class Motif:
    """Why a row is stopped: a code, the field, what was read and where; what may be answered, what was."""

    code: str
    champ: str | None = None
    lu: object = None
    cellule: str | None = None
    details: dict = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    wants_reason: bool = False
    answer: str | None = None

    @property
    def word(self) -> Word:
        return MOTIFS[self.code]

    @property
    def weight(self) -> Weight:
        return self.word.weight

    @property
    def key(self) -> str:
        """How an answer finds its question again."""
        return f"{self.code}@{self.cellule}" if self.cellule else self.code

    @property
    def is_open(self) -> bool:
        return self.weight is QUESTION and self.answer is None

    def as_json(self) -> dict:
        facts = {"code": self.code, "champ": self.champ, "lu": self.lu, "cellule": self.cellule, **self.details}
        if self.answer is not None:
            facts["reponse"] = self.answer
        return {name: value for name, value in facts.items() if value is not None}


@dataclass(frozen=True)
class Correction:
    champ: str | None
    code: str

    def as_json(self) -> dict:
        return {"champ": self.champ, "code": self.code}
