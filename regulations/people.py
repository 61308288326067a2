"""Les personnes : état civil, niveau, inscription, minima sociaux, freins, prescripteurs.

Sources
  Education levels 2 to 8: national framework of certifications, D6113-19. H
  Former levels I to VI: nomenclature of 1969, replaced on 1 January 2019. H
  Codes of the ASP (education, length of registration): public code lists of the payer (`itou/asp`). H
  Barriers: socio-professional diagnosis of France Travail, codes 23 to 29 (H); two more are ours (P).
  Prescribers of a PEC: service-public F21006. H
  Reasons for refusing a referral: choice of the programme, within L1221-6 (direct link with the job). P
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from difflib import SequenceMatcher
from types import MappingProxyType

from regulations.enums import LabelledEnum

# Two keys this alike are shown side by side to a person (P).
NEAR_ENOUGH = 0.9
_WORD = re.compile(r"[a-z0-9]+")


class Title(LabelledEnum):
    MRS = "MME", "Mme"
    MR = "M", "M."


class Sex(LabelledEnum):
    FEMALE = "F", "femme"
    MALE = "H", "homme"


class Checked(LabelledEnum):
    """Oui, non, non vérifié : on n'écrit jamais « non » à la place de « on ne sait pas »."""

    YES = "YES", "oui"
    NO = "NO", "non"
    NOT_CHECKED = "NOT_CHECKED", "non vérifié"


class EducationLevel(LabelledEnum):
    """Niveau de formation, cadre national des certifications."""

    LEVEL_2 = "2", "2 - sans diplôme ou brevet"
    LEVEL_3 = "3", "3 - CAP, BEP"
    LEVEL_4 = "4", "4 - baccalauréat"
    LEVEL_5 = "5", "5 - bac+2"
    LEVEL_6 = "6", "6 - licence"
    LEVEL_7 = "7", "7 - master"
    LEVEL_8 = "8", "8 - doctorat"


# D6113-19 and the correspondence published with it: the old scale went down as studies went up.
FORMER_LEVELS: Mapping[str, EducationLevel] = MappingProxyType(
    {
        "VI": EducationLevel.LEVEL_2,
        "VBIS": EducationLevel.LEVEL_2,
        "V": EducationLevel.LEVEL_3,
        "IV": EducationLevel.LEVEL_4,
        "III": EducationLevel.LEVEL_5,
        "II": EducationLevel.LEVEL_6,
        "I": EducationLevel.LEVEL_7,
    }
)

# Public code list of the ASP. 00, 01, 60 and 70 are four ways of having no certificate.
ASP_EDUCATION: Mapping[str, EducationLevel] = MappingProxyType(
    {
        "00": EducationLevel.LEVEL_2,
        "01": EducationLevel.LEVEL_2,
        "10": EducationLevel.LEVEL_7,
        "20": EducationLevel.LEVEL_6,
        "30": EducationLevel.LEVEL_5,
        "40": EducationLevel.LEVEL_4,
        "41": EducationLevel.LEVEL_4,
        "50": EducationLevel.LEVEL_3,
        "51": EducationLevel.LEVEL_3,
        "60": EducationLevel.LEVEL_2,
        "70": EducationLevel.LEVEL_2,
    }
)


class SocioProfessional(LabelledEnum):
    """Catégorie socio-professionnelle, liste usuelle des OPCO (L)."""

    UNSKILLED_WORKER = "1", "1 - ouvrier non qualifié"
    SKILLED_WORKER = "2", "2 - ouvrier qualifié"
    EMPLOYEE = "3", "3 - employé"
    TECHNICIAN = "4", "4 - technicien / agent de maîtrise"
    MANAGER = "5", "5 - cadre"


class RegistrationLength(LabelledEnum):
    """Durée d'inscription à France Travail avant l'entrée."""

    NOT_REGISTERED = "NOT_REGISTERED", "non inscrit"
    UNDER_6 = "UNDER_6", "moins de 6 mois"
    FROM_6_TO_11 = "FROM_6_TO_11", "6 à 11 mois"
    FROM_12_TO_23 = "FROM_12_TO_23", "12 à 23 mois"
    FROM_24 = "FROM_24", "24 mois et plus"

    @property
    def is_long_term(self) -> bool:
        """DELD : inscrit depuis douze mois ou plus."""
        return self in (RegistrationLength.FROM_12_TO_23, RegistrationLength.FROM_24)

    @property
    def is_very_long_term(self) -> bool:
        """DETLD : inscrit depuis vingt-quatre mois ou plus."""
        return self is RegistrationLength.FROM_24


ASP_REGISTRATION: Mapping[str, RegistrationLength] = MappingProxyType(
    {
        "01": RegistrationLength.UNDER_6,
        "02": RegistrationLength.FROM_6_TO_11,
        "03": RegistrationLength.FROM_12_TO_23,
        "04": RegistrationLength.FROM_24,
    }
)


class BenefitKind(LabelledEnum):
    """Minimum social à l'embauche. Vide : inconnu ; « aucun » : vérifié."""

    NONE = "NONE", "aucun"
    RSA = "RSA", "RSA"
    ASS = "ASS", "ASS"
    AAH = "AAH", "AAH"


