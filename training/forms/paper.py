"""A sheet of paper: its photograph, and one line per person as she is written on it."""

from django import forms

from accounts.clean_text import CleanTextMixin
from accounts.scans import KINDS, MIB, checked_scan
from regulations.training import AttendanceStatus
from training.actions.paper import MOST_BYTES, PaperLine
from training.actions.roll import RollEntry
from training.marks import MOST_MINUTES

ACCEPTED = f"{', '.join(kind.label for kind in KINDS)}, {MOST_BYTES // MIB} Mo au plus."


def scan_field(label, *, help_text=ACCEPTED, **options):
    return forms.FileField(
        label=label,
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": ",".join(kind.content_type for kind in KINDS)}),
        error_messages={"required": "Choisissez le fichier à joindre.", "empty": "Ce fichier est vide."},
        **options,
    )


class SheetForm(forms.Form):
    """The photograph; `others` are the half-days of the week that the same sheet covers."""

    photo = scan_field("Photographie de la feuille signée")
    others = forms.MultipleChoiceField(
        label="Cette feuille couvre aussi", required=False, widget=forms.CheckboxSelectMultiple
    )
    trainer_signed = forms.BooleanField(label="L'intervenant a signé la feuille", required=False, initial=True)

    def __init__(self, *args, has_photo: bool, week, **kwargs):
        super().__init__(*args, **kwargs)
        if has_photo:
            self.fields["photo"].required = False
            self.fields["photo"].label = "Autre photographie, s'il y en a une"
        if week:
            self.fields["others"].choices = [(str(half_day.pk), str(half_day)) for half_day in week]
        else:
            del self.fields["others"]

    def clean_photo(self):
        photo = self.cleaned_data.get("photo")
        if photo:
            checked_scan(photo, MOST_BYTES)
        return photo


class PaperLineForm(CleanTextMixin, forms.Form):
    """One person of the sheet: present and signed unless somebody says otherwise."""

    status = forms.ChoiceField(label="Présence", choices=AttendanceStatus.choices())
    signed = forms.BooleanField(label="A signé", required=False)
    minutes = forms.IntegerField(label="Minutes manquées", min_value=0, max_value=MOST_MINUTES, required=False)

    def __init__(self, *args, enrolment, attendance=None, **kwargs):
        super().__init__(*args, prefix=f"l{enrolment.pk}", initial=_initial(attendance), **kwargs)
        self.enrolment = enrolment
        self.attendance = attendance

    def clean(self):
        found = super().clean()
        status = found.get("status")
        if status in (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY) and not found.get("minutes"):
            self.add_error("minutes", "Notez combien de minutes manquent.")
        return found

    def line(self) -> PaperLine:
        found = self.cleaned_data
        status = AttendanceStatus(found["status"])
        minutes = found["minutes"] or 0
        entry = RollEntry(
            enrolment=self.enrolment,
            status=status,
            minutes_late=minutes if status == AttendanceStatus.LATE else 0,
            minutes_early=minutes if status == AttendanceStatus.LEFT_EARLY else 0,
            absence_reason=self.known_reason(status),
        )
        return PaperLine(entry=entry, signed=found["signed"] and not status.is_absence)

    def known_reason(self, status: AttendanceStatus) -> str:
        """A sheet tells no reason: the one that somebody noted stays."""
        known = self.attendance
        return known.absence_reason if known is not None and status.is_absence else ""


def _initial(attendance) -> dict:
    if attendance is None:
        return {"status": AttendanceStatus.PRESENT.value, "signed": True}
    return {
        "status": attendance.status,
        "signed": attendance.signed_on_paper or attendance.source != attendance.Source.PAPER,
        "minutes": attendance.minutes_late + attendance.minutes_early or None,
    }
