"""A recipient's workbook: the file, then what goes in each of its columns and cells, then the values of its lists."""

from django import forms

from accounts import clock
from accounts.clean_text import CleanTextMixin
from employers.models import Financer
from exports.actions.workbook_models import CODES, surveyed
from exports.catalogue import CATALOGUE
from exports.coding import known_values
from exports.entries import ENTRIES
from exports.mapping import HOURS, Mapping, column_fields, entry_fields, listed_columns
from exports.models import WorkbookModel
from exports.registry import KINDS
from exports.scope import DDETS
from workbooks.limits import MIB
from workbooks.survey import TEMPLATE_LIMITS, Survey

NOTHING = ("", "laisser vide")
ACCEPTED = f"Classeur Excel (.xlsx) vide, sans macro ni mot de passe, {TEMPLATE_LIMITS.max_bytes // MIB} Mo au plus."


class FileForm(CleanTextMixin, forms.Form):
    """Another version of a file whose recipient is known."""

    name = forms.CharField(
        label="Nom du modèle", max_length=120, help_text="Comme le destinataire l'appelle : modèle 2026-02."
    )
    valid_from = forms.DateField(label="En vigueur le", initial=clock.today)
    file = forms.FileField(
        label="Classeur vide du destinataire",
        help_text=ACCEPTED,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Choisissez le fichier reçu du destinataire.", "empty": "Ce fichier est vide."},
    )

    def clean(self):
        """The workbook is read here, before the transaction of the act: reading may last, and others would wait."""
        cleaned = super().clean()
        if "file" in cleaned:
            cleaned["content"] = cleaned["file"].read(TEMPLATE_LIMITS.max_bytes + 1)
            cleaned["survey"] = surveyed(cleaned["content"])
        return cleaned

    def received(self) -> dict:
        """What `receive_model` takes of it."""
        chosen = self.cleaned_data
        kept = {name: chosen[name] for name in ("name", "valid_from", "content", "survey")}
        return kept | {"file_name": chosen["file"].name}


class ReceiveForm(FileForm):
    """The first one: which of our files it stands for, and for whom."""

    code = forms.ChoiceField(label="Fichier", choices=[(code, f"{KINDS[code].name} ({code})") for code in CODES])
    recipient = forms.ChoiceField(label="Destinataire")
    field_order = ("code", "recipient", "name", "valid_from", "file")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.financers = {str(one.pk): one for one in Financer.objects.select_related("organisation").order_by("name")}
        named = [(pk, str(one)) for pk, one in self.financers.items()]
        self.fields["recipient"].choices = [("", "choisir"), (DDETS, DDETS), *named]

    def received(self) -> dict:
        chosen = self.cleaned_data
        financer = self.financers.get(chosen["recipient"])
        return super().received() | {"code": chosen["code"], "financer": financer}


class BesideAnother(forms.Form):
    """A form of lists that can be read beside what somebody else has saved in the same ones."""

    def differences(self, saved: "BesideAnother") -> list[tuple[str, str, str]]:
        """Of a valid form: label, what was chosen here, what is saved; only where they differ."""
        shared = [name for name in self.fields if name in saved.fields]
        both = [(name, self.cleaned_data.get(name) or "", saved[name].initial or "") for name in shared]
        return [
            (self[name].label, self.in_words(name, here), self.in_words(name, there))
            for name, here, there in both
            if here != there
        ]

    def in_words(self, name: str, value) -> str:
        if isinstance(value, bool):
            return "oui" if value else "non"
        return str(dict(getattr(self.fields[name], "choices", ())).get(value, value))


