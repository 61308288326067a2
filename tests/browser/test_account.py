"""The account in a browser: entering by an invitation, following a job, pages without accessibility fault."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.actions import invite_member
from accounts.models import Job, Message

PASSWORD = "quatre chevaux gris sous la pluie"
PAGES = (
    "accounts:account",
    "accounts:identity",
    "accounts:members",
    "accounts:invite",
    "accounts:access_log",
    "accounts:jobs",
    "account_email",
    "account_set_password",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "usersessions_list",
)
PUBLIC_PAGES = (
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_signup",
    "accounts:accessibility",
    "accounts:privacy",
    "accounts:legal",
)


@pytest.fixture(autouse=True)
def fresh_counters(transactional_db):
    cache.clear()


def test_an_invited_person_enters(open_page, claire, live_server):
    membership = claire.memberships.get()
    invite_member(
        organisation=membership.organisation,
        email="sophie@agence.example",
        role=membership.role,
        invited_by=membership,
        site=live_server.url,
    )
    link = re.search(r"http\S+", Message.objects.get().body)[0]
    page = open_page()
    page.goto(link)
    page.get_by_label("Prénom").fill("Sophie")
    page.get_by_label("Nom (obligatoire)", exact=True).fill("GIRARD")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Accepter l'invitation").click()
    page.get_by_label("Courriel").fill("sophie@agence.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_text("Sophie GIRARD").first.wait_for()


def test_a_long_job_is_followed_without_reloading_by_hand(open_page, claire):
    job = Job.objects.create(
        key="k", kind="export", label="Liste des stagiaires", created_by=claire, membership=claire.memberships.get()
    )
    page = open_page(claire)
    page.goto(reverse("accounts:job", args=[job.public_id]))
    Job.objects.update(state=Job.State.RUNNING, done=1, total=2, step="écriture de la feuille")
    page.get_by_text("écriture de la feuille").wait_for()
    Job.objects.update(state=Job.State.DONE, result={"url": "/travaux/", "label": "Ouvrir la remise"})
    page.get_by_role("link", name="Ouvrir la remise").wait_for()


@pytest.mark.parametrize("width", [320, 1280])
def test_account_pages_have_no_accessibility_fault(open_page, accessibility_faults, claire, width):
    faults = {}
    page = open_page(claire, width=width)
    for route in PAGES:
        page.goto(reverse(route))
        faults[route] = accessibility_faults(page)
    assert {route: found for route, found in faults.items() if found} == {}


@pytest.mark.parametrize("width", [320, 1280])
def test_public_pages_have_no_accessibility_fault(open_page, accessibility_faults, width):
    faults = {}
    page = open_page(width=width)
    for route in PUBLIC_PAGES:
        page.goto(reverse(route))
        faults[route] = accessibility_faults(page)
    assert {route: found for route, found in faults.items() if found} == {}
