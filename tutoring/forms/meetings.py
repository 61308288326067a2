"""Forms of meetings: slot, minutes with their decisions, signature, notes."""

from django import forms

from accounts.clean_text import CleanTextMixin
from accounts.drawn import DrawnForm
from contracts.forms.shape import RowForm
from regulations.meetings import MeetingKind, Party
from tutoring.actions import Decision, Hand, Minutes, Slot
from tutoring.models import Meeting

DECISIONS = 3


class SlotForm(RowForm):
    class Meta:
        model = Meeting
        fields = ("day", "starts_at", "minutes", "place", "remote_link")
        help_texts = {"starts_at": "HH:MM, par exemple 09:30"}
        widgets = {"starts_at": forms.TimeInput(format="%H:%M")}

    remote_link = forms.URLField(label="Lien à distance", max_length=300, required=False, assume_scheme="https")

    def slot(self) -> Slot:
        return Slot(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class PlanForm(SlotForm):
    kind = forms.ChoiceField(label="Nature", choices=MeetingKind.choices())
    field_order = ("kind", *SlotForm.Meta.fields)


class MinutesForm(CleanTextMixin, forms.Form):
    """Qui était là, trois lignes, et jusqu'à trois décisions à la fois."""

    held_on = forms.DateField(label="Tenu le")
    parties_present = forms.MultipleChoiceField(
        label="Étaient présents",
        choices=Party.choices(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Ils signeront le compte rendu.",
    )
    going_well = forms.CharField(label="Ce qui va bien", max_length=500, required=False, widget=forms.Textarea)
    to_work_on = forms.CharField(
        label="Ce qui reste à travailler", max_length=500, required=False, widget=forms.Textarea
    )
    agreed = forms.CharField(label="Ce qui est convenu", max_length=500, required=False, widget=forms.Textarea)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("going_well", "to_work_on", "agreed"):
            self.fields[name].widget.attrs["rows"] = 3
        for number in range(1, DECISIONS + 1):
            self.fields[f"text_{number}"] = forms.CharField(label=f"Décision {number}", max_length=300, required=False)
            self.fields[f"owner_{number}"] = forms.ChoiceField(
                label="Qui s'en charge", choices=[("", "—"), *Party.choices()], required=False
            )
            self.fields[f"due_{number}"] = forms.DateField(label="Pour le", required=False)

    def clean(self):
        found = super().clean()
        for number in range(1, DECISIONS + 1):
            given = [found.get(f"{name}_{number}") for name in ("text", "owner", "due")]
            if (
                any(given)
                and not all(given)
                and not any(f"{one}_{number}" in self.errors for one in ("text", "owner", "due"))
            ):
                self.add_error(f"text_{number}", "Une décision dit quoi, qui s'en charge et pour quand.")
        return found

    @property
    def lines(self):
        return [self[name] for name in ("held_on", "parties_present", "going_well", "to_work_on", "agreed")]

    @property
    def decision_rows(self):
        return [
            (number, [self[f"{name}_{number}"] for name in ("text", "owner", "due")])
            for number in range(1, DECISIONS + 1)
        ]

    def minutes(self) -> Minutes:
        found = self.cleaned_data
        words = {name: found[name] for name in ("held_on", "going_well", "to_work_on", "agreed")}
        return Minutes(**words, present=tuple(map(Party, found["parties_present"])))

    def decisions(self) -> list[Decision]:
        found = self.cleaned_data
        return [
            Decision(text=found[f"text_{one}"], owner=Party(found[f"owner_{one}"]), due_on=found[f"due_{one}"])
            for one in range(1, DECISIONS + 1)
            if found.get(f"text_{one}")
        ]


AGREEMENT = (("oui", "Je suis d'accord avec ce compte rendu"), ("non", "Je ne suis pas d'accord"))


class SignForm(DrawnForm):
    """Un nom, un tracé si l'on peut, d'accord ou non."""

    party = forms.ChoiceField(label="Je signe comme", widget=forms.RadioSelect)
    signer_name = forms.CharField(
        label="Prénom et nom", max_length=160, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    agreement = forms.ChoiceField(label="Votre avis", choices=AGREEMENT, widget=forms.RadioSelect, initial="oui")
    comment = forms.CharField(
        label="Si vous n'êtes pas d'accord : sur quoi ?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="La conseillère en parlera avec vous.",
    )

    def __init__(self, *args, parties, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [(party.value, party.label) for party in parties]

    def hand(self) -> Hand:
        found = self.cleaned_data
        return Hand(
            party=Party(found["party"]),
            signer_name=found["signer_name"],
            image=found["image"],
            agrees=found["agreement"] == "oui",
            comment=found["comment"],
        )


class DoneForm(CleanTextMixin, forms.Form):
    done_on = forms.DateField(label="Faite le")
    note = forms.CharField(label="Remarque", max_length=300, required=False)


class TextForm(CleanTextMixin, forms.Form):
    text = forms.CharField(label="Complément", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class ConfidentialForm(CleanTextMixin, forms.Form):
    text = forms.CharField(
        label="Note confidentielle",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Lue par les conseillères référentes de la cohorte seules ; la personne peut demander à la lire.",
    )


class CancelForm(CleanTextMixin, forms.Form):
    reason = forms.CharField(label="Pourquoi", max_length=200)
