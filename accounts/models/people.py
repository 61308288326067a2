"""People who log in, the organisations they act for, and how they were invited."""

from datetime import date

from allauth.account.models import EmailAddress
from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q

from accounts import clock
from accounts.roles import ROLES_OF_KIND, ROLES_WITHOUT_SECOND_FACTOR, FunderKind, OrganisationKind, Role
from regulations.deadlines import plus_months

# A choice of this programme: no text says how often.
MONTHS_BETWEEN_READINGS = 3


class UserManager(BaseUserManager):
    use_in_migrations = True

    @transaction.atomic
    def create_user(self, email, password=None, **fields):
        """An account is only made from an invitation, so its address is known to be hers."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, email):
        return self.get(email=email.lower())


class User(AbstractBaseUser):
    """Compte : une personne qui se connecte, par son adresse électronique.

    There is no superuser, no group and no personal permission: rights come from the acting membership.
    """

    email = models.EmailField("adresse électronique", unique=True)
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80, blank=True)
    is_active = models.BooleanField("actif", default=True)
    date_joined = models.DateTimeField("créé le", default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"

    def __str__(self):
        return self.get_full_name() or self.email

    def get_full_name(self):
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self):
        return self.first_name or self.email

    @property
    def is_staff(self):
        """Django's administration site asks this name."""
        return self.has_perm("accounts.use_administration")

    def get_all_permissions(self, obj=None):
        return set().union(*(backend.get_all_permissions(self, obj) for backend in get_backends()))

    def has_perm(self, perm, obj=None):
        return any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_perms(self, perms, obj=None):
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label):
        return any(backend.has_module_perms(self, app_label) for backend in get_backends())


class OrganisationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(deactivated_at=None)


class Organisation(models.Model):
    """Organisation : agence, employeur, organisme de formation, financeur ou prescripteur."""

    kind = models.CharField("nature", max_length=20, choices=OrganisationKind)
    name = models.CharField("nom", max_length=160)
    funder_kind = models.CharField("nature du financeur", max_length=10, choices=FunderKind, blank=True)
    department = models.CharField("département", max_length=3, blank=True, help_text="Code, par exemple 50.")
    deactivated_at = models.DateTimeField("désactivée le", null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                name="organisation_name_once_per_kind",
                violation_error_message="Une organisation de cette nature porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(kind=OrganisationKind.FUNDER) ^ Q(funder_kind=""),
                name="organisation_funder_kind_for_funders",
                violation_error_message="La nature du financeur se donne pour un financeur, et pour lui seul.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def roles(self) -> tuple[Role, ...]:
        return ROLES_OF_KIND[OrganisationKind(self.kind)]

    @property
    def is_managed(self) -> bool:
        """Whether somebody there invites and removes its members."""
        return self.memberships.active().filter(is_admin=True).exists()


class MembershipQuerySet(models.QuerySet):
    def active(self):
        return self.filter(deactivated_at=None, organisation__deactivated_at=None, user__is_active=True)

    def visible_to(self, user):
        """The members of the organisation one acts for."""
        membership = acting_membership(user)
        return self.filter(organisation=membership.organisation_id) if membership else self.none()


class Membership(models.Model):
    """Rattachement : une personne agit pour une organisation, dans un rôle."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="compte")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    is_admin = models.BooleanField("peut inviter et retirer des membres", default=False)
    created_at = models.DateTimeField("depuis le", default=clock.now)
    deactivated_at = models.DateTimeField("désactivé le", null=True, blank=True)
    members_confirmed_on = models.DateField("liste des membres confirmée le", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "rattachement"
        verbose_name_plural = "rattachements"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_once_per_role",
                violation_error_message="Cette personne a déjà ce rôle dans cette organisation.",
            )
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.organisation}"

    @property
    def needs_second_factor(self) -> bool:
        """Whoever manages members proves herself twice, whatever her role."""
        return self.is_admin or self.role not in ROLES_WITHOUT_SECOND_FACTOR

    @property
    def confirms_members_on(self) -> date:
        """The day by which she reads the list of the members again."""
        since = self.members_confirmed_on or self.created_at.astimezone(clock.PARIS).date()
        return plus_months(since, MONTHS_BETWEEN_READINGS)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(accepted_at=None, revoked_at=None)

    def visible_to(self, user):
        membership = acting_membership(user)
        return self.filter(organisation=membership.organisation_id) if membership else self.none()


class Invitation(models.Model):
    """Invitation : un lien envoyé à une adresse, pour une organisation et un rôle. Seule son empreinte est gardée."""

    email = models.EmailField("adresse électronique")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name="organisation"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    is_admin = models.BooleanField("peut inviter et retirer des membres", default=False)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True)
    invited_by = models.ForeignKey(
        Membership, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name="invité par"
    )
    created_at = models.DateTimeField("envoyée le", default=clock.now)
    link_expires_at = models.DateTimeField("lien valable jusqu'au")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"

    def __str__(self):
        return f"invitation {self.pk}"


def acting_membership(user) -> Membership | None:
    """The membership chosen in the switch, else the only sensible one; None for a stranger or a trainee.

    The middleware sets `user.acting_through` once per request. Commands and jobs have no request: the oldest
    active membership stands in.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    if not hasattr(user, "acting_through"):
        user.acting_through = user.memberships.active().select_related("organisation").order_by("pk").first()
    return user.acting_through