class MappingForm(BesideAnother):
    """One list for each open column and cell, already on what its words say."""

    def __init__(self, *args, model: WorkbookModel, survey: Survey, mapping: Mapping, **kwargs):
        super().__init__(*args, **kwargs)
        self.model, self.mapping = model, mapping
        sheet = survey.sheet(mapping.sheet)
        self.block = sheet.block if sheet else None
        self.open_columns = [column for column in self.block.columns if column.is_open] if self.block else []
        self.open_cells = [cell for cell in survey.cells if not cell.locked]
        self.add_columns()
        self.add_cells()
        if self.block:
            self.add_rows()

    def add_columns(self):
        choices = _choices(column_fields(self.model.code), CATALOGUE)
        for column in self.open_columns:
            self.fields[f"col_{column.letter}"] = forms.ChoiceField(
                label=f"{column.letter} · {column.heading}",
                choices=choices,
                required=False,
                initial=self.mapping.columns.get(column.letter, ""),
                help_text=self.remark(column.letter),
            )

    def add_cells(self):
        choices = _choices(entry_fields(self.model.code), ENTRIES)
        for number, cell in enumerate(self.open_cells):
            named = f"{cell.place} ({cell.cell})" if cell.named else cell.cell
            self.fields[f"cell_{number}"] = forms.ChoiceField(
                label=f"{named} · {cell.label}" if cell.label else named,
                choices=choices,
                required=False,
                initial=self.mapping.cells.get(cell.place, ""),
                help_text=self.remark(cell.place),
            )

    def add_rows(self):
        self.fields["first_row"] = forms.IntegerField(
            label="Première ligne à remplir", min_value=1, max_value=1_000_000, initial=self.mapping.first_row
        )
        self.fields["last_row"] = forms.IntegerField(
            label="Dernière ligne à remplir",
            min_value=1,
            max_value=1_000_000,
            required=False,
            initial=self.mapping.last_row,
            help_text="Vide : le tableau s'allonge autant qu'il faut.",
        )
        if HOURS in column_fields(self.model.code):
            self.fields["skips_without_hours"] = forms.BooleanField(
                label="Ne pas porter les personnes sans heure prévue",
                required=False,
                initial=self.mapping.skips_without_hours,
            )

    def remark(self, place: str) -> str:
        return "Proposé par ressemblance : à vérifier." if place in self.mapping.unsure else ""

    @property
    def column_fields(self):
        return [self[name] for name in self.fields if name.startswith("col_")]

    @property
    def cell_fields(self):
        return [self[name] for name in self.fields if name.startswith("cell_")]

    @property
    def row_fields(self):
        return [self[name] for name in ("first_row", "last_row", "skips_without_hours") if name in self.fields]

    def chosen(self) -> Mapping:
        """Of a valid form. What somebody has looked at is no longer a guess."""
        found = self.cleaned_data
        columns = {one.letter: found[f"col_{one.letter}"] for one in self.open_columns}
        cells = {one.place: found[f"cell_{number}"] for number, one in enumerate(self.open_cells)}
        columns = {letter: key for letter, key in columns.items() if key}
        same = {letter for letter, key in columns.items() if self.mapping.columns.get(letter) == key}
        return Mapping(
            sheet=self.mapping.sheet if columns else "",
            first_row=found.get("first_row"),
            last_row=found.get("last_row"),
            columns=columns,
            cells={place: key for place, key in cells.items() if key},
            codes={letter: codes for letter, codes in self.mapping.codes.items() if letter in same},
            skips_without_hours=found.get("skips_without_hours", False),
        )


class CodesForm(BesideAnother):
    """For each column with a drop-down list, what each of our values is called there."""

    def __init__(self, *args, survey: Survey, mapping: Mapping, **kwargs):
        super().__init__(*args, **kwargs)
        self.mapping = mapping
        self.listed = list(listed_columns(survey, mapping))
        for column, key in self.listed:
            codes = mapping.codes.get(column.letter, {})
            choices = [("", "aucune : à corriger avant l'envoi"), *((one, one) for one in column.choices)]
            for number, value in enumerate(known_values(key)):
                self.fields[f"{column.letter}_{number}"] = forms.ChoiceField(
                    label=value, choices=choices, required=False, initial=codes.get(value, "")
                )

    @property
    def groups(self):
        """Column, our field, its fields on the page."""
        for column, key in self.listed:
            prefix = f"{column.letter}_"
            yield column, CATALOGUE[key], [self[name] for name in self.fields if name.startswith(prefix)]

    def chosen(self) -> Mapping:
        for column, key in self.listed:
            values = enumerate(known_values(key))
            found = {value: self.cleaned_data[f"{column.letter}_{number}"] for number, value in values}
            self.mapping.codes[column.letter] = {value: code for value, code in found.items() if code}
        return self.mapping


def _choices(keys, fields) -> list[tuple[str, str]]:
    named = [(key, _named(fields[key])) for key in keys]
    return [NOTHING, *sorted(named, key=lambda pair: pair[1].casefold())]


def _named(field) -> str:
    example = getattr(field, "example", "")
    return f"{field.label} ({example})" if example else field.label


class ConfirmForm(forms.Form):
    """A single button."""
