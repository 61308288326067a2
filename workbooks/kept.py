"""Which parts of a filled workbook are those of its model, byte for byte, and why the others are not."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from workbooks.patch import Archive
from workbooks.template import Template

OTHER = "cause inconnue"


@dataclass
class Kept:
    """Parties gardées telles quelles ; parties changées et pourquoi."""

    same: list[str] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)

    @property
    def unexplained(self) -> list[str]:
        return [name for name, why in self.changed.items() if why == OTHER]


def compare_parts(model: str | os.PathLike, filled: str | os.PathLike, written: set[str]) -> Kept:
    """`written` are the sheets that were filled, by name."""
    with Archive(model) as before, Archive(filled) as after:
        causes = dict(_causes(Template(before), written))
        found = Kept()
        for name in before.names:
            if name not in after:
                found.changed[name] = causes.get(name, OTHER)
            elif _digest(before, name) == _digest(after, name):
                found.same.append(name)
            else:
                found.changed[name] = causes.get(name, OTHER)
        found.changed |= {name: OTHER for name in after.names if name not in before}
    return found


def _digest(archive: Archive, name: str) -> bytes:
    total = hashlib.sha256()
    for block in archive.stream(name):
        total.update(block)
    return total.digest()


def _causes(template: Template, written: set[str]) -> Iterator[tuple[str, str]]:
    """Every part that filling may change, and what for."""
    for name, part in template.sheets.items():
        yield part, "feuille remplie" if name in written else "résultats de formules à recalculer"
    yield template.part, "calcul demandé à l'ouverture, plages nommées allongées"
    chains = template.related(template.part, "/calcChain")
    for part in chains:
        yield part, "ordre de calcul retiré : le tableur le refait"
    if chains:
        yield "[Content_Types].xml", "l'ordre de calcul n'y est plus annoncé"
        yield template.relations_part(template.part), "l'ordre de calcul n'y est plus relié"
    for table in template.tables:
        if table.sheet in written:
            yield table.part, "tableau allongé"
