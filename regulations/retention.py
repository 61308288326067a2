"""Combien de temps on garde : chaque durée, sa source, la confiance qu'on lui accorde ; ce qui retient un dossier.

Sources
  IAE platform, 24 months after collection or after the pathway: R5132-1-23. M
  File of the aid, one year after the aid at the payer: R5134-23. M
  Evidence of training: L6362-6, R6313-3, R6332-26. M. Practice of 3 years (M), tax papers of 6 (L): six are kept. L
  FSE+, five years from the 31 December of the last payment; State aid, ten years; accounting papers, ten years. M
  Access logs, 6 to 12 months, up to 3 years for internal control: CNIL. M
  State aid counted from that 31 December too, and durations of use below the longest one: choice of the programme. P
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from regulations.deadlines import plus_months
from regulations.enums import LabelledEnum

YEAR = 12


class Confidence(LabelledEnum):
    """Ce que vaut la source d'une durée ; « secondaire » et « à vérifier » vont au DPO avant toute publication."""

    SECONDARY = "M", "source secondaire"
    UNVERIFIED = "L", "à vérifier"
    CHOICE = "P", "choix du programme"


class Kept(LabelledEnum):
    """Ce qui se garde un temps."""

    NEVER_STARTED = "NEVER_STARTED", "personne sans contrat commencé"
    NEVER_STARTED_MOST = "NEVER_STARTED_MOST", "personne sans contrat commencé, au plus"
    PEC_ACTIVE = "PEC_ACTIVE", "dossier du contrat aidé, en cours d'usage"
    PEC_FILE = "PEC_FILE", "dossier du contrat aidé, en archive"
    PROTECTED = "PROTECTED", "critères protégés et notes"
    LIFTED_BARRIER = "LIFTED_BARRIER", "frein levé, avant d'être masqué"
    TRAINING = "TRAINING", "preuves de formation"
    ESF = "ESF", "preuves d'une cohorte cofinancée par le FSE+"
    STATE_AID = "STATE_AID", "preuves d'une cohorte sous aide d'État"
    ACCOUNTING = "ACCOUNTING", "lignes comptables, sans nom"
    ACCESS_LOG = "ACCESS_LOG", "journal d'accès"
    PROTECTED_READS = "PROTECTED_READS", "lectures protégées et exports du journal d'accès"
    ACCOUNT_NOTICE = "ACCOUNT_NOTICE", "compte inactif, avant d'être prévenu"
    ACCOUNT_DISABLED = "ACCOUNT_DISABLED", "compte inactif, avant d'être fermé"
    ACCOUNT_ANONYMISED = "ACCOUNT_ANONYMISED", "compte inactif, avant d'être rendu anonyme"


class ErasureDepth(LabelledEnum):
    """Jusqu'où va un effacement."""

    ARCHIVED = "ARCHIVED", "archive restreinte"
    COMPLETE = "COMPLETE", "complet"


@dataclass(frozen=True, slots=True)
class Duration:
    """Durée : en mois, depuis un fait, avec sa source."""

    months: int
    since: str
    source: str
    confidence: Confidence


C = Confidence
DURATIONS: Mapping[Kept, Duration] = MappingProxyType(
    {
        Kept.NEVER_STARTED: Duration(6, "le dernier événement", "R5132-1-23", C.CHOICE),
        Kept.NEVER_STARTED_MOST: Duration(24, "l'enregistrement", "R5132-1-23", C.SECONDARY),
        Kept.PEC_ACTIVE: Duration(6, "la fin du contrat", "R5134-23", C.CHOICE),
        Kept.PEC_FILE: Duration(24, "la fin du contrat", "R5134-23, R5132-1-23", C.SECONDARY),
        Kept.PROTECTED: Duration(12, "la fin du contrat", "RGPD, article 5", C.CHOICE),
        Kept.LIFTED_BARRIER: Duration(6, "la levée", "RGPD, article 5", C.CHOICE),
        Kept.TRAINING: Duration(6 * YEAR, "la dernière formation", "L6362-6, R6313-3, R6332-26", C.UNVERIFIED),
        Kept.ESF: Duration(5 * YEAR, "le 31 décembre du dernier paiement", "FSE+", C.SECONDARY),
        Kept.STATE_AID: Duration(10 * YEAR, "le 31 décembre du dernier paiement", "aide d'État", C.SECONDARY),
        Kept.ACCOUNTING: Duration(10 * YEAR, "le paiement", "règles comptables", C.SECONDARY),
        Kept.ACCESS_LOG: Duration(12, "la ligne", "recommandations de la CNIL", C.SECONDARY),
        Kept.PROTECTED_READS: Duration(36, "la ligne", "recommandations de la CNIL", C.SECONDARY),
        Kept.ACCOUNT_NOTICE: Duration(11, "la dernière connexion", "RGPD, article 5", C.CHOICE),
        Kept.ACCOUNT_DISABLED: Duration(12, "la dernière connexion", "RGPD, article 5", C.CHOICE),
        Kept.ACCOUNT_ANONYMISED: Duration(24, "la dernière connexion", "RGPD, article 5", C.CHOICE),
    }
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Un contrat, tel que les durées le regardent. Une fin absente : il court, sa fin n'est pas connue."""

    has_started: bool
    ended_on: date | None
    last_training_on: date | None = None
    last_paid_on: date | None = None
    # Another money than the aid's makes its evidence live longer.
    longer: Kept | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """Ce qui retient un dossier, et jusqu'à quel jour ; sans jour tant que le contrat court."""

    kept: Kept
    until: date | None

    @property
    def duration(self) -> Duration:
        return DURATIONS[self.kept]

    def holds(self, on: date) -> bool:
        return self.until is None or on <= self.until


def kept_until(kept: Kept, since: date) -> date:
    return plus_months(since, DURATIONS[kept].months)


def grounds(files: Iterable[FileFacts]) -> list[Ground]:
    """One of each, the last day that any contract gives it. Nobody who never started a contract is kept."""
    found: dict[Kept, Ground] = {}
    for facts in files:
        for ground in _grounds_of(facts):
            known = found.get(ground.kept)
            if known is None or (known.until is not None and _later(ground, known)):
                found[ground.kept] = ground
    return list(found.values())


def _later(one: Ground, other: Ground) -> bool:
    return one.until is None or (other.until is not None and one.until > other.until)


def _grounds_of(facts: FileFacts) -> list[Ground]:
    if not facts.has_started and facts.last_training_on is None:
        return []
    until = facts.ended_on and kept_until(Kept.PEC_FILE, facts.ended_on)
    found = [Ground(Kept.PEC_FILE, until)] if facts.has_started else []
    if facts.last_training_on is not None:
        found.append(Ground(Kept.TRAINING, kept_until(Kept.TRAINING, facts.last_training_on)))
    # Before any payment, the end of the contract stands for it: the day is computed again once it is paid.
    last = facts.last_paid_on or facts.ended_on
    if facts.longer:
        found.append(Ground(facts.longer, last and kept_until(facts.longer, date(last.year, 12, 31))))
    return found


def still_holding(found: Iterable[Ground], on: date) -> list[Ground]:
    """Those that hold that day, the one that ends last first."""
    standing = [ground for ground in found if ground.holds(on)]
    return sorted(standing, key=lambda ground: ground.until or date.max, reverse=True)


def ends_on(found: Iterable[Ground]) -> date | None:
    """The day of the last of them; None when one has no known end."""
    days = [ground.until for ground in found]
    return None if None in days else max(days, default=None)
