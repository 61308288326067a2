"""One attempt at a time, kept in the browser's session from the departure to the return, and used once."""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.utils.crypto import constant_time_compare

from accounts import clock
from accounts.proconnect.refusals import NOT_ASKED, Refused

KEY = "proconnect"
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Attempt:
    """What was asked, by whom when she links her account, and the secrets that the answer must carry."""

    state: str
    nonce: str
    code_verifier: str
    left_at: float
    linking: int | None
    next_url: str


def leave(request, *, linking: int | None, next_url: str) -> tuple[Attempt, dict[str, str]]:
    """The attempt, and the PKCE parameters that go with it."""
    pkce = generate_code_challenge()
    attempt = Attempt(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        code_verifier=pkce.pop("code_verifier"),
        left_at=clock.true_now().timestamp(),
        linking=linking,
        next_url=next_url,
    )
    request.session[KEY] = asdict(attempt)
    return attempt, pkce


def come_back(request) -> Attempt:
    """Whatever the answer says, the attempt is over: a second return finds nothing."""
    kept = request.session.pop(KEY, None)
    if kept is None:
        raise Refused(NOT_ASKED)
    attempt = Attempt(**kept)
    if not constant_time_compare(request.GET.get("state", ""), attempt.state):
        raise Refused(NOT_ASKED)
    if clock.true_now().timestamp() - attempt.left_at > LIFETIME.total_seconds():
        raise Refused(NOT_ASKED)
    if attempt.linking != request.user.pk:
        raise Refused(NOT_ASKED)
    return attempt
