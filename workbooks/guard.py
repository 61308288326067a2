"""Judging an uploaded workbook before anything opens it: the archive first, then its XML as a stream.

`judge(path)` returns the facts that the reader of values does not give (merged ranges, hidden rows, formulas,
errors, date system), or raises `Refused` with a French sentence that says what to do.
"""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from workbooks.facts import SheetFacts
from workbooks.limits import Limits, Refused, damaged, too_heavy
from workbooks.patch import Archive, Damaged
from workbooks.scan import YES, SheetScan, Tags, check_xml, count_elements, elements

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
WORKBOOK_TYPES = ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")
ACTIVE_FOLDERS = ("xl/embeddings/", "xl/activex/", "xl/macrosheets/", "xl/dialogsheets/")
OUTSIDE_FOLDERS = ("xl/externallinks/", "xl/querytables/")
OUTSIDE_PARTS = ("xl/connections.xml",)
CONTENT_TYPES = "[Content_Types].xml"

MACROS = Refused(
    "macros",
    "Ce classeur contient des macros ou des objets incorporés. Enregistrez-le au format « Classeur Excel (.xlsx) », "
    "sans macro ni objet, puis renvoyez-le.",
)
NOT_A_WORKBOOK = Refused(
    "pas_un_classeur",
    "Ce fichier n'est pas un classeur .xlsx. Dans votre tableur : Enregistrer sous, « Classeur Excel (.xlsx) », "
    "puis renvoyez-le.",
)
PASSWORD = Refused(
    "mot_de_passe",
    "Ce classeur est protégé par un mot de passe. Retirez le mot de passe d'ouverture, enregistrez, puis renvoyez-le.",
)
OLD_FORMAT = Refused(
    "ancien_format",
    "Ce fichier est à l'ancien format .xls. Enregistrez-le au format « Classeur Excel (.xlsx) », puis renvoyez-le.",
)
OUTSIDE_LINKS = Refused(
    "liens_externes",
    "Ce modèle contient des liens vers d'autres fichiers. Rompez les liens (Données, Modifier les liens), enregistrez, "
    "puis renvoyez-le.",
)


@dataclass
class BookFacts:
    """The sheets in the order of their tabs, and what holds for all of them."""

    sheets: list[SheetFacts] = field(default_factory=list)
    date_1904: bool = False
    has_outside_links: bool = False


def judge(path: str | os.PathLike, limits: Limits = Limits()) -> BookFacts:
    """The facts of a workbook that may be read; `Refused` for every other file. Never more than a few seconds."""
    check_first_bytes(path, limits)
    try:
        with Archive(path) as archive:
            return _Judge(archive, limits).judge()
    except (zipfile.BadZipFile, Damaged, NotImplementedError, EOFError, ValueError) as error:
        raise damaged() from error


def check_first_bytes(path: str | os.PathLike, limits: Limits) -> None:
    """Refuse by size, then by the first bytes: the name of a file proves nothing."""
    if os.path.getsize(path) > limits.max_bytes:
        raise limits.refuse_size()
    with open(path, "rb") as file:
        start = file.read(8)
        if start == OLE:
            raise PASSWORD if ENCRYPTED_PACKAGE in file.read() else OLD_FORMAT
    if start[:4] != ZIP:
        raise NOT_A_WORKBOOK


