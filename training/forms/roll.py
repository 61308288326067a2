"""The roll: one form per trainee."""

from django import forms

from accounts.clean_text import CleanTextMixin
from regulations.training import AbsenceReason, AttendanceStatus
from training.actions import RollEntry


class RollLineForm(CleanTextMixin, forms.Form):
    """One trainee of the roll: present unless somebody says otherwise."""

    status = forms.ChoiceField(label="Présence", choices=AttendanceStatus.choices(), widget=forms.RadioSelect)
    minutes_late = forms.IntegerField(label="Minutes de retard", min_value=0, max_value=600, required=False)
    minutes_early = forms.IntegerField(label="Minutes avant la fin", min_value=0, max_value=600, required=False)
    absence_reason = forms.ChoiceField(
        label="Motif d'absence", choices=[("", "non précisé"), *AbsenceReason.choices()], required=False
    )

    def __init__(self, *args, enrolment, attendance=None, **kwargs):
        super().__init__(*args, prefix=f"l{enrolment.pk}", initial=_initial(attendance), **kwargs)
        self.enrolment = enrolment
        self.attendance = attendance

    def entry(self) -> RollEntry:
        found = self.cleaned_data
        status = AttendanceStatus(found["status"])
        return RollEntry(
            enrolment=self.enrolment,
            status=status,
            # What was typed before changing one's mind does not belong to another status.
            minutes_late=(found["minutes_late"] or 0) if status == AttendanceStatus.LATE else 0,
            minutes_early=(found["minutes_early"] or 0) if status == AttendanceStatus.LEFT_EARLY else 0,
            absence_reason=found["absence_reason"] if status.is_absence else "",
        )


def _initial(attendance) -> dict:
    if attendance is None:
        return {"status": AttendanceStatus.PRESENT.value}
    return {
        "status": attendance.status,
        "minutes_late": attendance.minutes_late or None,
        "minutes_early": attendance.minutes_early or None,
        "absence_reason": attendance.absence_reason,
    }
