"""Meetings: planned, invited, minuted, signed; decisions followed until they are done."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field
from accounts.roles import Role
from accounts.scope import acting_role
from contracts.models import Contract
from regulations.meetings import MeetingKind, MeetingWay, Party
from tutoring.models.tutors import Tutorship

USER = settings.AUTH_USER_MODEL


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """P2: the referent, the employer, whoever was the tutor that day, and the person; nobody else."""
        if acting_role(user) != Role.TUTOR:
            return self.filter(contract__in=Contract.objects.private_to(user, clock.today()).of_nobody_erased())
        that_day = Tutorship.objects.current(OuterRef("day"))
        following = that_day.filter(contract=OuterRef("contract"), tutor__user=user)
        return self.filter(Exists(following), contract__in=Contract.objects.visible_to(user).of_nobody_erased())

    def standing(self):
        return self.filter(cancelled_at=None)

    def coming(self, on):
        return self.standing().filter(held_on=None, day__gte=on)

    def to_be_signed_by(self, *parties):
        """Minuted, and one of these parties was there and has not signed. Older minutes do not say who was there."""
        waited = Q(pk__in=[])
        for party in parties:
            signed = MeetingSignature.objects.filter(meeting=OuterRef("pk"), party=party)
            waited |= (Q(present="") | Q(present__contains=party.value)) & ~Exists(signed)
        return self.filter(waited).exclude(minuted_at=None)

    def left_behind(self, on):
        """To come, of a contract that will be over by then or that never began."""
        last_day = Coalesce("contract__broken_on", "contract__ends_on")
        return self.coming(on).filter(Q(day__gt=last_day) | Q(contract__closed_on__isnull=False))

    def with_names(self):
        return self.select_related("contract__enrolment__person", "contract__establishment__employer")


class Meeting(models.Model):
    """Entretien : à trois au début, aux mois 3, 6 et 9, de sortie ; prévu, tenu, signé."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="meetings", verbose_name="contrat")
    kind = coded_field("nature", MeetingKind)
    day = models.DateField("jour", db_index=True)
    starts_at = models.TimeField("heure")
    minutes = models.PositiveSmallIntegerField("durée en minutes", default=45)
    place = models.CharField("lieu", max_length=160, blank=True)
    remote_link = models.URLField("lien à distance", max_length=300, blank=True)
    exception_reason = models.TextField("accepté parce que", blank=True)
    # What calendars know it by: the same through every move, the sequence rises at each change.
    calendar_id = models.UUIDField("identifiant d'agenda", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField("révision d'agenda", default=0, editable=False)
    planned_at = models.DateTimeField("prévu le", default=clock.now)
    planned_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="prévu par"
    )
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    cancel_reason = models.CharField("annulé parce que", max_length=200, blank=True)
    held_on = models.DateField("tenu le", null=True, blank=True)
    # Their codes, apart by a space; minutes from before the question was asked have none.
    present = models.CharField("étaient présents", max_length=60, blank=True)
    going_well = models.CharField("ce qui va bien", max_length=500, blank=True)
    to_work_on = models.CharField("ce qui reste à travailler", max_length=500, blank=True)
    agreed = models.CharField("ce qui est convenu", max_length=500, blank=True)
    minuted_at = models.DateTimeField("compte rendu du", null=True, blank=True)
    minuted_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="compte rendu de"
    )
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "entretien"
        verbose_name_plural = "entretiens"
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind"],
                condition=Q(cancelled_at=None) & ~Q(kind=MeetingKind.OTHER),
                name="meeting_once_per_kind",
                violation_error_message="Cet entretien est déjà prévu pour ce contrat : déplacez-le plutôt.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | (Q(held_on=None) & ~Q(cancel_reason="")),
                name="meeting_cancelled_with_a_reason",
                violation_error_message="Un entretien tenu ne s'annule plus ; une annulation dit pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=240),
                name="meeting_lasts_a_while",
                violation_error_message="Un entretien dure de 10 minutes à 4 heures.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} du {self.day:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("tutoring:meeting_detail", args=[self.pk])

    @property
    def parties_present(self) -> list[Party]:
        return [Party(code) for code in self.present.split()]

    @property
    def present_words(self) -> str:
        return ", ".join(party.label for party in self.parties_present)


