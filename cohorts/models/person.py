"""People: ordinary facts (P1, P2) in one table, protected facts (P3) in tables of their own."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.fields import coded_field
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership, acting_role
from cohorts.models.cohort import Cohort
from employers.models import Establishment
from regulations.people import (
    BarrierCategory,
    BenefitKind,
    Checked,
    EducationLevel,
    Mobility,
    RegistrationLength,
    Sex,
    Title,
    unaccented,
)

ERASED_NAME = "Personne effacée"
PUBLIC_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_public_code() -> str:
    """Eight characters at random: stable, and without any link with the person's civil status."""
    return "".join(secrets.choice(PUBLIC_ALPHABET) for _ in range(8))


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows whose ordinary facts (P1) this user may see. An objection hides the person; an erased one is gone."""
        return self.reachable_by(user).filter(objected_on=None, erased_on=None)

    def reachable_by(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.filter(user=user) if getattr(user, "pk", None) else self.none()
        organisation = membership.organisation_id
        match membership.role:
            case Role.COORDINATOR:
                return self.filter(agency=organisation)
            case Role.EMPLOYER:
                own = Establishment.objects.of_organisation(organisation)
                return self.filter(
                    Q(enrolments__contracts__establishment__in=own)
                    | Q(enrolments__seat__establishment__in=own)
                    | Q(referrals__seat__establishment__in=own)
                ).distinct()
            case Role.TUTOR:
                return self.filter(enrolments__contracts__tutorships__tutor__user=user).distinct()
            case Role.TRAINER:
                return self.filter(
                    enrolments__cohort__training_organisation=organisation, enrolments__contracts__isnull=False
                ).distinct()
            case Role.ADVISER:
                return self.filter(referrals__adviser__user=user).distinct()
            case _:
                return self.none()

    def private_to(self, user, on):
        """Rows whose private facts (P2) this user may read: referent of a cohort of hers, employer, the person."""
        membership = acting_membership(user)
        if membership is None:
            return self.visible_to(user)
        match membership.role:
            case Role.COORDINATOR:
                return (
                    self.visible_to(user).filter(enrolments__cohort__in=Cohort.objects.followed_by(user, on)).distinct()
                )
            case Role.EMPLOYER:
                own = Establishment.objects.of_organisation(membership.organisation_id)
                return self.visible_to(user).filter(enrolments__contracts__establishment__in=own).distinct()
            case _:
                return self.none()

    def watched_by(self, user, on):
        """Whose data a referent answers for, hidden people too: those of her cohorts, and those of no cohort yet."""
        followed = Cohort.objects.followed_by(user, on)
        if acting_role(user) != Role.COORDINATOR or not followed.exists():
            return self.none()
        of_hers = Q(enrolments__cohort__in=followed) | Q(enrolments=None)
        return self.reachable_by(user).filter(of_hers).distinct()

    def search(self, text):
        """Every word of the text, whatever its accents and case, in names (« Hélène » finds « helene »)."""
        found = self
        for word in unaccented(text).split():
            found = found.filter(search_text__contains=word)
        return found


class Person(models.Model):
    """Personne : candidate, puis salariée stagiaire. Jamais de numéro de sécurité sociale."""

    public_code = models.CharField("identifiant interne", max_length=8, unique=True, default=new_public_code)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="people", verbose_name="agence")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name="compte de la personne",
    )
    title = coded_field("civilité", Title, blank=True)
    sex = coded_field("sexe", Sex, blank=True)
    birth_name = models.CharField("nom de naissance", max_length=80)
    usual_name = models.CharField("nom d'usage", max_length=80, blank=True)
    first_name = models.CharField("prénom", max_length=80)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    insee_code = models.CharField("code INSEE", max_length=5, blank=True)
    town = models.CharField("commune", max_length=100, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("courriel", blank=True)
    mobility = coded_field("mobilité", Mobility, blank=True)
    jobseeker_number = models.CharField("identifiant France Travail", max_length=8, blank=True)
    registration_length = coded_field("durée d'inscription à l'entrée", RegistrationLength, blank=True)
    education_level = coded_field("niveau de formation", EducationLevel, blank=True)
    identity_key = models.CharField("clé de rapprochement", max_length=170, editable=False, db_index=True)
    search_text = models.CharField("texte de recherche", max_length=300, editable=False, db_index=True)
    notice_given_on = models.DateField("notice d'information remise le", null=True, blank=True)
    notice_channel = models.CharField("notice remise par", max_length=60, blank=True)
    created_at = models.DateTimeField("enregistrée le", default=clock.now)
    objected_on = models.DateField("opposition au traitement le", null=True, blank=True)
    erased_on = models.DateField("effacée le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        # Few object or are erased: every list leaves them out, and finds them here without reading everybody.
        indexes = [
            models.Index(fields=["objected_on"], condition=Q(objected_on__isnull=False), name="person_objected"),
            models.Index(fields=["erased_on"], condition=Q(erased_on__isnull=False), name="person_erased"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{5}$"),
                name="person_postcode_has_five_digits",
                violation_error_message="Le code postal a 5 chiffres, zéro initial compris.",
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None) | Q(birth_date__gte="1900-01-01"),
                name="person_born_after_1900",
                violation_error_message="La date de naissance doit être postérieure à 1900.",
            ),
        ]

    def __str__(self):
        # The history of changes keeps this text: it must not carry a name.
        return f"personne {self.public_code}"

    def get_absolute_url(self):
        return reverse("cohorts:person_detail", args=[self.pk])

    @property
    def full_name(self) -> str:
        """« NOM Prénom », with the usual name when there is one."""
        name = f"{self.birth_name} {self.usual_name}".strip() if self.usual_name else self.birth_name
        return f"{name} {self.first_name}".strip()

    @property
    def short_name(self) -> str:
        """First name and initial: what a tutor's sheet may show."""
        if self.erased_on:
            return ERASED_NAME
        return f"{self.first_name} {self.birth_name[:1]}.".strip()


