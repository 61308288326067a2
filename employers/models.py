"""Employers, their establishments, who finances their training, whom to write to there."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import coded_field, ends_after_start, in_force
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting_membership
from regulations.employers import Declarations, FinancerKind, LegalCategory, pec_findings
from regulations.findings import Finding
from regulations.people import Checked, unaccented


class Financer(models.Model):
    """Financeur de la formation : OPCO, ANFH, CNFPT. Ses délais sont des réglages, datés par leur version."""

    kind = coded_field("nature", FinancerKind)
    name = models.CharField("nom", max_length=120, unique=True)
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, blank=True, related_name="financer", verbose_name="organisation"
    )
    days_before_start = models.PositiveSmallIntegerField(
        "demande : jours avant le début (hypothèse)", null=True, blank=True
    )
    days_after_end = models.PositiveSmallIntegerField("pièces : jours après la fin (hypothèse)", null=True, blank=True)

    class Meta:
        verbose_name = "financeur"
        verbose_name_plural = "financeurs"

    def __str__(self):
        return self.name


class EmployerQuerySet(models.QuerySet):
    def visible_to(self, user):
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        match membership.role:
            case Role.COORDINATOR:
                return self
            case Role.EMPLOYER | Role.TUTOR:
                return self.filter(
                    Q(organisation=membership.organisation_id)
                    | Q(establishments__organisation=membership.organisation_id)
                ).distinct()
            case _:
                return self.none()


class Employer(models.Model):
    """Structure employeuse : l'entité juridique (SIREN), qui peut avoir plusieurs établissements."""

    name = models.CharField("raison sociale", max_length=160)
    siren = models.CharField("SIREN", max_length=9, unique=True)
    legal_category = coded_field("statut", LegalCategory)
    idcc = models.PositiveIntegerField("convention collective (IDCC)", null=True, blank=True)
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, blank=True, related_name="employer", verbose_name="organisation"
    )
    contributions_up_to_date = coded_field("cotisations à jour (déclaration)", Checked, default=Checked.NOT_CHECKED)
    recent_economic_dismissal = coded_field(
        "licenciement économique dans les six mois (déclaration)", Checked, default=Checked.NOT_CHECKED
    )
    declared_on = models.DateField("déclarations faites le", null=True, blank=True)
    declarations_reason = models.CharField("réserve levée parce que", max_length=300, blank=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = "structure employeuse"
        verbose_name_plural = "structures employeuses"
        constraints = [
            models.CheckConstraint(
                condition=Q(siren__regex=r"^[0-9]{9}$"),
                name="employer_siren_has_nine_digits",
                violation_error_message="Le SIREN a 9 chiffres.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("employers:employer_detail", args=[self.pk])

    @property
    def is_managed(self) -> bool:
        """Whether somebody there invites its members: the agency opens no other access there."""
        return self.organisation is not None and self.organisation.is_managed

    def findings(self) -> list[Finding]:
        """What stands against a PEC here, each with its article; nothing when it is open."""
        declared = Declarations(
            economic_dismissal=Checked(self.recent_economic_dismissal),
            contributions_up_to_date=Checked(self.contributions_up_to_date),
        )
        return pec_findings(LegalCategory(self.legal_category), declared)


class EstablishmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All of them for the agency; for an employer, those of its organisation (legal entity or single site)."""
        membership = acting_membership(user)
        if membership is None:
            return self.none()
        match membership.role:
            case Role.COORDINATOR:
                return self
            case Role.EMPLOYER | Role.TUTOR:
                return self.of_organisation(membership.organisation_id)
            case Role.TRAINER:
                return self.filter(seats__cohort__training_organisation=membership.organisation_id).distinct()
            case _:
                return self.none()

    def of_organisation(self, organisation_id):
        return self.filter(Q(organisation=organisation_id) | Q(employer__organisation=organisation_id))

    def open(self, on):
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))

    def with_financer(self, on):
        """Adds `financer_name`: who finances the training that day."""
        financing = Financing.objects.in_force(on).filter(employer=models.OuterRef("employer"))
        return self.annotate(financer_name=models.Subquery(financing.values("financer__name")[:1]))

    def search(self, text):
        """Every word, whatever its accents, in the site's name, number, town or legal entity."""
        found = self
        for word in unaccented(text).split():
            found = found.filter(search_text__contains=word)
        return found


class Establishment(models.Model):
    """Établissement : un lieu de travail, son SIRET, son adresse."""

    employer = models.ForeignKey(
        Employer, models.PROTECT, related_name="establishments", verbose_name="structure employeuse"
    )
    name = models.CharField("nom de l'établissement", max_length=160)
    siret = models.CharField("SIRET", max_length=14, unique=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    insee_code = models.CharField("code INSEE", max_length=5, blank=True)
    town = models.CharField("commune", max_length=100, blank=True)
    headcount = models.DecimalField("effectif (ETP)", max_digits=7, decimal_places=2, null=True, blank=True)
    organisation = models.OneToOneField(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="establishment",
        verbose_name="organisation propre au site",
        help_text="Seulement quand ce site a ses propres comptes, séparés de ceux de la structure.",
    )
    closed_on = models.DateField("fermé le", null=True, blank=True)
    search_text = models.CharField("texte de recherche", max_length=400, editable=False, db_index=True)
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        verbose_name = "établissement"
        verbose_name_plural = "établissements"
        constraints = [
            models.CheckConstraint(
                condition=Q(siret__regex=r"^[0-9]{14}$"),
                name="establishment_siret_has_fourteen_digits",
                violation_error_message="Le SIRET a 14 chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{5}$"),
                name="establishment_postcode_has_five_digits",
                violation_error_message="Le code postal a 5 chiffres, zéro initial compris.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("employers:establishment_detail", args=[self.pk])

    @property
    def department(self) -> str:
        """Code of the département, from the postcode (Corsica's 20 stays 20)."""
        return self.postcode[:3] if self.postcode.startswith(("97", "98")) else self.postcode[:2]


class FinancingQuerySet(models.QuerySet):
    def in_force(self, on):
        return self.filter(in_force("valid_from", "valid_to", on))

    def visible_to(self, user):
        return self.filter(employer__in=Employer.objects.visible_to(user))


class Financing(models.Model):
    """Rattachement à un financeur : par structure employeuse, daté, jamais une constante."""

    employer = models.ForeignKey(
        Employer, models.PROTECT, related_name="financings", verbose_name="structure employeuse"
    )
    financer = models.ForeignKey(Financer, models.PROTECT, related_name="financings", verbose_name="financeur")
    member_number = models.CharField("numéro d'adhérent", max_length=40, blank=True)
    valid_from = models.DateField("depuis le")
    valid_to = models.DateField("jusqu'au", null=True, blank=True)

    objects = FinancingQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement à un financeur"
        verbose_name_plural = "rattachements aux financeurs"
        constraints = [
            ends_after_start("financing", "valid_from", "valid_to", "La fin du rattachement doit suivre son début."),
            models.UniqueConstraint(
                fields=["employer", "valid_from"],
                name="financing_one_per_employer_and_day",
                violation_error_message="Un rattachement commence déjà ce jour-là pour cette structure.",
            ),
        ]

    def __str__(self):
        return f"{self.employer} : {self.financer}"


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(establishment__in=Establishment.objects.visible_to(user))


class Contact(models.Model):
    """Interlocuteur d'un établissement, avec un seul rôle."""

    class ContactRole(models.TextChoices):
        HR = "HR", "ressources humaines"
        DIRECTION = "DIRECTION", "direction"
        ACCOUNTS = "ACCOUNTS", "comptabilité"
        TRAINING = "TRAINING", "formation"

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="contacts", verbose_name="établissement"
    )
    name = models.CharField("nom", max_length=120)
    role = models.CharField("rôle", max_length=12, choices=ContactRole, default=ContactRole.HR)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    removed_on = models.DateField("retiré le", null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "interlocuteur"
        verbose_name_plural = "interlocuteurs"

    def __str__(self):
        return self.name
