"""ProConnect: off, the whole dance, linking one's account; what it refuses is in test_proconnect_refusals.py."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import AccessLog, Message, User
from accounts.proconnect import refusals
from impec import environment
from impec.erasing.actions.traces import Touched, close_account
from impec.retention.service import anonymise
from regulations.retention import Kept
from tests.accounts.oidc import (
    ACCOUNT,
    CLIENT_ID,
    RETURN,
    SECRET,
    START,
    Signature,
    elliptic_key,
    enter,
    jwk,
    leave,
    refusal_of,
)
from tests.accounts.test_signin import PASSWORD, code_of, is_inside, sign_in
from tests.test_access import ROLES, status_for


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


@pytest.fixture
def claire(claire):
    claire.set_password(PASSWORD)
    claire.save()
    return claire


@pytest.fixture
def totp(claire):
    secret = generate_totp_secret()
    TOTP.activate(claire, secret)
    return secret


# --- Off, or half configured ---


def test_off_there_is_no_button_and_no_page(client, client_of, claire):
    assert START not in client.get(reverse("account_login")).content.decode()
    assert ACCOUNT not in client_of(claire).get(reverse("accounts:account")).content.decode()
    for browser in (client, client_of(claire)):
        found = {
            browser.generic(method, path).status_code for method in ("GET", "POST") for path in (START, RETURN, ACCOUNT)
        }
        assert found == {404}


# What the access matrix says while it is off, said here while it is on: a stranger, whoever is signed in.
WHEN_ON = {
    ("GET", START): (405, 405),
    ("POST", START): (200, 302),
    ("GET", RETURN): (403, 403),
    ("POST", RETURN): (405, 405),
    # To sign in, to give the password again.
    ("GET", ACCOUNT): (302, 302),
    ("POST", ACCOUNT): (302, 302),
}


def test_on_each_role_gets_the_same(world, client_of, provider):
    for role in ROLES:
        user = world.users[role]
        if user is not None:
            user.set_password(PASSWORD)
            user.save()
        browser = client_of(user)
        found = {(method, path): status_for(browser, method, path) for method, path in WHEN_ON}
        assert found == {key: statuses[role != "anonymous"] for key, statuses in WHEN_ON.items()}, role


def test_a_trainee_has_nothing_to_link(client, provider, amina):
    amina.set_password(PASSWORD)
    amina.save()
    sign_in(client, amina)
    for method in ("GET", "POST"):
        assert client.generic(method, ACCOUNT).status_code == 404


OF_A_PROVIDER = {"url": "https://fournisseur.example/api/v2/", "client_id": "impec", "secret": "secret"}
VARIABLES = {"url": "PROCONNECT_URL", "client_id": "PROCONNECT_CLIENT_ID", "secret": "PROCONNECT_CLIENT_SECRET"}


def test_none_of_the_variables_is_off_and_all_of_them_are_on():
    off = environment.proconnect(**dict.fromkeys(OF_A_PROVIDER, ""), plain=False)
    assert set(off.values()) == {""}
    on = environment.proconnect(**OF_A_PROVIDER, plain=False)
    assert list(on.values()) == ["https://fournisseur.example/api/v2", "impec", "secret"]


@pytest.mark.parametrize("given", OF_A_PROVIDER)
def test_one_variable_alone_stops_the_start_and_names_the_others(given):
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.proconnect(**dict.fromkeys(OF_A_PROVIDER, "") | {given: OF_A_PROVIDER[given]}, plain=False)
    named = set(re.findall(r"PROCONNECT_\w+", str(refusal.value)))
    assert named == set(VARIABLES.values()) - {VARIABLES[given]}


@pytest.mark.parametrize("address", ["http://fournisseur.example", "fournisseur.example", "file:///etc/passwd"])
def test_the_provider_is_reached_over_tls_only(address):
    with pytest.raises(ImproperlyConfigured, match="adresse https"):
        environment.proconnect(**OF_A_PROVIDER | {"url": address}, plain=False)


# --- The whole dance ---


def test_the_button_posts_with_its_token(client, provider):
    page = client.get(reverse("account_login")).content.decode()
    assert "S'identifier avec ProConnect" in page
    assert client.get(START).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(START).status_code == 403


def test_a_linked_account_enters_and_it_is_written_down(client, provider, claire, linked):
    before = client.session.session_key
    assert enter(client, provider)["Location"] == "/"
    assert is_inside(client)
    assert client.session.session_key != before
    line = AccessLog.objects.get()
    assert (line.action, line.user) == ("sign-in", claire)


def test_what_is_asked_of_the_provider(client, provider, linked):
    address = leave(client)
    assert address.startswith(f"{provider.issuer}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid", CLIENT_ID)
    assert asked["redirect_uri"] == f"http://testserver{RETURN}"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    assert SECRET not in address


def test_each_attempt_has_its_own_secrets(client, provider):
    first, second = (parse_qs(urlsplit(leave(client)).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


def test_the_page_leaves_by_itself_without_loosening_the_policy(client, provider):
    page = client.post(START)
    assert page["Refresh"] == f"0; url={page.context['address']}"
    assert "form-action 'self';" in f"{page['Content-Security-Policy']};"
    assert page["Cache-Control"].count("no-store")


def test_one_comes_back_to_the_page_she_asked_for_and_to_no_other_site(client, provider, linked):
    assert enter(client, provider, next="/compte/sessions/")["Location"] == "/compte/sessions/"
    other = Client()
    assert enter(other, provider, next="https://ailleurs.example/")["Location"] == "/"


def test_keys_on_a_curve_are_accepted(client, provider, linked):
    provider.published = [jwk(elliptic_key())]
    provider.proof = provider.told = Signature(key=elliptic_key(), algorithm="ES256")
    enter(client, provider)
    assert is_inside(client)


# --- Second factor and closed accounts ---


def test_without_two_factors_over_there_ours_is_asked(client, provider, linked, totp):
    answer = enter(client, provider)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_inside(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(totp)})
    assert is_inside(client)


@pytest.mark.parametrize("methods", [None, "mfa", [], ["pwd"], ["MFA"], {"mfa": True}])
def test_nothing_but_mfa_in_a_list_counts_as_two_factors(client, provider, linked, totp, methods):
    provider.methods = methods
    enter(client, provider)
    assert not is_inside(client)


def test_two_factors_over_there_count_for_this_sign_in_and_no_other(client, provider, claire, linked, totp):
    provider.methods = ["pwd", "mfa"]
    enter(client, provider)
    assert is_inside(client)
    client.post(reverse("account_logout"))
    sign_in(client, claire)
    assert not is_inside(client)


def test_an_account_without_its_second_factor_sets_it_up_first(client, provider, linked, settings):
    settings.MFA_REQUIRED = True
    provider.methods = ["mfa"]
    enter(client, provider)
    assert client.get(reverse("accounts:account"))["Location"] == reverse("mfa_activate_totp")


def test_it_does_not_stand_for_a_password_given_again(client, provider, linked):
    provider.methods = ["mfa"]
    enter(client, provider)
    assert client.get(ACCOUNT)["Location"].startswith(reverse("account_reauthenticate"))


def test_a_deactivated_account_does_not_enter(client, provider, claire, linked):
    claire.is_active = False
    claire.save()
    assert enter(client, provider)["Location"] == reverse("account_inactive")
    assert not is_inside(client)


def test_a_withdrawn_membership_reaches_nothing(client, provider, claire, linked):
    claire.memberships.update(deactivated_at=clock.now())
    enter(client, provider)
    assert not is_inside(client)


# --- Who is let in ---


def test_an_unknown_account_is_told_to_sign_in_first_and_nothing_is_created(client, provider, denis):
    """Its userinfo bears Denis's address."""
    accounts = User.objects.count()
    answer = enter(client, provider)
    assert (answer.status_code, refusal_of(answer)) == (403, refusals.UNKNOWN)
    assert not is_inside(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (accounts, 0)
    assert AccessLog.objects.get().action == "refusal"


def test_the_same_subject_of_another_issuer_is_somebody_else(client, provider, linked):
    linked.provider = "https://autre.example"
    linked.save()
    assert refusal_of(enter(client, provider)) == refusals.UNKNOWN


# --- Linking and unlinking ---


def test_one_links_after_signing_in_here_and_is_told(client, provider, claire):
    other = Client()
    for browser in (client, other):
        sign_in(browser, claire)
    answer = enter(client, provider, start=ACCOUNT)
    assert answer["Location"] == reverse("accounts:account")
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.provider, kept.uid, kept.extra_data) == (claire, provider.issuer, provider.subject, {})
    assert AccessLog.objects.filter(action="link-proconnect", user=claire).count() == 1
    assert "ProConnect" in Message.objects.get(recipient=claire.email).subject
    assert is_inside(client)
    assert not is_inside(other)
    client.post(reverse("account_logout"))
    enter(client, provider)
    assert is_inside(client)


