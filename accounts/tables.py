"""Tables of our lists: django-tables2 for columns and sorting, rows written without a template per cell."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import django_tables2 as tables
from django.core.exceptions import ObjectDoesNotExist
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_tables2.utils import signature

from accounts.markup import escaped
from accounts.templatetags.french import as_count, as_day, as_euros, as_hours
from accounts.templatetags.house import state_badge

SORT_FIELD = "tri"
EMPTY = mark_safe('<span class="unknown">—<span class="visually-hidden"> non renseigné</span></span>')


class Column(tables.Column):
    """Text; `css` places the cell, `linkify` works as in django-tables2."""

    css = ""

    def __init__(self, *args, css: str | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if css is not None:
            self.css = css


class NumberColumn(Column):
    css = "number"


class CodeColumn(Column):
    """A number that is a name: SIRET, postcode, decision; never cut in two lines."""

    css = "code"


class CountColumn(NumberColumn):
    def render(self, value):
        return as_count(value)


class DayColumn(NumberColumn):
    """A day, « 02/02/2026 »."""

    def render(self, value):
        return as_day(value)


class EurosColumn(NumberColumn):
    def render(self, value):
        return as_euros(value)


class HoursColumn(NumberColumn):
    """Hours in hundredths from whole minutes."""

    def render(self, value):
        return as_hours(value)


class YesNoColumn(Column):
    def render(self, value):
        return "oui" if value else "non"


class StateColumn(Column):
    """A state of the row, as a badge; `tone` names its colour and drawing, or computes them from the row."""

    def __init__(self, *args, tone: Callable | str = "neutral", **kwargs):
        super().__init__(*args, **kwargs)
        self.tone = tone

    def render(self, value, record):
        return state_badge(self.tone(record) if callable(self.tone) else self.tone, value)


class Action(NamedTuple):
    """A link of a row; its accessible name ends with the row's own name."""

    label: str
    url: str


class ActionsColumn(Column):
    """Links named with their row: « Modifier — Zoé D. ». The table gives `actions(record)` and `row_name(record)`."""

    css = "row-actions"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, orderable=False, empty_values=(), accessor="pk", **kwargs)

    def render(self, record, table):
        name = table.row_name(record)
        return mark_safe(
            " ".join(
                format_html('<a href="{}">{}<span class="visually-hidden"> — {}</span></a>', url, label, name)
                for label, url in table.actions(record)
            )
        )


class Head(NamedTuple):
    """A column heading, and what its sort link does."""

    label: str
    css: str
    url: str = ""
    sort: str = ""
    action: str = ""
    mark: str = ""


class Table(tables.Table):
    """Base of every list: `caption` is compulsory, the first column names the row unless `row_header` says other."""

    caption = ""
    row_header = ""
    empty = "Aucune ligne."
    # Columns that the file of the list carries and its page has no room for: the page of each row says them.
    file_only: tuple[str, ...] = ()

    class Meta:
        template_name = "_table.html"

    query = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"order_by_field": SORT_FIELD} | kwargs)

    def before_render(self, request):
        self.query = request.GET

    def row_name(self, record) -> str:
        return str(record)

    def actions(self, record) -> Iterable[Action]:
        return ()

    def on_page(self) -> list:
        return [column for column in self.columns if column.name not in self.file_only]

    def heads(self) -> list[Head]:
        return [self.head(column) for column in self.on_page()]

    def head(self, column) -> Head:
        css = getattr(column.column, "css", "")
        if not column.orderable or self.query is None:
            return Head(column.header, css)
        alias = column.order_by_alias
        query = self.query.copy()
        query.pop(self.prefixed_page_field, None)
        query[self.prefixed_order_by_field] = alias.next
        action = "trier par ordre décroissant" if alias.next.startswith("-") else "trier par ordre croissant"
        if not column.is_ordered:
            return Head(column.header, css, f"?{query.urlencode()}", "none", action, SORTABLE)
        sort, mark = ("descending", DESCENDING) if alias.is_descending else ("ascending", ASCENDING)
        return Head(column.header, css, f"?{query.urlencode()}", sort, action, mark)

    def body(self) -> SafeString:
        """All rows as one text: three times faster here than a template's loop over bound cells."""
        columns = self.on_page()
        header = self.row_header or columns[0].name
        cells = [Cell(self, column, names_row=column.name == header) for column in columns]
        return mark_safe(
            "".join([f"<tr>{''.join([cell.html(record) for cell in cells])}</tr>\n" for record in self.rows.data])
        )


SORTABLE = mark_safe('<span class="sort" aria-hidden="true">↕</span>')
ASCENDING = mark_safe('<span class="sort" aria-hidden="true">↑</span>')
DESCENDING = mark_safe('<span class="sort" aria-hidden="true">↓</span>')


class Cell:
    """One column of one table, prepared once for all its rows."""

    def __init__(self, table: Table, column, *, names_row: bool):
        self.table = table
        self.column = column
        self.path = str(column.accessor).replace("__", ".").split(".")
        self.labels: dict[type, dict] = {}
        self.wanted = signature(column.render)[0]
        css = getattr(column.column, "css", "")
        tag, scope = ("th", ' scope="row"') if names_row else ("td", "")
        style = f' class="{css}"' if css else ""
        self.opening = f"<{tag}{scope}{style}>"
        self.closing = f"</{tag}>"

    def html(self, record) -> str:
        value = self.value(record)
        if value in self.column.column.empty_values:
            default = self.column.default
            return f"{self.opening}{EMPTY if default in (None, '—') else escaped(default)}{self.closing}"
        return f"{self.opening}{self.content(record, value)}{self.closing}"

    def content(self, record, value) -> str:
        if self.wanted == ("value",) and not self.column.link:
            return escaped(self.column.render(value))
        known = {
            "value": value,
            "record": record,
            "column": self.column.column,
            "bound_column": self.column,
            "table": self.table,
        }
        content = escaped(self.column.render(**{name: known[name] for name in self.wanted}))
        address = self.column.link.compose_url(**known) if self.column.link else None
        return content if address is None else f'<a href="{escaped(address)}">{content}</a>'

    def value(self, record):
        """The value at the end of the path; the label of a choice rather than its code."""
        if isinstance(record, dict):
            return record.get(self.path[0])
        *way, last = self.path
        try:
            for name in way:
                record = getattr(record, name)
            value = getattr(record, last)
        except (AttributeError, ObjectDoesNotExist):
            return None
        if callable(value):
            return value()
        labels = self.labels.get(type(record))
        if labels is None:
            labels = self.labels[type(record)] = labels_of(type(record), last)
        return labels.get(value, value) if labels else value


def labels_of(model: type, name: str) -> dict:
    """The labels of a field's choices by their codes, read once for all rows; empty when it has none."""
    field = getattr(getattr(model, name, None), "field", None)
    return dict(getattr(field, "flatchoices", ()))
