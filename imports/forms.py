"""The form of an upload; answers are read from the preview itself."""

from django import forms

from cohorts.models import Cohort
from imports.actions.receiving import LIMITS
from workbooks.limits import MIB


def said_limits() -> str:
    """The limits, said where the file is chosen."""
    size = f"{LIMITS.max_bytes / MIB:g}"
    rows = f"{LIMITS.max_rows:,}".replace(",", " ")
    return (
        f"Un classeur Excel (.xlsx), {size} Mo au plus, {rows} lignes et {LIMITS.max_columns} colonnes au plus par "
        "feuille, sans macro ni mot de passe. Le fichier est effacé au bout de 24 heures."
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Classeur",
        help_text=said_limits(),
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
        error_messages={
            "required": "Choisissez le classeur à importer.",
            "empty": "Ce fichier est vide.",
        },
    )
    cohort = forms.ModelChoiceField(
        label="Cohorte des lignes qui ne la disent pas",
        queryset=Cohort.objects.none(),
        required=False,
        empty_label="chaque ligne dit sa cohorte",
        help_text="Une colonne « Cohorte » du classeur l'emporte toujours.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = Cohort.objects.visible_to(user).order_by("-starts_on", "pk")
