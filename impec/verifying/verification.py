"""One verification: what was read of each kind, its first fault, and the line of the access log that keeps it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import history, journal, outbox, seals
from accounts.journal import log_access
from accounts.models import AccessLog, Membership, Seal, SealedGap, User
from accounts.roles import Role
from accounts.seals import Check
from impec.verifying import files

ACTION = "verify"

PARTS: tuple[tuple[str, str, Callable[[], Check]], ...] = (
    ("journal", "journal d'accès", journal.check),
    ("seals", "sceaux", seals.check),
    ("history", "historique", history.check),
    *((kept.key, kept.label, partial(files.check, kept)) for kept in files.KEPT),
)
# Key of the part, rows read, first fault, rows that no seal covers yet.
Found = tuple[str, int, str, int]
LABELS = {key: label for key, label, _ in PARTS}


@dataclass(frozen=True)
class Part:
    """Ce qui a été relu d'une sorte, et sa première faute."""

    label: str
    count: int
    fault: str = ""
    waiting: int = 0

    @property
    def said(self) -> str:
        return self.fault or "tout concorde"


@dataclass(frozen=True)
class Verification:
    """Une vérification, telle qu'on la montre."""

    row: AccessLog
    parts: list[Part]

    @property
    def faults(self) -> list[Part]:
        return [part for part in self.parts if part.fault]

    @property
    def holds(self) -> bool:
        return not self.faults


def read(tell: Callable[[Part], None] = lambda part: None) -> list[Found]:
    """Reads everything again, one kind after the other."""
    found = []
    for key, _, check in PARTS:
        outcome = check()
        found.append((key, outcome.count, outcome.fault, outcome.waiting))
        tell(_part(found[-1]))
    return found


def record(*, found: list[Found], user: User | None, request=None) -> Verification:
    """What was found is a line of the access log, which the next verification reads too."""
    faults = [f"{LABELS[key]} : {fault}" for key, _, fault, _ in found if fault]
    row = log_access(
        user=user,
        action=ACTION,
        count=sum(count for _, count, _, _ in found),
        filters={"parts": found},
        purpose=faults[0][:200] if faults else "tout concorde",
        request=request,
    )
    return shown(row)


def shown(row: AccessLog) -> Verification:
    return Verification(row, [_part(one) for one in row.filters["parts"]])


def _part(found: Found) -> Part:
    key, count, fault, waiting = found
    return Part(LABELS.get(key, key), count, fault, waiting)


def place_of(head: str) -> str:
    """Where a head that was told one day stands now; nothing when it is gone."""
    row = AccessLog.objects.filter(row_hash=head).first()
    if row:
        return f"ligne n° {row.pk} du journal d'accès"
    gap = SealedGap.objects.filter(hash_after=head).first()
    if gap:
        return f"ligne n° {gap.last_row} du journal d'accès, partie à la fin de sa durée"
    seal = Seal.objects.filter(row_hash=head).first()
    return f"sceau n° {seal.pk}" if seal else ""


def recent(most: int) -> Iterator[Verification]:
    rows = AccessLog.objects.filter(action=ACTION).select_related("user").order_by("-pk")
    return map(shown, rows[:most])


def last() -> Verification | None:
    return next(recent(1), None)


@transaction.atomic
def warn_administrators(verification: Verification) -> None:
    """One mail to each of those who run the service: what does not match, and what to do first."""
    faults = "\n".join(f"- {part.label} : {part.fault}" for part in verification.faults)
    address = settings.SITE_ADDRESS.rstrip("/") + reverse("verifying:verifications")
    held = Membership.objects.active().filter(role=Role.ADMINISTRATOR).values_list("user__email", flat=True)
    for email in sorted(set(held)):
        outbox.post_message(
            key=f"verify:{verification.row.pk}:{email}",
            recipient=email,
            subject="La vérification des journaux et des fichiers a trouvé un écart",
            body=(
                "Bonjour,\n\nLa vérification a trouvé ce qui suit.\n\n"
                f"{faults}\n\nNe corrigez rien à la main : gardez une copie de la base et des fichiers, puis comparez "
                f"avec la dernière sauvegarde.\n\n{address}\n"
            ),
        )
