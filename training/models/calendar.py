"""Private addresses of calendars: one per person or per establishment, revocable."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import clock
from cohorts.models import Person
from employers.models import Establishment


class CalendarFeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            Q(person__in=Person.objects.visible_to(user)) | Q(establishment__in=Establishment.objects.visible_to(user))
        )

    def open(self):
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """Adresse privée d'agenda. Seule l'empreinte du jeton est gardée ; révoquée, elle ne répond plus."""

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="calendar_feeds", verbose_name="personne"
    )
    establishment = models.ForeignKey(
        Establishment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        verbose_name="établissement",
    )
    token_hash = models.CharField("empreinte du jeton", max_length=64, unique=True)
    created_at = models.DateTimeField("créée le", default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="créée par"
    )
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="révoquée par"
    )

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "adresse d'agenda"
        verbose_name_plural = "adresses d'agenda"
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(establishment=None),
                name="calendar_feed_of_one_owner",
                violation_error_message="Une adresse d'agenda est celle d'une personne ou d'un établissement.",
            )
        ]

    def __str__(self):
        return f"adresse d'agenda {self.pk}"
