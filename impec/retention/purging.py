"""The proposal, rule by rule, and what an approval removes. Run twice, the second finds nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.journal import log_access
from accounts.models import AccessLog, Organisation, User
from accounts.scope import acting_membership
from accounts.templatetags.french import as_count
from impec.retention import people, protected, service
from impec.retention.people import Due
from regulations.retention import Kept

APPROVE_PEOPLE = "cohorts.approve_purge"
APPROVE_SERVICE = "accounts.approve_purge"
NOT_ENTITLED = (
    "Une purge s'approuve par une conseillère qui gère les membres de son agence, pour les personnes de celle-ci, "
    "ou par l'administration technique, pour le journal d'accès et les comptes."
)


@dataclass(frozen=True)
class Rule:
    """Une règle : ce qu'elle propose, et ce que son approbation fait de chaque ligne proposée."""

    kept: Kept
    title: str
    effect: str
    permission: str
    found: Callable[[date, Organisation | None], Due]
    act: Callable[[int, User, date, Kept], bool]

    def proposed(self, on: date, agency: Organisation | None) -> "Proposal":
        found = self.found(on, agency)
        return Proposal(self, len(found), tuple(found.values()))

    def remove(self, on: date, agency: Organisation | None, by: User, tell: Callable[[], None]) -> int:
        done = 0
        try:
            for pk in self.found(on, agency):
                done += self.act(pk, by, on, self.kept)
                tell()
        finally:
            note(self, done, by)
        return done


@dataclass(frozen=True)
class JournalRule:
    """Une règle du journal d'accès : ses lignes partent ensemble, et laissent un sceau."""

    kept: Kept
    title: str
    effect: str
    permission: str
    rows: Callable[[date], Iterable[AccessLog]]

    def proposed(self, on: date, agency: Organisation | None) -> "Proposal":
        return Proposal(self, self.rows(on).count(), ())

    @transaction.atomic
    def remove(self, on: date, agency: Organisation | None, by: User, tell: Callable[[], None]) -> int:
        done = service.remove_rows(self.rows(on), by)
        note(self, done, by)
        tell()
        return done


@dataclass(frozen=True)
class Proposal:
    """Ce qu'une règle retirerait : combien, et quoi, sans nommer personne."""

    rule: Rule | JournalRule
    count: int
    codes: tuple[str, ...]

    @property
    def why(self) -> str:
        return people.told(self.rule.kept)


_people = partial(Rule, permission=APPROVE_PEOPLE)
_accounts = partial(Rule, permission=APPROVE_SERVICE)
_journal = partial(JournalRule, permission=APPROVE_SERVICE)

RULES: tuple[Rule | JournalRule, ...] = (
    _people(
        Kept.PROTECTED,
        "Critères protégés et notes",
        "critères protégés, freins, notes, justificatifs et motifs d'absence sont effacés",
        found=protected.outlived,
        act=protected.take_away,
    ),
    _people(
        Kept.LIFTED_BARRIER,
        "Freins levés",
        "son texte est masqué ; sa catégorie et ses dates restent aux chiffres de la cohorte",
        found=protected.lifted,
        act=protected.mask,
    ),
    _people(
        Kept.NEVER_STARTED,
        "Personnes sans contrat commencé",
        "la personne est effacée",
        found=people.never_started,
        act=people.erase,
    ),
    _people(
        Kept.PEC_FILE,
        "Dossiers de contrats aidés",
        "la personne est effacée ; ses preuves de formation attendent leur terme",
        found=people.ended_files,
        act=people.erase,
    ),
    *(
        _people(kept, title, "ce qui restait en archive est effacé", found=people.archived(kept), act=people.erase)
        for kept, title in (
            (Kept.TRAINING, "Preuves de formation en archive"),
            (Kept.ESF, "Preuves en archive, cohortes cofinancées par le FSE+"),
            (Kept.STATE_AID, "Preuves en archive, cohortes sous aide d'État"),
        )
    ),
    _journal(
        Kept.ACCESS_LOG,
        "Journal d'accès",
        "les lignes partent, un sceau en garde la marque",
        rows=service.old_rows,
    ),
    _journal(
        Kept.PROTECTED_READS,
        "Journal d'accès, lectures et exports",
        "les lignes partent, un sceau en garde la marque",
        rows=service.old_reads,
    ),
    _accounts(
        Kept.ACCOUNT_DISABLED,
        "Comptes inutilisés",
        "le compte est fermé, un mois au moins après l'avoir dit à qui s'en servait",
        found=lambda on, agency: service.to_disable(on),
        act=service.disable,
    ),
    _accounts(
        Kept.ACCOUNT_ANONYMISED,
        "Comptes fermés",
        "son nom et son adresse sont effacés ; ce qu'il a fait reste sous un numéro",
        found=lambda on, agency: service.to_anonymise(on),
        act=service.anonymise,
    ),
)


def proposals(on: date, agency: Organisation | None = None, rules=RULES) -> list[Proposal]:
    return [rule.proposed(on, agency) for rule in rules]


def rules_of(user: User) -> list[Rule | JournalRule]:
    """Those this person may approve; a refusal when there is none."""
    membership = acting_membership(user)
    entitled = {APPROVE_SERVICE} if user.has_perm(APPROVE_SERVICE) else set()
    if membership and membership.is_admin and user.has_perm(APPROVE_PEOPLE):
        entitled.add(APPROVE_PEOPLE)
    rules = [rule for rule in RULES if rule.permission in entitled]
    if not rules:
        raise ValidationError(NOT_ENTITLED)
    return rules


def may_approve(user: User) -> bool:
    try:
        return bool(rules_of(user))
    except ValidationError:
        return False


def rules_seen_by(user: User) -> list[Rule | JournalRule]:
    """A coordinator who manages no member reads the proposal of her agency; somebody else approves it."""
    return [rule for rule in RULES if user.has_perm(rule.permission)]


def agency_of(user: User) -> Organisation | None:
    return acting_membership(user).organisation


def approve(
    *, by: User, on: date, only: Iterable[str] = (), tell: Callable[[], None] = lambda: None
) -> dict[Kept, int]:
    """Removes what the rules propose that day, in the order of the table: how many of each."""
    wanted = set(only)
    rules = [rule for rule in rules_of(by) if not wanted or rule.kept.value in wanted]
    return {rule.kept: rule.remove(on, agency_of(by), by, tell) for rule in rules}


def note(rule: Rule | JournalRule, done: int, by: User) -> None:
    if done:
        log_access(
            user=by,
            action="purge",
            count=done,
            filters={"rule": rule.kept.value},
            purpose=f"fin de conservation : {rule.title}",
        )


def said(done: dict[Kept, int]) -> str:
    """« Retiré. Journal d'accès : 10. Comptes inutilisés : 2. »"""
    titles = {rule.kept: rule.title for rule in RULES}
    found = [f"{titles[kept]} : {as_count(count)}." for kept, count in done.items() if count]
    return " ".join(["Retiré.", *found]) if found else "Rien n'a passé sa durée : rien n'est retiré."
