"""One form, one effect."""

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.test import RequestFactory

from accounts import once
from accounts.models import Organisation
from accounts.roles import OrganisationKind


@pytest.fixture
def posting(claire):
    def request_with(token, user=None, path="/cohortes/ouvrir/"):
        request = RequestFactory().post(path, {once.FIELD: token})
        request.user = user or claire
        return request

    return request_with


def open_agency():
    agency = Organisation.objects.create(kind=OrganisationKind.AGENCY, name=once.new_token())
    return f"/agences/{agency.pk}/"


def count():
    return Organisation.objects.filter(kind=OrganisationKind.AGENCY).count()


def test_the_second_sending_gives_the_first_result(posting):
    before = count()
    token = once.new_token()
    assert once.run(posting(token), open_agency) == once.run(posting(token), open_agency)
    assert count() == before + 1


def test_two_forms_are_two_effects(posting):
    before = count()
    for _ in range(2):
        once.run(posting(once.new_token()), open_agency)
    assert count() == before + 2


def test_a_refused_act_leaves_the_token_free_for_the_corrected_form(posting):
    def refuse():
        raise ValidationError("Corrigez la date.")

    token = once.new_token()
    with pytest.raises(ValidationError):
        once.run(posting(token), refuse)
    assert once.run(posting(token), open_agency).startswith("/agences/")


def test_a_token_seen_elsewhere_opens_nothing(posting, denis):
    token = once.new_token()
    hers = once.run(posting(token), open_agency)
    assert once.run(posting(token, user=denis), open_agency) != hers
    assert once.run(posting(token, path="/ailleurs/"), open_agency) != hers


def test_a_form_without_token_still_works(posting):
    assert once.run(posting(""), open_agency).startswith("/agences/")


def test_the_form_keeps_its_token_when_it_comes_back_with_errors(posting):
    template = Template("{% load once %}{% form_token %}")
    kept = template.render(Context({"request": posting("le-jeton-<1>")}))
    assert kept == '<input type="hidden" name="form_token" value="le-jeton-&lt;1&gt;">'
    fresh = RequestFactory().get("/")
    assert template.render(Context({"request": fresh})) != template.render(Context({"request": fresh}))
