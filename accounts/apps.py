from datetime import date

from django.apps import AppConfig
from django.core.validators import MaxValueValidator, MinValueValidator

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)
OUT_OF_TIME = "Vérifiez l'année : une date se situe ici entre 1900 et 2100."


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "comptes et droits"

    def ready(self):
        """Days are counted from, months added: every form and filter keeps to years where this makes sense."""
        from django import forms

        forms.DateField.default_validators = [
            MinValueValidator(FIRST_DAY, OUT_OF_TIME),
            MaxValueValidator(LAST_DAY, OUT_OF_TIME),
        ]
