"""What looks like a social security number is refused in any field, and never shown back."""

from importlib import import_module

import pytest
from django import forms
from django.forms.forms import BaseForm
from django.urls import reverse

from accounts import clock
from accounts.clean_text import CleanTextMixin
from cohorts.models import EmployerInvitation
from tests.sources import ROOMS, code_that_runs, kind_of, name_of

NIR = "2 84 06 50 025 012 73"
# Pasted lines are judged one by one by their reader, so that the others are kept; the page of samples writes nothing.
JUDGED_OTHERWISE = {"InviteEmployersForm", "PaymentUploadForm", "SampleForm"}


class AnyForm(CleanTextMixin, forms.Form):
    note = forms.CharField(required=False)
    day = forms.DateField(required=False)
    number = forms.IntegerField(required=False)
    choice = forms.ChoiceField(choices=[("A", "a")], required=False)


@pytest.mark.parametrize("field", ["note", "day", "number", "choice"])
def test_it_is_refused_in_any_field_and_not_repeated(field):
    form = AnyForm({field: NIR})
    assert not form.is_valid()
    page = form.as_p()
    assert NIR not in page
    assert NIR.replace(" ", "") not in page
    assert "numéro de sécurité sociale" in str(form.errors[field])


def test_an_ordinary_fault_keeps_what_was_typed():
    form = AnyForm({"day": "31/02/2026", "note": "à rappeler"})
    assert not form.is_valid()
    assert "31/02/2026" in form.as_p()


def forms_of_the_house():
    for path in code_that_runs():
        if kind_of(path) == "forms":
            import_module(name_of(path).removesuffix(".py").replace("/", "."))
    rooms = {room.label for room in ROOMS}
    return {form for form in descendants(BaseForm) if form.__module__.split(".")[0] in rooms}


def descendants(of):
    for one in of.__subclasses__():
        yield one
        yield from descendants(one)


def test_every_form_that_takes_text_judges_it():
    takes_text = {
        form
        for form in forms_of_the_house()
        # A base of other forms is judged through them.
        if not form.__subclasses__() and any(isinstance(field, forms.CharField) for field in form.base_fields.values())
    }
    assert len(takes_text) > 20
    bare = {form.__name__ for form in takes_text if not issubclass(form, CleanTextMixin)}
    assert bare <= JUDGED_OTHERWISE, f"sans CleanTextMixin : {', '.join(sorted(bare - JUDGED_OTHERWISE))}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("route", "of"),
    [("accounts:invite", ""), ("employers:open_access", "employer"), ("cohorts:invitation_address", "invitation")],
)
def test_an_address_that_holds_such_a_number_is_not_shown_back(route, of, client_of, world):
    rows = {"employer": world.estran.employer, "invitation": an_invitation(world)}
    address = reverse(route, args=[rows[of].pk] if of else [])
    page = client_of(world.users["coordinator"]).post(address, {"email": f"{NIR.replace(' ', '')}@exemple.fr"})
    assert page.status_code == 200
    assert "numéro de sécurité sociale" in page.content.decode()
    assert NIR.replace(" ", "") not in page.content.decode()


@pytest.mark.parametrize("route", ["account_email", "account_reset_password"])
def test_the_sign_in_library_keeps_and_shows_no_such_number(route, client_of, claire):
    typed = {"email": f"{NIR.replace(' ', '')}@exemple.fr", "action_add": ""}
    page = client_of(claire).post(reverse(route), typed)
    assert page.status_code == 200
    assert "numéro de sécurité sociale" in page.content.decode()
    assert NIR.replace(" ", "") not in page.content.decode()
    assert claire.emailaddress_set.filter(email__startswith="2").count() == 0


def test_such_a_number_is_not_searched_for(client_of, claire):
    page = client_of(claire).post(reverse("search"), {"texte": NIR}).content.decode()
    assert "numéro de sécurité sociale" in page
    assert NIR not in page


def an_invitation(world):
    return EmployerInvitation.objects.create(
        cohort=world.cohort,
        establishment=world.closerie,
        email="denis@closerie.example",
        token_hash="essai",
        link_expires_at=clock.now(),
    )
