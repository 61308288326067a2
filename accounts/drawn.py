"""The field of a signature drawn with a finger: its text becomes the bytes of an image, judged by `ink`."""

import base64

from django import forms
from django.core.exceptions import ValidationError

from accounts.clean_text import CleanTextMixin

START_OF_IMAGE = "data:image/png;base64,"
# Of the text of an image of 60 kB, with some room: what is longer was not drawn in our frame.
MOST_CHARACTERS = 90_000


class DrawnForm(CleanTextMixin, forms.Form):
    image = forms.CharField(required=False, max_length=MOST_CHARACTERS, strip=False, widget=forms.HiddenInput)

    def _holds_number(self, name):
        # Drawn or drawn by lot, never typed: digits met by chance are nobody's number.
        return not self.fields[name].widget.is_hidden and super()._holds_number(name)

    def clean_image(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["image"].removeprefix(START_OF_IMAGE), validate=True)
        except ValueError as error:
            raise ValidationError("Le tracé n'est pas arrivé entier : effacez, puis signez à nouveau.") from error
