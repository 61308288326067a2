"""Meetings, warnings and immersions in a browser: readable at any width, by keyboard; a finger signs."""

from datetime import date

import pytest
from django.urls import reverse

from accounts import clock
from contracts.models import Immersion
from regulations.contracts import ImmersionPurpose
from regulations.meetings import MeetingKind
from tests.browser.page_checks import keyboard_faults, sideways
from tests.tutoring.test_meetings import MINUTES, SLOT
from tutoring import actions
from tutoring.models import MeetingSignature


@pytest.fixture
def held(world):
    by = world.users["coordinator"]
    slot = actions.Slot(day=date(2026, 11, 19), starts_at=SLOT.starts_at)
    planned = actions.plan_meeting(contract=world.contract, kind=MeetingKind.REVIEW_9, slot=slot, by=by, at=clock.now())
    return actions.minute_meeting(meeting=planned.meeting, minutes=MINUTES, by=by, at=clock.now())


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_readable_at_any_width(world, held, claire, open_page, accessibility_faults, width):
    immersion = Immersion.objects.create(
        contract=world.contract,
        host="Maison de retraite intercommunale de la Baie",
        starts_on=date(2026, 11, 2),
        ends_on=date(2026, 11, 6),
        purpose=ImmersionPurpose.DISCOVER,
    )
    page = open_page(claire, width=width)
    addresses = [
        reverse("tutoring:meeting_board"),
        reverse("tutoring:contract_meetings", args=[world.contract.pk]),
        held.get_absolute_url(),
        reverse("tutoring:minute_meeting", args=[held.pk]),
        reverse("tutoring:sign_meeting", args=[held.pk]),
        reverse("alerts:alert_list"),
        immersion.get_absolute_url(),
        reverse("contracts:note_swap_agreement", args=[world.cohort.pk]),
        reverse("tutoring:tutor_detail", args=[world.tutor.pk]),
        reverse("tutoring:recognition", args=[world.tutor.pk, 2026]),
        reverse("tutoring:sheet_returns"),
        reverse("tutoring:rules_list"),
    ]
    found = {}
    for address in addresses:
        page.goto(address)
        faults = [*accessibility_faults(page), *keyboard_faults(page)]
        faults += [f"{sideways(page)} pixels too wide"] if sideways(page) else []
        if faults:
            found[address] = faults
    assert found == {}


def test_somebody_signs_with_a_finger(held, claire, open_page):
    page = open_page(claire, width=375)
    page.goto(reverse("tutoring:sign_meeting", args=[held.pk]))
    page.get_by_label("salarié stagiaire").check()
    page.get_by_label("Prénom et nom").fill("Amina Baudry")
    page.locator(".pad-ink").scroll_into_view_if_needed()
    box = page.locator(".pad-ink").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 80, steps=8)
    page.mouse.up()
    page.get_by_role("button", name="Signer").click()
    page.get_by_text("La signature est gardée.").wait_for()
    assert MeetingSignature.objects.get().way == "DRAWN"


@pytest.mark.parametrize("width", [320, 768])
def test_the_trainee_reads_and_signs_on_her_telephone(world, held, amina, open_page, accessibility_faults, width):
    page = open_page(amina, width=width)
    for address in (reverse("own_meetings:my_meetings"), reverse("own_meetings:sign_mine", args=[held.pk])):
        page.goto(address)
        assert [*accessibility_faults(page), *keyboard_faults(page)] == []
        assert sideways(page) == 0
    page.get_by_role("button", name="Je signe").click()
    page.get_by_text("C'est signé.").wait_for()
