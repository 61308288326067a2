"""Asking ProConnect who somebody is, and believing nothing that it did not sign for us."""

import json
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from django.conf import settings
from django.utils.crypto import constant_time_compare

from accounts.proconnect.attempts import Attempt
from accounts.proconnect.refusals import GIVEN_UP, NOT_PROVED, Refused, Silent

logger = logging.getLogger("impec.proconnect")

# Signatures that only the provider can make: no « none », nothing made with the secret that we hold too.
ALGORITHMS = ["RS256", "ES256"]
# Two clocks that do not quite agree, in seconds.
LEEWAY = 60
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
# Asked for explicitly: how she proved who she is.
CLAIMS = json.dumps({"id_token": {"amr": {"essential": True}}})
# Lengths of allauth's columns, where the pair is kept.
LONGEST_SUBJECT = 191


@dataclass(frozen=True)
class Identity:
    """Who the provider says she is; no name and no address is kept."""

    issuer: str
    subject: str
    two_factors: bool


class Provider:
    """One conversation: addresses are read in the discovery document, at the start of each."""

    def __init__(self):
        found = _get_json(f"{settings.PROCONNECT_URL}/.well-known/openid-configuration")
        self.addresses = {name: _address(found.get(name)) for name in ENDPOINTS}
        self.issuer = found.get("issuer")
        if not isinstance(self.issuer, str) or self.issuer.rstrip("/") != settings.PROCONNECT_URL:
            raise _silent("issuer")

    def departure(self, request, attempt: Attempt, pkce: dict[str, str], callback: str) -> str:
        """The address where she proves who she is."""
        client = self._client(request, callback)
        client.state = attempt.state
        extra = {"nonce": attempt.nonce, "claims": CLAIMS, **pkce}
        return client.get_redirect_url(self.addresses["authorization_endpoint"], ["openid"], extra)

    def identify(self, request, attempt: Attempt, callback: str) -> Identity:
        """From the code she came back with."""
        code = request.GET.get("code", "")
        if "error" in request.GET or not code:
            raise Refused(GIVEN_UP)
        tokens = self._tokens(request, code, attempt, callback)
        keys = self._keys()
        proved = self._read(tokens.get("id_token"), keys)
        if not constant_time_compare(str(proved.get("nonce", "")), attempt.nonce):
            raise _not_proved("nonce")
        told = self._read(self._userinfo(tokens["access_token"]), keys)
        if not constant_time_compare(told["sub"], proved["sub"]):
            raise _not_proved("sub")
        methods = proved.get("amr")
        return Identity(self.issuer, proved["sub"], isinstance(methods, list) and "mfa" in methods)

    def _client(self, request, callback: str) -> OAuth2Client:
        return OAuth2Client(
            request,
            settings.PROCONNECT_CLIENT_ID,
            settings.PROCONNECT_CLIENT_SECRET,
            "POST",
            self.addresses["token_endpoint"],
            callback,
        )

    def _tokens(self, request, code: str, attempt: Attempt, callback: str) -> dict:
        client = self._client(request, callback)
        try:
            tokens = client.get_access_token(code, pkce_code_verifier=attempt.code_verifier)
        except OAuth2Error as fault:
            raise _not_proved("code") from fault
        # An answer without a type is none of ours.
        except (requests.RequestException, KeyError) as fault:
            raise _silent(type(fault).__name__) from fault
        if not isinstance(tokens, dict):
            raise _silent("token_endpoint")
        return tokens

    def _keys(self) -> jwt.PyJWKSet:
        try:
            return jwt.PyJWKSet.from_dict(_get_json(self.addresses["jwks_uri"]))
        except (jwt.PyJWTError, ValueError) as fault:
            raise _not_proved(type(fault).__name__) from fault

    def _userinfo(self, access_token: str) -> str:
        answer = _get(self.addresses["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"})
        if answer.headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/jwt":
            raise _not_proved("userinfo")
        return answer.text

    def _read(self, token: object, keys: jwt.PyJWKSet) -> dict:
        """The claims of a token that the provider signed, for us, and that still holds."""
        try:
            claims = jwt.decode(
                token,
                keys[jwt.get_unverified_header(token).get("kid")],
                algorithms=ALGORITHMS,
                audience=settings.PROCONNECT_CLIENT_ID,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": ["iss", "aud", "exp", "sub"], "enforce_minimum_key_length": True},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as fault:
            raise _not_proved(type(fault).__name__) from fault
        if claims.get("azp", settings.PROCONNECT_CLIENT_ID) != settings.PROCONNECT_CLIENT_ID:
            raise _not_proved("azp")
        if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
            raise _not_proved("sub")
        return claims


def _get(address: str, headers: dict[str, str] | None = None) -> requests.Response:
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=headers)
            answer.raise_for_status()
            return answer
    except requests.RequestException as fault:
        raise _silent(type(fault).__name__) from fault


def _get_json(address: str) -> dict:
    try:
        found = _get(address).json()
    except requests.RequestException as fault:
        raise _silent(type(fault).__name__) from fault
    if not isinstance(found, dict):
        raise _silent("json")
    return found


def _address(found: object) -> str:
    """Over TLS, but for exercises on the loopback address."""
    schemes = ("https", "http") if settings.PLAIN_HTTP else ("https",)
    if isinstance(found, str) and found.isascii() and found.isprintable() and urlsplit(found).scheme in schemes:
        return found
    raise _silent("address")


def _silent(cause: str) -> Silent:
    logger.warning("ProConnect ne répond pas comme attendu (%s).", cause)
    return Silent()


def _not_proved(cause: str) -> Refused:
    """The operator reads why; the page does not say it."""
    logger.warning("Réponse de ProConnect refusée (%s).", cause)
    return Refused(NOT_PROVED)
