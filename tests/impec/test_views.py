"""State of the service, help, and what is answered when something is wrong."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_q.models import Task

pytestmark = pytest.mark.django_db


def a_task_ended(minutes_ago):
    ended = timezone.now() - timedelta(minutes=minutes_ago)
    return Task.objects.create(id="0" * 32, name="balayage", func="f", started=ended, stopped=ended, success=True)


def test_the_service_is_well_when_a_worker_was_seen(client):
    a_task_ended(minutes_ago=4)
    response = client.get(reverse("health"))
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_the_service_is_not_well_without_a_worker(client):
    cache.clear()
    a_task_ended(minutes_ago=6)
    response = client.get(reverse("health"))
    assert (response.status_code, response.content) == (503, b"ko\n")


def test_help_is_open_to_all(client):
    assert "parcours emploi compétences" in client.get(reverse("help")).content.decode()


def test_an_unknown_page_says_where_to_go(client):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "<h1>Page introuvable</h1>" in page
    assert "/nulle-part/" not in page


@pytest.mark.parametrize("code", ["500", "503", "507"])
def test_a_page_of_failure_needs_nothing_that_may_have_failed(code, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(f"{code}.html")
    assert "Revenir à l'accueil" in page
    assert "<script" not in page