def test_linking_asks_for_the_password_again(client_of, claire, provider):
    browser = client_of(claire)
    for answer in (browser.get(ACCOUNT), browser.post(ACCOUNT)):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not provider.asked


def test_one_does_not_link_what_another_browser_asked_for(client, provider, claire):
    sign_in(client, claire)
    theirs = provider.approve(leave(Client()))
    assert client.get(f"{RETURN}?{theirs}").status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_attempt_to_enter_does_not_link_whoever_entered_meanwhile(client, provider, claire):
    query = provider.approve(leave(client))
    sign_in(client, claire)
    assert refusal_of(client.get(f"{RETURN}?{query}")) == refusals.NOT_ASKED
    assert not SocialAccount.objects.exists()


def test_one_proconnect_account_opens_one_account(client, provider, claire, denis):
    SocialAccount.objects.create(user=denis, provider=provider.issuer, uid=provider.subject)
    sign_in(client, claire)
    assert refusal_of(enter(client, provider, start=ACCOUNT)) == refusals.TAKEN
    assert SocialAccount.objects.get().user == denis


def test_an_account_has_one_link(client, provider, claire, linked):
    sign_in(client, claire)
    provider.subject = "un autre sujet"
    assert refusal_of(enter(client, provider, start=ACCOUNT)) == refusals.OTHER_LINKED
    assert SocialAccount.objects.get() == linked