class ProtectedQuerySet(models.QuerySet):
    """Rows of class P3: the referent of a cohort of that person, and nobody else."""

    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None or membership.role != Role.COORDINATOR:
            return self.none()
        return self.filter(person__in=Person.objects.private_to(user, clock.today()))


class ProtectedFacts(models.Model):
    """Critères protégés : servent à l'aide, jamais au choix d'une personne. Vide : inconnu."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="protected", verbose_name="personne")
    boeth = coded_field("bénéficiaire de l'obligation d'emploi", Checked, default=Checked.NOT_CHECKED)
    priority_district = coded_field("résidence en QPV", Checked, default=Checked.NOT_CHECKED)
    rural_zone = coded_field("résidence en FRR", Checked, default=Checked.NOT_CHECKED)
    zones_checked_on = models.DateField("zonages vérifiés le", null=True, blank=True)
    benefit_kind = coded_field("minimum social", BenefitKind, blank=True)
    benefit_since = coded_field("minimum social depuis", RegistrationLength, blank=True)

    objects = ProtectedQuerySet.as_manager()

    class Meta:
        verbose_name = "critères protégés"
        verbose_name_plural = "critères protégés"

    def __str__(self):
        return f"critères protégés {self.pk}"


class Barrier(models.Model):
    """Frein : une action à mener, jamais une description de la personne."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="barriers", verbose_name="personne")
    category = coded_field("catégorie", BarrierCategory)
    action_needed = models.CharField("action à mener", max_length=200)
    raised_on = models.DateField("repéré le")
    lifted_on = models.DateField("levé le", null=True, blank=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="repéré par"
    )

    objects = ProtectedQuerySet.as_manager()

    class Meta:
        verbose_name = "frein"
        verbose_name_plural = "freins"
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_on=None) | Q(lifted_on__gte=models.F("raised_on")),
                name="barrier_lifted_after_raised",
                violation_error_message="Un frein est levé après avoir été repéré.",
            )
        ]

    def __str__(self):
        return f"frein {self.pk}"


class PersonNote(models.Model):
    """Note : courte, lisible par la personne, jamais dans une liste, une recherche ou un fichier."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notes", verbose_name="personne")
    text = models.CharField("note", max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur")
    written_at = models.DateTimeField("écrite le", default=clock.now)

    objects = ProtectedQuerySet.as_manager()

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "notes"

    def __str__(self):
        return f"note {self.pk}"
