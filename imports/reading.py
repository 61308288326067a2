"""The preview as its page reads it: which rows, in which order, how many of each verdict; and the answers sent back."""

import re
from collections.abc import Mapping
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from imports.models import ImportBatch, ImportRow
from imports.vocabulary import Nature, Verdict

PER_PAGE = 40
TO_SETTLE = "a_regler"
EVERYTHING = "tout"
TONES = {
    Verdict.CREATE: "info",
    Verdict.UPDATE: "waiting",
    Verdict.ASK: "warning",
    Verdict.SAME: "neutral",
    Verdict.REFUSE: "danger",
    Verdict.IGNORE: "neutral",
}
PLURALS = {
    Verdict.CREATE: "à créer",
    Verdict.UPDATE: "à mettre à jour",
    Verdict.ASK: "à confirmer",
    Verdict.SAME: "inchangées",
    Verdict.REFUSE: "refusées",
    Verdict.IGNORE: "ignorées",
}
SINGULARS = {one: label.removesuffix("s") for one, label in PLURALS.items()}
DONE = {Verdict.CREATE: "ajouts", Verdict.UPDATE: "mises à jour"}
NEEDS_SOMEBODY = Q(verdict__in=(Verdict.ASK, Verdict.REFUSE)) | Q(waits_for_answer=True)
_FIELD = re.compile(r"ligne-(\d{1,12})-(.{1,120})", re.DOTALL)


class Preview:
    """One page of an import's rows, from what the address asks."""

    def __init__(self, batch: ImportBatch, query: QueryDict) -> None:
        self.batch, self.query = batch, query

    @cached_property
    def rows_of_batch(self) -> QuerySet[ImportRow]:
        return self.batch.rows.all()

    @cached_property
    def counts(self) -> dict[str, int]:
        counted = self.rows_of_batch.values_list("verdict").annotate(Count("pk")).order_by()
        return dict(counted)

    @cached_property
    def to_settle(self) -> int:
        return self.rows_of_batch.filter(NEEDS_SOMEBODY).count()

    @property
    def sound(self) -> int:
        return sum(self.counts.get(verdict, 0) for verdict in Verdict if verdict.is_sound)

    def written(self) -> list[tuple[str, str]]:
        """By nature, what the import recorded."""
        natures = self.batch.written.get("natures", {})
        return [
            (
                nature.label,
                ", ".join(f"{natures[nature][one]} {DONE[one]}" for one in DONE if natures[nature].get(one)),
            )
            for nature in Nature
            if nature in natures
        ]

    @cached_property
    def shown(self) -> str:
        """What needs somebody comes first; without such a row, everything."""
        asked = self.query.get("voir", "")
        if asked in (*map(str, Verdict), TO_SETTLE, EVERYTHING):
            return asked
        return TO_SETTLE if self.to_settle else EVERYTHING

    @cached_property
    def sheet(self) -> str:
        asked = self.query.get("feuille", "")
        return asked if any(one["nom"] == asked for one in self.batch.sheets) else ""

    def filters(self) -> list[dict]:
        """The verdicts as links, each with its count."""
        first = [{"value": TO_SETTLE, "label": "à régler", "count": self.to_settle, "tone": "warning"}]
        verdicts = [
            {
                "value": str(one),
                "label": PLURALS[one] if count > 1 else SINGULARS[one],
                "count": count,
                "tone": TONES[one],
            }
            for one in Verdict
            for count in [self.counts.get(one, 0)]
        ]
        every = [{"value": EVERYTHING, "label": "en tout", "count": sum(self.counts.values()), "tone": "neutral"}]
        found = [one for one in (*first, *verdicts, *every) if one["count"]]
        return [
            one | {"url": self.url(voir=one["value"], page=None), "current": one["value"] == self.shown}
            for one in found
        ]

    def sheets(self) -> list[dict]:
        counted = dict(self.filtered(any_sheet=True).values_list("sheet").annotate(Count("pk")).order_by())
        every = [{"name": "Toutes les feuilles", "value": "", "count": sum(counted.values())}]
        each = [
            {"name": one["nom"], "value": one["nom"], "count": counted.get(one["nom"], 0)} for one in self.batch.sheets
        ]
        return [
            one | {"url": self.url(feuille=one["value"] or None, page=None), "current": one["value"] == self.sheet}
            for one in (*every, *each)
        ]

    def filtered(self, *, any_sheet: bool = False) -> QuerySet[ImportRow]:
        rows = self.rows_of_batch
        if self.shown == TO_SETTLE:
            rows = rows.filter(NEEDS_SOMEBODY)
        elif self.shown != EVERYTHING:
            rows = rows.filter(verdict=self.shown)
        return rows if any_sheet or not self.sheet else rows.filter(sheet=self.sheet)

    @cached_property
    def page(self) -> int:
        asked = self.query.get("page", "")
        return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1

    @cached_property
    def rows(self) -> list[ImportRow]:
        start = (self.page - 1) * PER_PAGE
        rows = list(self.filtered().order_by("position")[start : start + PER_PAGE + 1])
        self.has_next = len(rows) > PER_PAGE
        for row in rows:
            row.tone, row.word = TONES.get(row.verdict, "neutral"), Verdict.label_of(row.verdict)
        return rows[:PER_PAGE]

    def by_sheet(self) -> list[dict]:
        """The rows of this page under the name of their sheet."""
        groups: list[dict] = []
        for row in self.rows:
            if not groups or groups[-1]["name"] != row.sheet:
                groups.append({"name": row.sheet, "rows": []})
            groups[-1]["rows"].append(row)
        return groups

    @property
    def can_answer(self) -> bool:
        return self.batch.state == ImportBatch.State.READ and any(row.verdict != Verdict.IGNORE for row in self.rows)

    def previous_url(self) -> str:
        return self.url(page=self.page - 1) if self.page > 1 else ""

    def next_url(self) -> str:
        return self.url(page=self.page + 1) if self.rows and self.has_next else ""

    def here(self) -> str:
        return self.query.urlencode()

    def url(self, **changes: object) -> str:
        query = self.query.copy()
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = str(value)
        return f"?{query.urlencode()}"


def answers_of(sent: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """`ligne-<row>-<key>` of the form → row → key → answer."""
    answers: dict[int, dict[str, str]] = {}
    for name in sent:
        if match := _FIELD.fullmatch(name):
            answers.setdefault(int(match[1]), {})[_kept(match[2])] = _kept(sent[name])
    return answers


def _kept(text: str) -> str:
    """PostgreSQL keeps no NUL in a JSON column."""
    return text.replace("\0", "")
