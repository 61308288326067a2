"""The roll: one form per trainee, the trainer's signature by her name, a person added to the list."""

from django import forms

from accounts.clean_text import CleanTextMixin
from cohorts.models import Enrolment
from regulations.training import AbsenceReason, AttendanceStatus
from training.actions import SentLine
from training.marks import MOST_MINUTES, Mark, mark_of, parsed


class RollLineForm(CleanTextMixin, forms.Form):
    """One trainee of the roll: present unless somebody says otherwise. `seen` is what the page showed of her.

    A group is many lines on one page, which weighs little: short identifiers, nothing that every browser would repeat.
    """

    use_required_attribute = False

    status = forms.ChoiceField(label="Présence", choices=AttendanceStatus.choices(), widget=forms.RadioSelect)
    minutes_late = forms.IntegerField(label="Minutes de retard", min_value=0, max_value=MOST_MINUTES, required=False)
    minutes_early = forms.IntegerField(
        label="Minutes avant la fin", min_value=0, max_value=MOST_MINUTES, required=False
    )
    absence_reason = forms.ChoiceField(
        label="Motif", choices=[("", "non précisé"), *AbsenceReason.choices()], required=False
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, enrolment, attendance=None, **kwargs):
        initial = _initial(mark_of(attendance))
        super().__init__(*args, prefix=f"l{enrolment.pk}", auto_id="%s", initial=initial, **kwargs)
        self.enrolment = enrolment
        self.attendance = attendance

    def clean_seen(self):
        return parsed(self.cleaned_data["seen"])

    def line(self) -> SentLine:
        found = self.cleaned_data
        status = AttendanceStatus(found["status"])
        mark = Mark(
            status=status,
            # What was typed before changing one's mind does not belong to another status.
            minutes_late=(found["minutes_late"] or 0) if status == AttendanceStatus.LATE else 0,
            minutes_early=(found["minutes_early"] or 0) if status == AttendanceStatus.LEFT_EARLY else 0,
            absence_reason=found["absence_reason"] if status.is_absence else "",
        )
        return SentLine(enrolment=self.enrolment, seen=found["seen"], mark=mark)


def _initial(mark) -> dict:
    return {
        "status": (mark or Mark()).status.value,
        "minutes_late": mark.minutes_late or None if mark else None,
        "minutes_early": mark.minutes_early or None if mark else None,
        "absence_reason": mark.absence_reason if mark else "",
        "seen": str(mark) if mark else "",
    }


class TypedSignatureForm(CleanTextMixin, forms.Form):
    """Signature de l'intervenant par son nom et une case : au clavier, ou sans script."""

    typed_name = forms.CharField(label="Votre prénom et votre nom", max_length=160, required=False)
    signs = forms.BooleanField(label="Je signe cette demi-journée", required=False)

    def clean(self):
        found = super().clean()
        if bool(found.get("typed_name")) != bool(found.get("signs")):
            field, message = (
                ("signs", "Cochez la case pour signer.")
                if found.get("typed_name")
                else ("typed_name", "Écrivez votre prénom et votre nom pour signer.")
            )
            self.add_error(field, message)
        return found


class CountersignForm(TypedSignatureForm):
    """The same, on a page of its own: both are asked for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True


class AddToRollForm(CleanTextMixin, forms.Form):
    """Somebody who came and is not on the list."""

    enrolment = forms.ModelChoiceField(label="Personne", queryset=Enrolment.objects.none())
    reason = forms.CharField(
        label="Pourquoi", max_length=200, help_text="Par exemple : rattrape ce module, vient d'une autre cohorte."
    )

    def __init__(self, *args, enrolments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enrolment"].queryset = enrolments
        self.fields["enrolment"].label_from_instance = lambda one: f"{one.person.full_name}, cohorte {one.cohort}"
