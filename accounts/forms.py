"""Forms of accounts, members and invitations: they check shape, the actions check meaning."""

from allauth.account.forms import AddEmailForm, ResetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

from accounts.actions import Identity
from accounts.blocking import SECOND_FACTOR, note_failure
from accounts.clean_text import CleanTextMixin
from accounts.models import Membership, User


class IdentityForm(CleanTextMixin, forms.ModelForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True


class OwnAddressForm(CleanTextMixin, AddEmailForm):
    """Another address of one's own: the sign-in library keeps it past our own checks."""


class ForgottenPasswordForm(CleanTextMixin, ResetPasswordForm):
    """Whose password it is."""


class NotedCodeMixin(CleanTextMixin):
    """Codes of the second factor are counted as passwords are: the owner learns that hers is being guessed."""

    def _emit_authentication_failed(self, authenticator):
        super()._emit_authentication_failed(authenticator)
        key = f"mfa-auth-user-{self.user.pk}"
        note_failure(context.request, key=key, address=self.user.email, proof=SECOND_FACTOR)


class CodeForm(NotedCodeMixin, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(NotedCodeMixin, ReauthenticateForm):
    """The same code, asked again before what matters."""


class InviteForm(CleanTextMixin, forms.Form):
    email = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        help_text="L'invitation ne vaut que pour cette adresse.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label="Rôle")
    is_admin = forms.BooleanField(label="Peut inviter et retirer des membres", required=False)

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in organisation.roles]


class IdentifiedForm(CleanTextMixin, forms.Form):
    """How somebody who lost her second factor was identified: kept in the access log."""

    identified = forms.CharField(
        label="Comment avez-vous vérifié que c'est bien cette personne ?",
        min_length=10,
        max_length=200,
        help_text="Par exemple « vue au bureau, carte professionnelle présentée ». Ni numéro de pièce, ni adresse. "
        "Ce que vous écrivez reste dans le journal d'accès.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SwitchForm(forms.Form):
    """The membership to act through, among one's own."""

    membership = forms.ModelChoiceField(Membership.objects.none())

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = user.memberships.active()


class NewAccountForm(CleanTextMixin, forms.Form):
    """Who answers an invitation without an account: her name and a password."""

    first_name = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password = forms.CharField(
        label="Mot de passe",
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def identity(self) -> Identity:
        return Identity(**self.cleaned_data)
