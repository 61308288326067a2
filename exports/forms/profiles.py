"""The columns of a file, edited without script: what is typed stays while columns move, come and go."""

from dataclasses import dataclass

from django import forms

from accounts import clock
from accounts.clean_text import CleanTextMixin
from accounts.disclosure import FILE_COLUMNS
from accounts.models import Organisation
from accounts.roles import FunderKind, OrganisationKind
from employers.models import Financer
from exports.catalogue import CATALOGUE, SourceField
from exports.coding import known_values
from exports.models import ExportProfile
from exports.registry import KINDS
from exports.scope import DDETS, OPCO
from exports.shaping import CODED, FORMATS, Chosen, chosen_of

SEPARATOR = "="
FIRST = "first"


@dataclass(frozen=True)
class ColumnFields:
    """Une colonne sur la page : son champ source, et ce qu'on en change."""

    number: int
    source: SourceField
    fields: list
    codes: forms.BoundField | None
    known: tuple[str, ...]
    is_first: bool
    is_last: bool


def offered(code: str, keys: list[str]) -> list[SourceField]:
    """The fields that this file may still take: those of its recipient's list."""
    return [CATALOGUE[key] for key in FILE_COLUMNS[code] if key not in keys]


def recipients_of(code: str) -> list[tuple[str, str]]:
    """For all, or for one of those who receive this file."""
    goes_to = KINDS[code].goes_to
    found = [("", "tous les destinataires")]
    if OPCO in goes_to:
        found += [(f"financeur-{one.pk}", one.name) for one in Financer.objects.order_by("name")]
    if DDETS in goes_to:
        ddets = Organisation.objects.active().filter(kind=OrganisationKind.FUNDER, funder_kind=FunderKind.DDETS)
        found += [(f"organisation-{one.pk}", one.name) for one in ddets.order_by("name")]
    return found


def words_of(codes) -> str:
    return "\n".join(f"{value} {SEPARATOR} {code}" for value, code in codes)


def read_codes(text: str) -> tuple[tuple[str, str], ...]:
    """« Mme = 2 », one by line; the line that cannot be read is named."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        value, separator, code = (part.strip() for part in line.partition(SEPARATOR))
        if not separator or not value or not code:
            raise forms.ValidationError(f"Ligne {number}, « {line.strip()} » : écrivez une valeur, =, puis son code.")
        if value in found:
            raise forms.ValidationError(f"Ligne {number} : « {value} » a déjà un code plus haut.")
        found[value] = code
    return tuple(found.items())


class ProfileForm(CleanTextMixin, forms.Form):
    """`keys` are the columns in order; each has its own fields."""

    name = forms.CharField(label="Nom du profil", max_length=120)
    for_whom = forms.ChoiceField(label="Pour", required=False)
    date_format = forms.ChoiceField(label="Format des dates", choices=ExportProfile.DateFormat.choices)
    valid_from = forms.DateField(label="En vigueur à partir du")

    def __init__(self, *args, code: str, keys: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.code = code
        self.keys = [key for key in dict.fromkeys(keys) if key in CATALOGUE]
        self.fields["for_whom"].choices = recipients_of(code)
        for key in self.keys:
            self._add_column(CATALOGUE[key])

    def _add_column(self, source: SourceField) -> None:
        self.fields[f"heading-{source.key}"] = forms.CharField(label="Titre", max_length=120, initial=source.label)
        if source.kind in FORMATS:
            choices = [(word, label) for word, (label, _) in FORMATS[source.kind].items()]
            self.fields[f"format-{source.key}"] = forms.ChoiceField(label="Format", choices=choices, required=False)
        self.fields[f"required-{source.key}"] = forms.BooleanField(label="Obligatoire", required=False)
        if source.kind in CODED:
            self.fields[f"codes-{source.key}"] = forms.CharField(
                label=f"Codes de « {source.label} »",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text="Une valeur et son code par ligne : valeur = code. Vide : la valeur telle quelle.",
            )

    def clean(self):
        cleaned = super().clean()
        for name in [name for name in self.fields if name.startswith("codes-") and name in cleaned]:
            try:
                cleaned[name] = read_codes(cleaned[name])
            except forms.ValidationError as refusal:
                self.add_error(name, refusal)
        return cleaned

    def own_fields(self):
        return [self[name] for name in ("name", "for_whom", "date_format", "valid_from")]

    def columns(self) -> list[ColumnFields]:
        last = len(self.keys)
        return [
            ColumnFields(
                number,
                CATALOGUE[key],
                [self[f"{name}-{key}"] for name in ("heading", "format", "required") if f"{name}-{key}" in self.fields],
                self[f"codes-{key}"] if f"codes-{key}" in self.fields else None,
                known_values(key),
                number == 1,
                number == last,
            )
            for number, key in enumerate(self.keys, start=1)
        ]

    # --- What a valid form says

    def chosen(self) -> list[Chosen]:
        said = self.cleaned_data
        return [
            Chosen(
                key,
                said[f"heading-{key}"],
                said[f"required-{key}"],
                said.get(f"codes-{key}", ()),
                said.get(f"format-{key}", ""),
            )
            for key in self.keys
        ]

    def recipient(self) -> dict:
        kind, _, pk = self.cleaned_data["for_whom"].partition("-")
        return {
            "financer": Financer.objects.get(pk=pk) if kind == "financeur" else None,
            "recipient": Organisation.objects.get(pk=pk) if kind == "organisation" else None,
        }


def as_typed(profile: ExportProfile) -> dict:
    """A profile as the fields of the form."""
    found = {
        "name": profile.name,
        "date_format": profile.date_format,
        "valid_from": clock.today(),
        "for_whom": _recipient_word(profile),
    }
    for one in chosen_of(profile):
        found |= {
            f"heading-{one.key}": one.heading,
            f"format-{one.key}": one.format,
            f"required-{one.key}": one.required,
            f"codes-{one.key}": words_of(one.codes),
        }
    return found


def _recipient_word(profile: ExportProfile) -> str:
    if profile.financer_id:
        return f"financeur-{profile.financer_id}"
    return f"organisation-{profile.recipient_id}" if profile.recipient_id else ""


def moved(keys: list[str], gesture: str, after: str = "") -> list[str]:
    """The order after one button: « up person.sex », « down … », « remove … », « add … »."""
    act, _, key = gesture.partition(" ")
    keys = list(keys)
    if act == "add" and key in CATALOGUE and key not in keys:
        place = 0 if after == FIRST else keys.index(after) + 1 if after in keys else len(keys)
        return [*keys[:place], key, *keys[place:]]
    if key not in keys:
        return keys
    place = keys.index(key)
    keys.pop(place)
    if act in ("up", "down"):
        keys.insert(max(0, place + (1 if act == "down" else -1)), key)
    elif act != "remove":
        keys.insert(place, key)
    return keys


class RestoreForm(forms.Form):
    """From which day the original columns come back."""

    valid_from = forms.DateField(label="À partir du")
