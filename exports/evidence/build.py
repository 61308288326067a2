"""From the contracts of a pack to its zip, a few contracts at a time: memory does not grow with their number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils.text import slugify

from accounts.models import User
from contracts.models import Amendment, Contract
from exports.evidence import exchanges
from exports.evidence.archive import MARK, Archive, Zipped, line_of
from exports.evidence.registry import sections_for, withheld_from
from exports.evidence.scope import contracts_for, reader_of, seen_by
from exports.evidence.sections import Column, Drawing, Section, Seen, shown
from exports.models import EvidencePack
from workbooks.text import clean, could_start_a_formula

AT_ONCE = 10
STYLES = ("exports/evidence.css", "training/paid.css")
AMENDMENTS = Amendment.objects.valid().select_related("establishment_before__employer", "establishment_after__employer")

Step = Callable[[int, int, str], object]


@dataclass(frozen=True, slots=True)
class Line:
    """Une ligne du sommaire : le dossier d'un contrat."""

    folder: str
    person: str
    employer: str
    starts_on: object
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Une partie telle qu'elle se montre : les mêmes mots sur la page et dans le CSV."""

    code: str
    title: str
    heads: tuple[str, ...]
    rows: list[tuple]
    is_card: bool = False
    papers: tuple[tuple[str, str], ...] = ()

    @property
    def facts(self) -> list[tuple[str, object]]:
        return list(zip(self.heads, self.rows[0], strict=True)) if self.rows else []


def build(
    pack: EvidencePack, author: User, folder: Path, step: Step = lambda done, total, words: None
) -> tuple[Zipped, int]:
    """The closed zip, and how many contracts it holds. ValidationError when it would hold none."""
    rows = contracts_for(pack.cohort, reader_of(pack), author, pack.as_of, pack.contract)
    order = ("enrolment__person__birth_name", "enrolment__person__first_name", "pk")
    pks = list(rows.order_by(*order).values_list("pk", flat=True))
    if not pks:
        raise ValidationError("Aucun contrat ne regarde ce destinataire à cette date : aucun dossier n'est produit.")
    lines = []
    with Archive(folder / pack.file_name, pack.as_of) as archive:
        for rank, contract in enumerate(read(pks, pack.audience), start=1):
            lines.append(add_contract(archive, pack, contract, rank))
            step(rank, len(pks), "Rassemblement des preuves")
        tables = [add_exchange(archive, *table) for table in exchanges.tables_of(pack)]
        archive.add("style.css", style())
        archive.add("index.html", [cover(pack, lines, tables)])
    return archive.zipped, len(pks)


def read(pks: list[int], audience: str) -> Iterator[Contract]:
    """Each with all that its sections read along: a constant number of queries for a few contracts."""
    wanted = [lookup for section in sections_for(audience) for lookup in section.prefetch]
    rows = Contract.objects.select_related("enrolment__person", "establishment__employer").prefetch_related(
        Prefetch("amendments", AMENDMENTS), *wanted
    )
    for start in range(0, len(pks), AT_ONCE):
        few = pks[start : start + AT_ONCE]
        found = rows.in_bulk(few)
        yield from (found[pk] for pk in few)


def add_contract(archive: Archive, pack: EvidencePack, contract: Contract, rank: int) -> Line:
    person = contract.enrolment.person
    folder = f"contrats/{rank:03d}-{slugify(person.full_name)[:60] or 'contrat'}"
    seen = seen_by(pack, contract)
    tables = [table_of(section, seen, archive, folder) for section in sections_for(pack.audience)]
    for table in tables:
        archive.add(f"{folder}/{table.code}.csv", as_csv(table))
    title = f"{person.full_name}, contrat du {shown(contract.starts_on)}"
    archive.add(f"{folder}/dossier.html", [page("contract", {"title": title, "root": "../../", "tables": tables})])
    return Line(
        folder=folder,
        person=person.full_name,
        employer=contract.terms_on(pack.as_of).establishment.name,
        starts_on=contract.starts_on,
        counts=tuple((table.title, len(table.rows)) for table in tables if not table.is_card and table.rows),
    )


def table_of(section: Section, seen: Seen, archive: Archive, folder: str) -> Table:
    """The rows of one section; its papers are written on the way."""
    columns = section.columns_for(seen.audience)
    papers = []
    for paper in section.papers(seen) if section.papers else ():
        archive.add(f"{folder}/{paper.name}", paper.chunks)
        papers.append((paper.name, paper.title))
    heads, rows = filled(columns, section.rows(seen))
    return Table(section.code, section.title, heads, rows, section.is_card, tuple(papers))


def filled(columns: Iterable[Column], rows: Iterable[object]) -> tuple[tuple[str, ...], list[tuple]]:
    columns = list(columns)
    cells = [tuple(cell(column.value(row)) for column in columns) for row in rows]
    return tuple(column.label for column in columns), cells


def cell(value: object) -> str | Drawing:
    return value if isinstance(value, Drawing) else clean(shown(value))


def add_exchange(archive: Archive, code: str, title: str, columns: list[Column], rows: Iterable) -> Table:
    table = Table(code, title, *filled(columns, rows))
    archive.add(f"echanges/{code}.csv", as_csv(table))
    return table


def as_csv(table: Table) -> Iterator[bytes]:
    """A card has one fact a line; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    lines = chain([("Fait", "Valeur")], table.facts) if table.is_card else chain([table.heads], table.rows)
    yield MARK.encode()
    for line in lines:
        yield line_of(*(harmless(shown(value)) for value in line)).encode()


def harmless(text: str) -> str:
    return f"'{text}" if could_start_a_formula(text) else text


def style() -> Iterator[bytes]:
    """Those of the site's papers, so that a certificate looks here as it does there."""
    for name in STYLES:
        yield Path(finders.find(name)).read_bytes()


def cover(pack: EvidencePack, lines: list[Line], tables: list[Table]) -> bytes:
    return page(
        "index",
        {
            "title": f"Dossier de preuves, {pack.cohort}",
            "root": "",
            "pack": pack,
            "reader": reader_of(pack).name,
            "lines": lines,
            "tables": tables,
            "withheld": withheld_from(pack.audience),
        },
    )


def page(name: str, context: dict) -> bytes:
    return render_to_string(f"exports/evidence/{name}.html", context).encode()
