"""The trainee's own forms: her address to receive a link, her signature."""

import uuid
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.clean_text import CleanTextMixin
from accounts.drawn import DrawnForm
from regulations.training import SignatureWay

CENTURIES = range(1900, 3000)


class AskLinkForm(CleanTextMixin, forms.Form):
    email = forms.EmailField(
        label="Votre courriel",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Celui que connaît votre conseillère.",
    )


class SignForm(DrawnForm):
    """A drawing, or a name typed and a tick. The time of the device is kept as it is told."""

    code = forms.CharField(
        label="Code de la classe",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text="6 signes. Le code est affiché dans la salle.",
        error_messages={"required": "Écrivez le code de la classe."},
    )
    typed_name = forms.CharField(
        label="Prénom et nom", max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    tick = forms.BooleanField(label="Je signe avec mon nom.", required=False)
    # What the device says of itself hinders no signature: odd, it is left out.
    device_at = forms.CharField(required=False, widget=forms.HiddenInput)
    device_id = forms.CharField(required=False, widget=forms.HiddenInput)
    request_id = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_device_at(self) -> datetime | None:
        """A clock set wrong is kept as it is; what is no instant of our centuries is no time."""
        try:
            told = datetime.fromisoformat(self.cleaned_data["device_at"].replace("Z", "+00:00"))
        except ValueError:
            return None
        return told if timezone.is_aware(told) and told.year in CENTURIES else None

    def clean_request_id(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["request_id"])
        except ValueError:
            return uuid.uuid4()

    def clean(self):
        found = super().clean()
        if found.get("image") or "image" in self.errors:
            return found
        if not found.get("typed_name"):
            raise ValidationError("Signez dans le cadre, ou écrivez votre nom.")
        if not found.get("tick"):
            self.add_error("tick", "Cochez la case pour signer avec votre nom.")
        return found

    @property
    def way(self) -> SignatureWay:
        return SignatureWay.PHONE if self.cleaned_data["image"] else SignatureWay.TYPED