class PrescriberKind(LabelledEnum):
    FRANCE_TRAVAIL = "FRANCE_TRAVAIL", "France Travail"
    MISSION_LOCALE = "MISSION_LOCALE", "mission locale"
    CAP_EMPLOI = "CAP_EMPLOI", "Cap emploi"
    DEPARTEMENT = "DEPARTEMENT", "conseil départemental"
    OTHER = "OTHER", "autre"


class Opinion(LabelledEnum):
    """Avis rendu après l'entretien ou l'immersion."""

    FAVOURABLE = "FAVOURABLE", "favorable"
    TO_REVIEW = "TO_REVIEW", "à revoir"
    UNFAVOURABLE = "UNFAVOURABLE", "défavorable"
    WAITING_LIST = "WAITING_LIST", "liste complémentaire"


class RefusalReason(LabelledEnum):
    """Motif de refus d'une orientation : jamais un jugement sur la personne, jamais une donnée protégée."""

    POST_FILLED = "POST_FILLED", "poste déjà pourvu"
    OTHER_CANDIDATE = "OTHER_CANDIDATE", "autre candidature retenue"
    PREREQUISITE = "PREREQUISITE", "prérequis du poste non réunis"
    SCHEDULE = "SCHEDULE", "horaires incompatibles"
    DISTANCE = "DISTANCE", "trajet impossible"
    NOT_ELIGIBLE = "NOT_ELIGIBLE", "n'entre pas dans le cadre du contrat"
    DECLINED = "DECLINED", "la personne a décliné"
    NO_SHOW = "NO_SHOW", "rendez-vous non honoré"
    OTHER = "OTHER", "autre"


class Mobility(LabelledEnum):
    NONE = "NONE", "aucune"
    BIKE = "BIKE", "vélo"
    MOPED = "MOPED", "scooter"
    BUS = "BUS", "bus"
    CAR_SHARING = "CAR_SHARING", "covoiturage"
    LICENCE = "LICENCE", "permis B"
    LICENCE_AND_CAR = "LICENCE_AND_CAR", "permis B + véhicule"


class BarrierCategory(LabelledEnum):
    """Frein à l'emploi : une catégorie, jamais la description de la personne."""

    MOBILITY = "MOBILITY", "mobilité"
    FAMILY = "FAMILY", "contraintes familiales"
    HEALTH = "HEALTH", "santé"
    LITERACY = "LITERACY", "lecture, écriture, calcul"
    HOUSING = "HOUSING", "logement"
    MONEY = "MONEY", "difficultés financières"
    ADMINISTRATIVE = "ADMINISTRATIVE", "administratif ou juridique"
    DIGITAL = "DIGITAL", "numérique"
    CONFIDENCE = "CONFIDENCE", "image de soi, confiance"


# France Travail's diagnosis (H). Digital and confidence have no code there.
FRANCE_TRAVAIL_BARRIERS: Mapping[BarrierCategory, int] = MappingProxyType(
    {
        BarrierCategory.MOBILITY: 23,
        BarrierCategory.FAMILY: 24,
        BarrierCategory.HEALTH: 25,
        BarrierCategory.LITERACY: 26,
        BarrierCategory.HOUSING: 27,
        BarrierCategory.MONEY: 28,
        BarrierCategory.ADMINISTRATIVE: 29,
    }
)


class BarrierState(LabelledEnum):
    NOT_RAISED = "NOT_RAISED", "non abordé"
    OPEN = "OPEN", "en cours"
    CLOSED = "CLOSED", "levé"


def age_on(born_on: date, day: date) -> int:
    """Whole years. Born on 29 February: a year older on 1 March of a common year."""
    had_birthday = (day.month, day.day) >= (born_on.month, born_on.day)
    return day.year - born_on.year - (0 if had_birthday else 1)


def unaccented(text: str) -> str:
    """« Émilie » -> « emilie »: how two spellings of a name are compared."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def same_person_key(name: str, first_name: str) -> str:
    """Accents, case, dashes and the order of the words do not count: « MARÉCHAL Émilie » is « Emilie Marechal »."""
    return " ".join(sorted(_WORD.findall(unaccented(f"{name} {first_name}"))))


def is_near_match(one: str, other: str) -> bool:
    """Two keys that are a typing slip or a usual name apart: a question to ask, never a merge."""
    if one == other:
        return True
    ours, theirs = set(one.split()), set(other.split())
    # A usual name added, or forgotten: « lacroix stephanie » in « herve lacroix stephanie ».
    if len(ours & theirs) >= 2 and (ours <= theirs or theirs <= ours):
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEAR_ENOUGH


def education_level(text: str) -> EducationLevel | None:
    """« 3 (CAP-BEP) », « niveau 4 », « V » -> the level; None when the text says nothing sure."""
    # The digit of « bac+2 » is a number of years.
    digits = re.findall(r"(?<![+\w.,])[2-8](?![\w.,])", text)
    if len(digits) == 1:
        return EducationLevel(digits[0])
    return FORMER_LEVELS.get(_former_level(text))


def is_former_level(text: str) -> bool:
    """True when the level was written in the old scale: the conversion has to be said."""
    return not re.search(r"\d", text) and _former_level(text) in FORMER_LEVELS


def _former_level(text: str) -> str:
    words = re.sub(r"\b(?:niveau|niv|n)\b|[^a-z ]", " ", unaccented(text)).split()
    return "".join(words).upper()
