"""Filters of the reconciliation, in the address, and the envelope of a cohort."""

from datetime import date

from django import forms
from django.utils.formats import date_format

from accounts.clean_text import CleanTextMixin
from cohorts.models import Cohort
from contracts.forms.shape import FrenchNumbers
from contracts.ledger import UNEXPLAINED
from contracts.money import UNEXPLAINED_CODE, Ask, Book, Figure
from employers.models import Establishment
from regulations.discrepancies import GapCause


class MoneyFilters(forms.Form):
    """Only what the book holds is offered; an odd value shows everything, and says so."""

    montre = forms.ChoiceField(label="Montrer", required=False)
    cause = forms.ChoiceField(label="Cause de l'écart", required=False)
    mois = forms.ChoiceField(label="Mois", required=False)
    employeur = forms.ChoiceField(label="Employeur", required=False)

    def __init__(self, data, *, book: Book, establishments: dict[int, Establishment]):
        super().__init__(data)
        self.establishments = establishments
        figures = [(one.value, f"l'aide {one.label}") for one in Figure]
        causes = [(one.value, one.label) for one in GapCause] + [(UNEXPLAINED_CODE, UNEXPLAINED)]
        months = [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in book.by_month]
        employers = {one.employer_id: one.employer.name for one in establishments.values()}
        named = sorted(((str(pk), name) for pk, name in employers.items()), key=lambda one: one[1])
        self._offer("montre", "toutes les lignes", figures)
        self._offer("cause", "toutes les causes", causes)
        self._offer("mois", "tous les mois", months)
        self._offer("employeur", "tous les employeurs", named)
        if len(named) < 2:
            del self.fields["employeur"]

    def _offer(self, name: str, everything: str, choices: list) -> None:
        self.fields[name].choices = [("", everything), *choices]

    def ask(self) -> Ask:
        """What is well asked for; the rest is as if it were not."""
        self.is_valid()
        asked = self.cleaned_data
        month, employer = asked.get("mois"), asked.get("employeur")
        own = (pk for pk, one in self.establishments.items() if str(one.employer_id) == employer)
        return Ask(
            figure=Figure(asked["montre"]) if asked.get("montre") else None,
            cause=asked.get("cause") or "",
            month=date.fromisoformat(f"{month}-01") if month else None,
            establishments=frozenset(own) if employer else None,
        )


class EurosField(forms.DecimalField):
    """« 80 000 € » as people write it, whichever the space."""

    def to_python(self, value):
        text = "".join(value.removesuffix("€").split()) if isinstance(value, str) else value
        return super().to_python(text)


class EnvelopeForm(CleanTextMixin, FrenchNumbers, forms.ModelForm):
    class Meta:
        model = Cohort
        fields = ("aid_envelope",)

    aid_envelope = EurosField(
        label="Enveloppe d'aide (€)",
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text="Ce que la DDETS a réservé à la cohorte. Vide : pas encore connue.",
    )

    def _post_clean(self):
        """Nothing here: see the action."""
