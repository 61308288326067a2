"""Ten failures close an account for a while: its owner is told, and nobody else learns that there is an account."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django_q.tasks import async_task

from accounts import clock
from accounts.journal import log_access
from accounts.models import Message, User
from accounts.outbox import post_message
from accounts.templatetags.french import as_instant

ACTION = "login_failed"
PASSWORD, SECOND_FACTOR = "password", "second-factor"
WORDS = {PASSWORD: "mot de passe", SECOND_FACTOR: "second facteur"}


def account_limit() -> str:
    """« 10/15m/key »: the part of the limit that counts the failures of one account."""
    limits = settings.ACCOUNT_RATE_LIMITS[ACTION].split(",")
    return next(limit for limit in limits if limit.endswith("/key"))


def note_failure(request, *, key: str, address: str, proof: str) -> None:
    """After a failure that allauth counted under `key`. The same work whether the address is known or not."""
    limit = account_limit()
    counted = {"app": "allauth.account", "action": ACTION, "config": {ACTION: limit}, "key": key}
    if ratelimit.consume(request, **counted, dry_run=True):
        return
    fingerprint = fingerprint_of(address)
    window = ratelimit.parse_rate(limit).duration
    if cache.add(f"impec:blocked:{proof}:{fingerprint}", True, window):
        # A job looks the owner up: doing it here would take longer for an address that has one.
        async_task("accounts.jobs.tell_blocked", fingerprint, proof, clock.now().isoformat())


def fingerprint_of(address: str) -> str:
    """What the queue keeps of what was typed: an address, or a password typed in its place, stays out of it."""
    return salted_hmac("impec.blocked", address.strip().lower(), algorithm="sha256").hexdigest()


def owner_of(fingerprint: str) -> User | None:
    """By going through the addresses: only this installation can make their fingerprints."""
    rows = EmailAddress.objects.filter(verified=True, user__is_active=True).select_related("user")
    return next((row.user for row in rows.iterator() if _is_that_of(row.email, fingerprint)), None)


def _is_that_of(address: str, fingerprint: str) -> bool:
    return constant_time_compare(fingerprint_of(address), fingerprint)


@transaction.atomic
def tell_owner(*, fingerprint: str, proof: str, at: datetime) -> Message | None:
    """Once per block, however often the job is handed out."""
    owner = owner_of(fingerprint)
    if owner is None:
        return None
    key = f"blocked/{owner.pk}/{at:%Y%m%dT%H%M%S}"
    told = Message.objects.filter(key=key).first()
    if told is None:
        log_access(user=owner, action="blocked", purpose=WORDS[proof])
        told = post_message(
            key=key, recipient=owner.email, subject="Votre compte est bloqué un moment", body=_text(proof, at)
        )
    return told


def _text(proof: str, at: datetime) -> str:
    rate = ratelimit.parse_rate(account_limit())
    advice = (
        "Le mot de passe donné était le bon. Si ce n'était pas vous, quelqu'un le connaît : changez-le dès que vous le "
        "pouvez, et prévenez qui gère les membres de votre organisation.\n"
        if proof == SECOND_FACTOR
        else "C'était vous ? Attendez, puis choisissez « Mot de passe oublié » s'il le faut.\n"
        "Ce n'était pas vous ? Rien n'a été ouvert. Si cela recommence, prévenez qui gère les membres de votre "
        "organisation.\n"
    )
    return (
        "Bonjour,\n\n"
        f"{rate.amount} essais de {WORDS[proof]} ont échoué pour votre compte ImPEC en {rate.duration / 60:g} minutes. "
        f"Le dernier est du {as_instant(at)}. Votre compte refuse d'autres essais pendant {rate.duration / 60:g} "
        "minutes au plus, puis se rouvre de lui-même.\n\n"
        f"{advice}"
    )