class _Judge:
    def __init__(self, archive: Archive, limits: Limits) -> None:
        self.archive, self.limits = archive, limits
        self.tags = Tags(limits)
        self.facts = BookFacts()
        self.names = {name.lower(): name for name in archive.names}

    def judge(self) -> BookFacts:
        self.check_directory()
        self.check_content_types()
        workbook = self.target_of("_rels/.rels", "/officeDocument")
        if workbook is None:
            raise NOT_A_WORKBOOK
        self.read_workbook(workbook)
        self.check_other_parts({sheet.part for sheet in self.facts.sheets})
        for sheet in self.facts.sheets:
            SheetScan(sheet, self.limits, self.tags).run(self.archive.stream(sheet.part))
        return self.facts

    def check_directory(self) -> None:
        entries, limits = self.archive.entries, self.limits
        if len(entries) > limits.max_parts:
            raise too_heavy(f"plus de {limits.max_parts} éléments")
        if sum(entry.file_size for entry in entries) > limits.max_unpacked:
            raise too_heavy("sa taille réelle est démesurée")
        # Names are compared without case, as a spreadsheet does.
        if len(self.names) != len(entries):
            raise damaged()
        for entry in entries:
            self.check_entry(entry)

    def check_entry(self, entry: zipfile.ZipInfo) -> None:
        if entry.flag_bits & 0x1:
            raise PASSWORD
        name, parts = entry.filename, PurePosixPath(entry.filename).parts
        if not parts or name[0] == "/" or "\\" in name or ":" in name or ".." in parts:
            raise damaged()
        if self.archive.header(entry)[1] != entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"):
            raise damaged()
        if entry.file_size > self.limits.ratio_from and entry.file_size > self.limits.max_ratio * entry.compress_size:
            raise too_heavy("sa taille réelle est démesurée")

    def check_content_types(self) -> None:
        if CONTENT_TYPES not in self.archive:
            raise NOT_A_WORKBOOK
        types: list[str] = []

        def seen(_: str, values: dict[str, str]) -> None:
            # Some writers announce kinds of parts that they do not have.
            ending = f".{values.get('Extension', '').lower()}"
            if "PartName" in values or any(name.endswith(ending) for name in self.names):
                types.append(values.get("ContentType", ""))

        self.elements(CONTENT_TYPES, seen)
        if any(name.startswith(ACTIVE_FOLDERS) or "vbaproject" in name for name in self.names):
            raise MACROS
        if any(
            word in kind.lower() for kind in types for word in ("vbaproject", "activex", "oleobject", "macroenabled")
        ):
            raise MACROS
        if not any(kind.endswith(WORKBOOK_TYPES) for kind in types):
            raise NOT_A_WORKBOOK
        self.facts.has_outside_links = any(
            name.startswith(OUTSIDE_FOLDERS) or name in OUTSIDE_PARTS for name in self.names
        )
        if self.facts.has_outside_links and self.limits.as_template:
            raise OUTSIDE_LINKS

    def elements(self, name: str, seen: Callable[[str, dict[str, str]], None]) -> None:
        elements(self.archive.stream(name), self.tags, self.limits, seen)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Identifier → kind and part, for the relations written in the part `name`."""
        found: dict[str, tuple[str, str]] = {}
        folder = PurePosixPath(name).parent.parent

        def seen(element: str, values: dict[str, str]) -> None:
            if element == "Relationship" and values.get("TargetMode") != "External":
                part = resolve(folder, values.get("Target", ""))
                found[values.get("Id", "")] = values.get("Type", ""), self.names.get(part.lower(), "")

        if name in self.archive:
            self.elements(name, seen)
        return found

    def target_of(self, relations: str, kind: str) -> str | None:
        targets = [part for each, part in self.relations(relations).values() if each.endswith(kind) and part]
        return targets[0] if targets else None

    def read_workbook(self, workbook: str) -> None:
        path = PurePosixPath(workbook)
        relations = self.relations(str(path.parent / "_rels" / f"{path.name}.rels"))

        def seen(element: str, values: dict[str, str]) -> None:
            if element == "workbookPr":
                self.facts.date_1904 = values.get("date1904") in YES
            elif element == "sheet":
                kind, part = relations.get(_local(values, "id"), ("", ""))
                # Sheets that are only a chart hold no cell.
                if part and kind.endswith("/worksheet"):
                    hidden = values.get("state", "visible") != "visible"
                    self.facts.sheets.append(SheetFacts(values.get("name", ""), part, hidden))

        self.elements(workbook, seen)
        sheets = self.facts.sheets
        if not sheets or len(sheets) > self.limits.max_sheets or len({sheet.part for sheet in sheets}) != len(sheets):
            raise damaged()

    def check_other_parts(self, sheets: set[str]) -> None:
        for name in self.archive.names:
            if name in sheets or not name.lower().endswith((".xml", ".rels")):
                continue
            blocks, local = self.archive.stream(name), PurePosixPath(name).name.lower()
            if local.startswith("sharedstrings"):
                count_elements(blocks, self.tags, "si", self.limits.max_strings, "trop de textes différents")
            elif local.startswith("styles"):
                count_elements(blocks, self.tags, "xf", self.limits.max_styles, "trop de mises en forme")
            else:
                check_xml(blocks, self.tags)


def resolve(folder: PurePosixPath, target: str) -> str:
    """The name of a part from a relation's target, which may be absolute or climb."""
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = list(folder.parts)
    for part in PurePosixPath(target).parts:
        if part == "..":
            del parts[-1:]
        else:
            parts.append(part)
    return "/".join(parts)


def _local(values: dict[str, str], name: str) -> str:
    return next((value for key, value in values.items() if key.rpartition(":")[2] == name), "")
