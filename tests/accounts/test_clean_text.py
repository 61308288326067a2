"""What looks like a social security number is refused in any field, and never shown back."""

import pytest
from django import forms

from accounts.clean_text import CleanTextMixin

NIR = "2 84 06 50 025 012 73"


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
