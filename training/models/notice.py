"""What the employer of an absentee was told, once."""

from django.db import models

from accounts import clock
from accounts.fields import coded_field
from cohorts.models import Enrolment
from regulations.training import NoticeKind
from training.models.session import HalfDay, OfHalfDayQuerySet


class AbsenceNotice(models.Model):
    """Absence dite à l'employeur, puis sa correction : une fois chacune par personne et par demi-journée."""

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="absence_notices", verbose_name="demi-journée")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="absence_notices", verbose_name="inscription")
    kind = coded_field("nature", NoticeKind)
    message_key = models.CharField("clé du message", max_length=200)
    recorded_at = models.DateTimeField("préparé le", default=clock.now)

    objects = OfHalfDayQuerySet.as_manager()

    class Meta:
        verbose_name = "absence dite à l'employeur"
        verbose_name_plural = "absences dites à l'employeur"
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "enrolment", "kind"],
                name="absence_notice_once",
                violation_error_message="L'employeur le sait déjà.",
            )
        ]

    def __str__(self):
        return f"absence dite {self.pk}"
