"""Before a half-day is placed somewhere, the page says who could not come there."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError

from training.actions import Slot
from training.diary import clashes_of
from training.models import HalfDay, Session

# The box that appears once it is said.
DESPITE = "malgre"


class SaysWhoIsHindered:
    """Put it before a form page: `self.refuse_hindered(…)` in its act stops once, until somebody says so."""

    despite_label = "Planifier quand même"
    is_hindered = False

    def refuse_hindered(self, session: Session, slots: Sequence[Slot], pk: int | None = None) -> None:
        if self.request.POST.get(DESPITE):
            return
        # What is not saved has no number yet: any one that no row bears will do.
        looked_at = [_half_day(session, slot, pk or -number) for number, slot in enumerate(slots, start=1)]
        found = clashes_of(session, looked_at, self.request.user)
        said = [
            f"{one.get_part_display().capitalize()}, {words}" for one in looked_at for words in found.get(one.pk, ())
        ]
        self.is_hindered = bool(said)
        if said:
            raise ValidationError(said)

    def form_invalid(self, form):
        if self.is_hindered or self.request.POST.get(DESPITE):
            form.fields[DESPITE] = forms.BooleanField(label=self.despite_label, required=False)
        return super().form_invalid(form)


def _half_day(session: Session, slot: Slot, pk: int) -> HalfDay:
    return HalfDay(pk=pk, session=session, day=slot.day, part=slot.part, starts_at=slot.starts_at, ends_at=slot.ends_at)
