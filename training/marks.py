"""What one line of the roll says, and its short spelling: a page sends back what it had seen and what it says now."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from regulations.training import AbsenceReason, AttendanceStatus
from training.models import Attendance

MOST_MINUTES = 600
UNREADABLE = "Une ligne de l'appel est illisible : rechargez la page."


@dataclass(frozen=True, slots=True)
class Mark:
    """Présent, en retard de tant de minutes, absent… `str()` spells it: « LATE.20.0. », « ABSENT.0.0.ILLNESS »."""

    status: AttendanceStatus = AttendanceStatus.PRESENT
    minutes_late: int = 0
    minutes_early: int = 0
    absence_reason: str = ""

    def __str__(self):
        return f"{self.status.value}.{self.minutes_late}.{self.minutes_early}.{self.absence_reason}"

    @property
    def words(self) -> str:
        """Without the reason: this is shown and kept where a reason has no place."""
        minutes = self.minutes_late + self.minutes_early
        return f"{self.status.label}, {minutes} min" if minutes else self.status.label


def mark_of(attendance: Attendance | None) -> Mark | None:
    """None while nobody has noted her."""
    if attendance is None:
        return None
    return Mark(
        AttendanceStatus(attendance.status),
        attendance.minutes_late,
        attendance.minutes_early,
        attendance.absence_reason,
    )


def parsed(text: str) -> Mark | None:
    """The mark that was spelled so; None for the empty text. Raises ValidationError on anything else."""
    if text == "":
        return None
    try:
        status, late, early, reason = text.split(".")
        mark = Mark(AttendanceStatus(status), int(late), int(early), AbsenceReason(reason).value if reason else "")
    except ValueError as error:
        raise ValidationError(UNREADABLE) from error
    if not (0 <= mark.minutes_late <= MOST_MINUTES and 0 <= mark.minutes_early <= MOST_MINUTES) or str(mark) != text:
        raise ValidationError(UNREADABLE)
    return mark
