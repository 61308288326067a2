"""The tables that reach a person, and what their fates do to their rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from auditlog.context import disable_auditlog
from django.apps import apps
from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When

from impec.erasing.fates import FATES, GONE, Fate


@dataclass
class Touched:
    """What an erasure did: rows by model, those of the history to blank, and bytes to remove once it is committed."""

    counts: dict[str, int] = field(default_factory=dict)
    deleted: dict[type[models.Model], set[int]] = field(default_factory=dict)
    changed: dict[type[models.Model], set[int]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def add(self, model: type[models.Model], pks: list[int], *, gone: bool) -> None:
        if not pks:
            return
        label = model._meta.label
        self.counts[label] = self.counts.get(label, 0) + len(pks)
        (self.deleted if gone else self.changed).setdefault(model, set()).update(pks)


@dataclass(frozen=True)
class Step:
    """One table, one person."""

    fate: Fate
    model: type[models.Model]
    rows: QuerySet
    complete: bool

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(f"{self.fate.now} {self.fate.end}".split() if self.complete else self.fate.now.split())

    def to_delete(self) -> QuerySet:
        if self.complete and self.fate.leaves:
            return self.rows
        return self.rows.none() if self.fate.deleted is None else self.rows.filter(self.fate.deleted)

    def to_change(self) -> QuerySet:
        """Those in which something of her is left: a second run finds none."""
        if not self.fields:
            return self.rows.none()
        return self.rows.exclude(pk__in=self.to_delete()).filter(reduce(or_, map(self._is_filled, self.fields)))

    def _is_filled(self, name: str) -> Q:
        column = self.model._meta.get_field(name)
        if name in self.fate.keys:
            return reduce(or_, (~Q(**{f"{name}__{key}": ""}) for key in self.fate.keys[name]))
        if column.null:
            return Q(**{f"{name}__isnull": False})
        blanks = {self._blank(name), ""} if _is_text(column) else {self._blank(name)}
        return ~Q(**{f"{name}__in": blanks})

    def _blank(self, name: str) -> Any:
        return self.fate.values.get(name, blank_of(self.model._meta.get_field(name)))

    def apply(self, touched: Touched) -> None:
        pks = list(self.to_delete().values_list("pk", flat=True))
        self._take_files(touched, pks, every=True)
        with disable_auditlog():
            self.model._base_manager.filter(pk__in=pks).delete()
        touched.add(self.model, pks, gone=True)
        pks = list(self.to_change().values_list("pk", flat=True))
        self._take_files(touched, pks, every=False)
        self._blank_rows(pks)
        touched.add(self.model, pks, gone=False)

    def _take_files(self, touched: Touched, pks: list[int], *, every: bool) -> None:
        for column in self.model._meta.concrete_fields:
            if isinstance(column, models.FileField) and (every or column.name in self.fields):
                names = self.model._base_manager.filter(pk__in=pks).values_list(column.name, flat=True)
                touched.files += [name for name in names if name]

    def _blank_rows(self, pks: list[int]) -> None:
        rows = self.model._base_manager.filter(pk__in=pks)
        columns = [name for name in self.fields if name not in self.fate.keys]
        if columns and pks:
            rows.update(**{name: self._written(name) for name in columns}, **self._next_version())
        for name in set(self.fields) & self.fate.keys.keys():
            for row in rows.only("pk", name):
                document = dict.fromkeys(self.fate.keys[name], "")
                self.model._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) | document})

    def _next_version(self) -> dict[str, Any]:
        """Whoever has the form of the row open is told that it changed; an import that wrote it is not undone."""
        has_version = any(column.name == "version" for column in self.model._meta.concrete_fields)
        return {"version": F("version") + 1} if has_version else {}

    def _written(self, name: str) -> Any:
        """A text that said nothing goes on saying nothing."""
        blank = self._blank(name)
        if not blank or not isinstance(blank, str):
            return blank
        return Case(When(**{name: ""}, then=Value("")), default=Value(blank))


def _is_text(column: models.Field) -> bool:
    return isinstance(column, models.CharField | models.TextField)


def _is_free_text(column: models.Field) -> bool:
    return _is_text(column) and not column.choices and not isinstance(column, models.EmailField | models.URLField)


def blank_of(column: models.Field) -> Any:
    if column.null:
        return None
    if _is_free_text(column):
        return GONE
    if isinstance(column, models.BooleanField):
        return False
    if isinstance(column, models.BinaryField):
        return b""
    return ""


def steps(person_pk: int, *, complete: bool) -> Iterator[Step]:
    """In the order of the table: from the leaves to the person."""
    for fate in FATES:
        model = apps.get_model(fate.model)
        rows = model._base_manager.filter(**{fate.path: person_pk})
        yield Step(fate, model, rows, complete)


def of_hers(person_pk: int) -> dict[type[models.Model], set[int]]:
    """Every row that reaches her, by model."""
    return {step.model: set(step.rows.values_list("pk", flat=True)) for step in steps(person_pk, complete=False)}
