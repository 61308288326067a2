"""Forms of the payments: how lines come in, and what each column holds."""

from django import forms
from django.utils.html import format_html

from imports.actions.receiving import PAYMENT_LIMITS
from imports.payments.columns import READ_FIELDS
from workbooks.limits import MIB

MOST_PASTED = 4_000_000
PASTED = "Lignes collées"


def said_limits() -> str:
    size, rows = f"{PAYMENT_LIMITS.max_bytes / MIB:g}", f"{PAYMENT_LIMITS.max_rows:,}".replace(",", " ")
    return f"Excel (.xlsx) ou CSV, {size} Mo et {rows} lignes au plus. Le fichier est effacé au bout de 24 heures."


class PaymentUploadForm(forms.Form):
    lines = forms.CharField(
        label="Lignes copiées de l'écran ou d'un tableur",
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        help_text="Avec ou sans la ligne de titres ; les colonnes séparées par des tabulations ou des points-virgules.",
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "payment-lines"}
        ),
        error_messages={"max_length": "C'est trop long pour être collé : enregistrez ces lignes dans un fichier."},
    )
    file = forms.FileField(
        label="ou un fichier",
        required=False,
        help_text=said_limits(),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,text/csv"}),
        error_messages={"empty": "Ce fichier est vide."},
    )
    paid_on = forms.DateField(
        label="Date de paiement des lignes qui ne la disent pas",
        required=False,
        help_text="JJ/MM/AAAA. Seulement si les lignes n'ont pas de colonne de date.",
    )

    def clean(self):
        cleaned = super().clean()
        lines, file = cleaned.get("lines", "").strip(), cleaned.get("file")
        if lines and file:
            raise forms.ValidationError("Collez des lignes ou choisissez un fichier, pas les deux à la fois.")
        if not lines and not file and not self.errors:
            raise forms.ValidationError("Collez des lignes, ou choisissez un fichier.")
        return cleaned


def said_examples(examples: list[str]) -> str:
    """What stands in the file is text, whatever it looks like: the page shows help as it is."""
    return format_html("Par exemple : {}", " ; ".join(examples)) if examples else "Vide sur les premières lignes."


class ColumnsForm(forms.Form):
    """One list for each column of the sheet, already on what it seems to hold."""

    CHOICES = [("", "ne pas lire"), *((one.name, one.label) for one in READ_FIELDS)]

    def __init__(self, *args, sheet: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.numbers = [column["numero"] for column in sheet["a_nommer"]]
        for column in sheet["a_nommer"]:
            title = f" : « {column['titre']} »" if column["titre"] else ""
            self.fields[f"colonne_{column['numero']}"] = forms.ChoiceField(
                label=f"Colonne {column['lettre']}{title}",
                choices=self.CHOICES,
                required=False,
                initial=column["champ"],
                help_text=said_examples(column["exemples"]),
            )
        self.fields["paid_on"] = forms.DateField(
            label="Date de paiement, si aucune colonne ne la porte", required=False
        )

    def columns(self) -> dict[int, str]:
        return {number: self.cleaned_data[f"colonne_{number}"] for number in self.numbers}