class OfMeetingQuerySet(models.QuerySet):
    """Rows that follow their meeting's scope."""

    def visible_to(self, user):
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class MeetingInvitation(models.Model):
    """Invitation à un entretien : ce qui est parti, à qui, pour quelle révision ; une fois chacune."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitations", verbose_name="entretien")
    party = coded_field("à quel titre", Party)
    name = models.CharField("nom", max_length=160)
    email = models.EmailField("courriel")
    sequence = models.PositiveSmallIntegerField("révision")
    is_cancellation = models.BooleanField("annulation", default=False)
    message_key = models.CharField("clé du message", max_length=200)
    recorded_at = models.DateTimeField("préparée le", default=clock.now)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à un entretien"
        verbose_name_plural = "invitations à un entretien"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "email", "sequence", "is_cancellation"],
                name="meeting_invitation_once",
                violation_error_message="Cette personne est déjà invitée à cette heure.",
            )
        ]

    def __str__(self):
        return f"invitation {self.pk}"


class MeetingDecision(models.Model):
    """Décision d'un entretien : qui, quoi, pour quand ; suivie jusqu'à ce qu'elle soit faite."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name="entretien")
    text = models.CharField("décision", max_length=300)
    owner = coded_field("qui s'en charge", Party)
    due_on = models.DateField("pour le")
    done_on = models.DateField("faite le", null=True, blank=True)
    done_note = models.CharField("remarque", max_length=300, blank=True)
    done_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="notée faite par"
    )
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "décision d'entretien"
        verbose_name_plural = "décisions d'entretien"

    def __str__(self):
        return f"décision {self.pk}"


class MeetingSignature(models.Model):
    """Signature d'un compte rendu : une par partie, d'accord ou non ; un désaccord dit sur quoi. Jamais modifiée."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="signatures", verbose_name="entretien")
    party = coded_field("à quel titre", Party)
    signer_name = models.CharField("nom de qui signe", max_length=160)
    way = coded_field("moyen", MeetingWay)
    image = models.BinaryField("tracé (PNG)", blank=True, default=b"", editable=False)
    image_sha256 = models.CharField("empreinte du tracé", max_length=64, blank=True)
    agrees = models.BooleanField("d'accord")
    comment = models.CharField("sur quoi", max_length=500, blank=True)
    text_sha256 = models.CharField("empreinte du compte rendu signé", max_length=64)
    signed_at = models.DateTimeField("signé le", default=clock.now)
    # Nobody: the person herself, who came by the link of her own mail.
    recorded_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reçue par"
    )

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "signature d'entretien"
        verbose_name_plural = "signatures d'entretien"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "party"],
                name="meeting_signature_once_per_party",
                violation_error_message="Cette partie a déjà signé.",
            ),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(comment=""),
                name="meeting_signature_disagreement_says_why",
                violation_error_message="Un désaccord dit sur quoi il porte.",
            ),
        ]

    def __str__(self):
        return f"signature {self.pk}"


class MeetingAddition(models.Model):
    """Complément : ce qui s'ajoute à un compte rendu déjà signé, sans y toucher."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="additions", verbose_name="entretien")
    text = models.CharField("complément", max_length=500)
    written_at = models.DateTimeField("écrit le", default=clock.now)
    written_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="écrit par")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "complément d'entretien"
        verbose_name_plural = "compléments d'entretien"

    def __str__(self):
        return f"complément {self.pk}"


class ConfidentialNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """P3: the referent of the cohort that day, and nobody else."""
        if acting_role(user) != Role.COORDINATOR:
            return self.none()
        return self.filter(meeting__in=Meeting.objects.visible_to(user))


class ConfidentialNote(models.Model):
    """Note confidentielle d'un entretien : pour la conseillère référente seule, jamais imprimée ni exportée."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="confidential_notes", verbose_name="entretien")
    text = models.CharField("note confidentielle", max_length=1000)
    written_at = models.DateTimeField("écrite le", default=clock.now)
    written_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="écrite par")

    objects = ConfidentialNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note confidentielle"
        verbose_name_plural = "notes confidentielles"

    def __str__(self):
        return f"note {self.pk}"