def test_the_same_link_twice_is_one_link_and_one_mail(client, provider, claire, linked):
    sign_in(client, claire)
    enter(client, provider, start=ACCOUNT)
    assert SocialAccount.objects.get() == linked
    assert not Message.objects.exists()


def test_one_unlinks_and_it_opens_nothing_any_more(client, provider, claire, linked):
    other = Client()
    enter(other, provider)
    sign_in(client, claire)
    assert "Délier mon compte ProConnect" in client.get(ACCOUNT).content.decode()
    client.post(ACCOUNT, {"unlink": "1"})
    assert not SocialAccount.objects.exists()
    assert AccessLog.objects.filter(action="unlink-proconnect", user=claire).count() == 1
    assert Message.objects.filter(recipient=claire.email).count() == 1
    assert is_inside(client)
    assert not is_inside(other)
    assert refusal_of(enter(other, provider)) == refusals.UNKNOWN


def test_unlinking_twice_does_not_link_again(client, provider, claire, linked):
    sign_in(client, claire)
    for _ in range(2):
        answer = client.post(ACCOUNT, {"unlink": "1"}, follow=True)
    assert refusals.NONE_LINKED in [str(message) for message in answer.context["messages"]]
    assert not SocialAccount.objects.exists()


def test_the_account_page_says_whether_it_is_linked(client_of, claire, amina, provider):
    page = client_of(claire).get(reverse("accounts:account")).content.decode()
    assert "non relié" in page
    SocialAccount.objects.create(user=claire, provider=provider.issuer, uid=provider.subject)
    assert "non relié" not in client_of(claire).get(reverse("accounts:account")).content.decode()
    assert ACCOUNT not in client_of(amina).get(reverse("accounts:account")).content.decode()


def test_linking_leaves_the_second_factor_alone(client, provider, claire, totp):
    sign_in(client, claire)
    client.post(reverse("mfa_authenticate"), {"code": code_of(totp)})
    enter(client, provider, start=ACCOUNT)
    assert Authenticator.objects.filter(user=claire).exists()


# --- What is kept goes with the account ---


def test_an_account_made_anonymous_keeps_no_link(claire, ines, linked):
    anonymise(claire.pk, by=ines, on=clock.today(), kept=Kept.ACCOUNT_ANONYMISED)
    assert not SocialAccount.objects.exists()


def test_an_erased_trainee_keeps_no_link(amina, provider):
    SocialAccount.objects.create(user=amina, provider=provider.issuer, uid=provider.subject)
    close_account(amina, "P-0001", Touched())
    assert not SocialAccount.objects.exists()
