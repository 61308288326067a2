"""Unusual use of an account, read in the access log: who opens too much or takes too many files is said to those who
can find out why. Nothing is forbidden by it, and no mail names anybody.

The CNIL blamed logs that let nobody see an account being emptied (SAN-2026-003). It gives no figure: both thresholds,
the pace above which pages wait, and what counts as a nominative file are choices of this programme.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import clock
from accounts.journal import DOWNLOAD, EXPORT, READ, UNUSUAL, log_access
from accounts.models import AccessLog, Membership, Organisation, User
from accounts.outbox import post_message
from accounts.templatetags.french import as_day

HOUR = timedelta(hours=1)
# More than that many detail pages with protected data, or copies taken of kept files, within any hour.
READS_AN_HOUR = 60
# That many nominative files made in a day.
EXPORTS_A_DAY = 3


@dataclass
class Use:
    """Ce qu'un compte a lu et exporté : une journée, et l'heure qui la précède."""

    reads: list[datetime] = field(default_factory=list)
    exports: int = 0
    organisations: set[int] = field(default_factory=set)

    def words(self, start: datetime) -> list[str]:
        """What is unusual in it, without a name nor an object; empty when nothing is."""
        said = []
        if busiest_hour(self.reads, start) > READS_AN_HOUR:
            said.append(f"plus de {READS_AN_HOUR} fiches protégées ouvertes en une heure")
        if self.exports >= EXPORTS_A_DAY:
            said.append(f"{EXPORTS_A_DAY} fichiers nominatifs ou plus produits dans la journée")
        return said


def busiest_hour(instants: list[datetime], start: datetime) -> int:
    """The most within sixty minutes that end after `start`; the instants come in order."""
    most = first = 0
    for last, instant in enumerate(instants):
        while instant - instants[first] >= HOUR:
            first += 1
        if instant >= start:
            most = max(most, last - first + 1)
    return most


def uses_of(day: date, is_nominative: Callable[[str, dict], bool]) -> dict[int, Use]:
    """By account. `is_nominative(purpose, filters)` judges an export by its line in the log."""
    start, end = clock.at(day, time()), clock.at(day + timedelta(days=1), time())
    # Named one by one, so that the index of the log by organisation serves.
    organisations = list(Organisation.objects.values_list("pk", flat=True))
    rows = AccessLog.objects.filter(
        organisation__in=organisations,
        user__isnull=False,
        action__in=(READ, DOWNLOAD, EXPORT),
        at__gte=start - HOUR,
        at__lt=end,
    )
    found = defaultdict(Use)
    columns = ("user_id", "organisation_id", "at", "action", "purpose", "filters")
    for user, organisation, at, action, purpose, filters in rows.order_by("at", "pk").values_list(*columns).iterator():
        if action != EXPORT:
            found[user].reads.append(at)
        elif at >= start and is_nominative(purpose, filters):
            found[user].exports += 1
        if at >= start:
            found[user].organisations.add(organisation)
    return found


@transaction.atomic
def tell(*, user: User, use: Use, day: date, agencies_of: Callable[[User, Membership], Iterable[int]]) -> int:
    """How many were told: nobody when nothing is unusual, or when that day of that account was told already."""
    words = use.words(clock.at(day, time()))
    if not words:
        return 0
    # Two jobs at once: the second waits, and finds the line of the first.
    User.objects.select_for_update().get(pk=user.pk)
    if AccessLog.objects.filter(user=user, action=UNUSUAL, filters__jour=day.isoformat()).exists():
        return 0
    recipients = {}
    for membership in _memberships_of(user, use.organisations):
        user.acting_through = membership
        log_access(user=user, action=UNUSUAL, filters={"jour": day.isoformat()}, purpose=" ; ".join(words))
        heads = {membership.organisation_id, *agencies_of(user, membership)}
        for one in Membership.objects.active().filter(is_admin=True, organisation__in=heads).select_related("user"):
            recipients.setdefault(one.user, membership.organisation)
    for recipient, organisation in recipients.items():
        post_message(
            key=f"unusual/{user.pk}/{day.isoformat()}/{recipient.pk}",
            recipient=recipient.email,
            subject=f"Usage inhabituel d'un compte, le {as_day(day)}",
            body=_text(organisation, day, words),
        )
    return len(recipients)


def _memberships_of(user: User, organisations: set[int]) -> list[Membership]:
    """One for each organisation she acted for; it may have been withdrawn since."""
    rows = user.memberships.filter(organisation__in=organisations).select_related("organisation").order_by("pk")
    return list({one.organisation_id: one for one in rows}.values())


def _text(organisation: Organisation, day: date, words: list[str]) -> str:
    journal = settings.SITE_ADDRESS.rstrip("/") + reverse("accounts:access_log")
    return (
        "Bonjour,\n\n"
        f"Le {as_day(day)}, un compte qui agit pour « {organisation} » : {' ; '.join(words)}.\n\n"
        "Ce n'est pas une faute en soi : un contrôle ou une fin de mois peuvent l'expliquer. Qui gère les membres de "
        f"cette organisation voit lequel dans son journal d'accès, et peut lui demander pourquoi :\n{journal}\n\n"
        "Si personne ne sait l'expliquer, retirez l'accès depuis « Membres » et prévenez la personne chargée de la "
        "protection des données.\n"
    )
