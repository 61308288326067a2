"""What ProConnect's way in refuses: answers that nobody asked for, forged proofs, a provider that is down."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog
from accounts.proconnect import attempts, refusals
from tests.accounts.oidc import (
    KID,
    RETURN,
    SECRET,
    START,
    Provider,
    Signature,
    enter,
    jwk,
    leave,
    refusal_of,
    rsa_key,
)
from tests.accounts.test_signin import PASSWORD, is_inside, sign_in


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


# --- Answers that are not ours, or no more ---


def come_back_with(client, query):
    answer = client.get(f"{RETURN}?{query}")
    assert answer.status_code == 403
    assert not is_inside(client)
    return refusal_of(answer)


def test_an_answer_that_nobody_asked_for_is_refused(client, provider, linked):
    stranger = Client()
    query = provider.approve(leave(stranger))
    assert come_back_with(client, query) == refusals.NOT_ASKED
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("state", ["", "autre", "é"])
def test_another_state_is_refused_and_ends_the_attempt(client, provider, linked, state):
    query = provider.approve(leave(client))
    forged = re.sub(r"state=[^&]+", f"state={state}", query)
    assert come_back_with(client, forged) == refusals.NOT_ASKED
    assert come_back_with(client, query) == refusals.NOT_ASKED


def test_an_answer_serves_once(client, provider, linked):
    query = provider.approve(leave(client))
    client.get(f"{RETURN}?{query}")
    client.post(reverse("account_logout"))
    assert come_back_with(client, query) == refusals.NOT_ASKED


def test_an_answer_that_comes_too_late_is_refused(client, provider, linked):
    query = provider.approve(leave(client))
    session = client.session
    session[attempts.KEY] = session[attempts.KEY] | {
        "left_at": session[attempts.KEY]["left_at"] - attempts.LIFETIME.total_seconds() - 1
    }
    session.save()
    assert come_back_with(client, query) == refusals.NOT_ASKED


def test_giving_up_over_there_lets_nobody_in(client, provider, linked):
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    assert come_back_with(client, f"error=access_denied&state={state}") == refusals.GIVEN_UP


def test_a_code_of_another_attempt_is_refused(client, provider, linked):
    """Its verifier stayed in the browser that asked."""
    stolen = parse_qs(provider.approve(leave(Client())))["code"][0]
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    assert come_back_with(client, f"code={stolen}&state={state}") == refusals.NOT_PROVED


# --- Forged proofs ---


FORGED = {
    "unsigned": {"algorithm": "none", "key": None},
    "signed with our own secret": {"algorithm": "HS256", "key": SECRET.encode()},
    "another key": {"key": rsa_key("forger")},
    "an algorithm that is not on the list": {"algorithm": "RS512"},
    "for another site": {"claims": {"aud": "autre-site"}},
    "for us, handed by another site": {"claims": {"azp": "autre-site"}},
    "no audience": {"claims": {"aud": None}},
    "another issuer": {"claims": {"iss": "https://autre.example"}},
    "no issuer": {"claims": {"iss": None}},
    "over": {"claims": {"exp": 1_600_000_000}},
    "without an end": {"claims": {"exp": None}},
    "nobody": {"claims": {"sub": ""}},
    "without a subject": {"claims": {"sub": None}},
    "a subject too long to be kept": {"claims": {"sub": "s" * 192}},
}


@pytest.mark.parametrize("how", FORGED.values(), ids=FORGED.keys())
@pytest.mark.parametrize("which", ["proof", "told"])
def test_a_forged_proof_lets_nobody_in(client, provider, linked, which, how):
    setattr(provider, which, Signature(**how))
    assert come_back_with(client, provider.approve(leave(client))) == refusals.NOT_PROVED
    line = AccessLog.objects.get()
    assert (line.action, line.user, line.purpose) == ("refusal", None, "proconnect_return")


@pytest.mark.parametrize("nonce", [None, "", "un autre"])
def test_another_nonce_is_refused(client, provider, linked, nonce):
    provider.proof = Signature(claims={"nonce": nonce})
    assert come_back_with(client, provider.approve(leave(client))) == refusals.NOT_PROVED


def test_the_nonce_of_an_earlier_sign_in_is_refused(client, provider, linked):
    enter(client, provider)
    client.post(reverse("account_logout"))
    provider.proof = Signature(claims={"nonce": provider.asked[0]["nonce"]})
    assert come_back_with(client, provider.approve(leave(client))) == refusals.NOT_PROVED


def test_userinfo_about_somebody_else_is_refused(client, provider, linked):
    provider.told = Signature(claims={"sub": "quelqu'un d'autre"})
    assert come_back_with(client, provider.approve(leave(client))) == refusals.NOT_PROVED


def test_userinfo_that_is_not_a_signed_token_is_refused(client, provider, linked):
    provider.told_type = "application/json"
    assert come_back_with(client, provider.approve(leave(client))) == refusals.NOT_PROVED


PUBLISHED = {
    "an algorithm that is not on the list": (jwk(rsa_key()) | {"alg": "RS512"}, rsa_key(), "RS512"),
    "a secret handed as a key": ({"kty": "oct", "k": "c2VjcmV0" * 8, "alg": "HS256"}, b"secret" * 8, "HS256"),
}


@pytest.mark.parametrize("key, signing, algorithm", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_the_list_of_algorithms_is_ours(client, provider, linked, key, signing, algorithm):
    provider.published = [key | {"kid": KID}]
    provider.proof = provider.told = Signature(key=signing, algorithm=algorithm)
    assert come_back_with(client, provider.approve(leave(client))) == refusals.NOT_PROVED


@pytest.mark.parametrize("published", [[], [{"kty": "oct", "k": "c2VjcmV0", "kid": "cle-1"}], "clés"])
def test_no_usable_key_lets_nobody_in(client, provider, linked, published):
    provider.published = published
    assert come_back_with(client, provider.approve(leave(client))) == refusals.NOT_PROVED


# --- A provider that is down, or sends elsewhere ---


@pytest.mark.parametrize("page", ["/jwks", "/userinfo"])
def test_a_provider_that_stops_midway_is_said_in_french(client, provider, linked, page):
    query = provider.approve(leave(client))
    provider.broken = {page}
    answer = client.get(f"{RETURN}?{query}")
    assert (answer.status_code, refusal_of(answer)) == (424, refusals.SILENT)
    assert "mot de passe" in answer.content.decode()
    assert not is_inside(client)


def test_a_provider_that_is_down_leaves_the_other_ways(client, provider, claire, linked):
    provider.broken = {"/.well-known/openid-configuration"}
    answer = client.post(START)
    assert (answer.status_code, refusal_of(answer)) == (424, refusals.SILENT)
    claire.set_password(PASSWORD)
    claire.save()
    sign_in(client, claire)
    assert is_inside(client)


def test_nobody_at_that_address_is_said_too(client, settings, db):
    with Provider() as gone:
        settings.PROCONNECT_URL = gone.issuer
    assert refusal_of(client.post(START)) == refusals.SILENT


WRONG_DOCUMENTS = [
    {"issuer": "https://autre.example"},
    {"issuer": None},
    {"token_endpoint": None},
    {"jwks_uri": "file:///etc/passwd"},
    {"userinfo_endpoint": "http://x\r\nSet-Cookie: a=b"},
    {"authorization_endpoint": "javascript:alert(1)"},
]


@pytest.mark.parametrize("found", WRONG_DOCUMENTS)
def test_a_discovery_document_that_is_not_right_leads_nowhere(client, provider, found):
    provider.discovery = found
    assert refusal_of(client.post(START)) == refusals.SILENT


def test_plain_http_is_for_exercises_only(client, provider, settings):
    settings.PLAIN_HTTP = False
    assert refusal_of(client.post(START)) == refusals.SILENT


def test_a_redirection_is_not_followed(client, provider, linked):
    provider.elsewhere = {"/.well-known/openid-configuration": f"{provider.issuer}/jwks"}
    assert refusal_of(client.post(START)) == refusals.SILENT
    assert provider.pages == ["/.well-known/openid-configuration"]


def test_a_browser_that_insists_waits(client, provider, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/15m/ip"}
    assert [client.post(START).status_code for _ in range(3)] == [200, 200, 429]
