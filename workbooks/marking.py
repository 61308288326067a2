"""In the child process: a workbook taken apart where it must be, and given back marked. See `workbooks.mark`."""

import base64
import io
import json
import sys
from collections.abc import Collection, Sequence
from itertools import groupby

from lxml import etree

from workbooks.child import obey, say
from workbooks.comments import Comments
from workbooks.guard import CONTENT_TYPES
from workbooks.listed import NAMES, Fault, listed
from workbooks.patch import Archive, patch
from workbooks.places import Area, row_and_column
from workbooks.shell import Shell
from workbooks.template import BEFORE_NAMES, RELATIONS, Template, child, children, local, parse, put_after, serialise

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET_TYPE, COMMENTS_TYPE = f"{SPREADSHEET}.worksheet+xml", f"{SPREADSHEET}.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# Always true in every spreadsheet, and nobody else's: how our colour is known again.
OWN_RULE = 'N("ImPEC")=0'
OWN_NAME = "ImPEC_a_corriger"
COLOUR, INK = "FFFFD9A0", "FF7A2E00"
# What a style sheet holds before its conditional looks.
BEFORE_LOOKS = {"numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles"}
BLOCK = 1 << 16


def marked(path: str, faults: Sequence[Fault], author: str, intro: str) -> bytes:
    """The whole workbook. Any exception says that it cannot be marked."""
    with Archive(path) as archive:
        file = io.BytesIO()
        patch(archive, file, _Marking(Template(archive), author).parts_for(faults, intro))
    return file.getvalue()


class _Marking:
    def __init__(self, template: Template, author: str) -> None:
        self.template, self.archive, self.author = template, template.archive, author
        self.parts: dict[str, bytes] = {}
        self.types = parse(self.archive.read(CONTENT_TYPES))
        # Some writers announce parts that they do not have.
        announced = ((each.get("PartName") or "").lstrip("/") for each in self.types)
        self.taken = {name.lower() for name in (*self.archive.names, *announced)}
        kinds = dict(template.relations(template.part)).values()
        self.kinds = next(kind for kind, _ in kinds if kind.endswith("/worksheet")).removesuffix("/worksheet")

    def parts_for(self, faults: Sequence[Fault], intro: str) -> dict[str, bytes]:
        """The parts to replace or to add."""
        look = self.add_look()
        by_sheet = {name: list(group) for name, group in groupby(sorted(faults, key=_sheet_of), _sheet_of)}
        if by_sheet.keys() - self.template.sheets.keys():
            raise LookupError("sheet")
        own = self.former_list(by_sheet)
        for name, part in self.template.sheets.items():
            if name != own:
                self.mark_sheet(part, by_sheet.get(name, []), look)
        self.leave_chart_sheets()
        self.put_list(own, faults, intro)
        self.parts[CONTENT_TYPES] = serialise(self.types)
        return self.parts

    def former_list(self, by_sheet: Collection[str]) -> str | None:
        """The sheet of links of a former marking, if it still is one: its name in the workbook moves with its cell."""
        name, area = self.template.names.get(OWN_NAME, ("", None))
        return name if name in NAMES and name not in by_sheet and area == Area(1, 1, 1, 1) else None

    def add_look(self) -> int:
        """The number of the look that our rule gives, added to the style sheet."""
        root = self.template.styles
        name = etree.QName(root).namespace
        looks = child(root, "dxfs")
        if looks is None:
            looks = etree.Element(f"{{{name}}}dxfs")
            put_after(root, looks, BEFORE_LOOKS)
        own = parse(
            f'<dxf xmlns="{name}"><font><color rgb="{INK}"/></font><fill><patternFill patternType="solid">'
            f'<fgColor rgb="{COLOUR}"/><bgColor rgb="{COLOUR}"/></patternFill></fill></dxf>'.encode()
        )
        looks.append(own)
        looks.set("count", str(len(looks)))
        return len(looks) - 1

    def mark_sheet(self, part: str, faults: Sequence[Fault], look: int) -> None:
        shell = Shell(self.archive.read(part))
        shell.leave_selection()
        shell.forget_colours(OWN_RULE)
        said: dict[tuple[int, int], list[str]] = {}
        places = [row_and_column(fault.cell) for fault in faults]
        origins = shell.origins(places)
        for fault, place in zip(faults, places, strict=True):
            seen = origins[place]
            said.setdefault(seen, []).append(fault.said if seen == place else f"{fault.cell} : {fault.said}")
        if said:
            shell.colour(said, OWN_RULE, look)
        self.comment(part, shell, said)
        if shell.changed:
            self.parts[part] = shell.saved()

    def comment(self, part: str, shell: Shell, said: dict[tuple[int, int], list[str]]) -> None:
        texts, boxes = next(iter(self.template.related(part, "/comments")), None), self.boxes_of(part, shell)
        if texts is None and not said:
            return
        kept = [self.archive.read(each) if each else None for each in (texts, boxes)]
        comments = Comments(shell.namespace, *kept, self.author)
        comments.forget_own()
        for place, words in said.items():
            comments.add(*place, "\n".join(words), shell.pixels)
        if not comments.changed:
            return
        text_part, box_part = (
            texts or self.new_part("xl/comments{}.xml"),
            boxes or self.new_part("xl/drawings/vmlDrawing{}.vml"),
        )
        self.parts[text_part], self.parts[box_part] = comments.saved()
        if texts is None:
            self.relate(part, "comments", text_part)
            self.announce(text_part, COMMENTS_TYPE)
        if boxes is None:
            identifier = self.relate(part, "vmlDrawing", box_part)
            self.announce_ending("vml", VML_TYPE)
            shell.put(shell.element("legacyDrawing", **{f"{{{self.kinds}}}id": identifier}))

    def boxes_of(self, part: str, shell: Shell) -> str | None:
        """The drawing that the sheet names for its comments: its headers may have one of their own."""
        named = child(shell.root, "legacyDrawing")
        if named is None:
            return None
        _, found = dict(self.template.relations(part)).get(self.template.identifier(named), ("", ""))
        if found in self.archive:
            return found
        shell.root.remove(named)
        return None

    def leave_chart_sheets(self) -> None:
        for _, (kind, part) in self.template.relations(self.template.part):
            if kind.endswith("/chartsheet"):
                root = parse(self.archive.read(part))
                for view in (each for each in root.iter() if local(each) == "sheetView"):
                    view.attrib.pop("tabSelected", None)
                self.parts[part] = serialise(root)

    def put_list(self, own: str | None, faults: Sequence[Fault], intro: str) -> None:
        """The sheet of links, first; the one of a former marking takes the new list where it stands."""
        root, styles = self.template.root, self.template.styles
        style_part = self.template.related(self.template.part, "/styles")[0]
        sheets = child(root, "sheets")
        if own is not None:
            part = self.template.sheets[own]
            index = [each.get("name") for each in sheets].index(own)
            sheets[index].attrib.pop("state", None)
        else:
            part, index = self.new_part("xl/worksheets/sheet{}.xml"), 0
            self.add_sheet(part, self.free_name())
        self.parts[part] = listed(etree.QName(root).namespace, styles, faults, intro)
        self.parts[style_part] = serialise(styles)
        for views in children(root, "bookViews"):
            for view in views:
                view.attrib.pop("firstSheet", None)
                view.set("activeTab", str(index))
        self.parts[self.template.part] = serialise(root)

    def add_sheet(self, part: str, name: str) -> None:
        root = self.template.root
        namespace, sheets, names = etree.QName(root).namespace, child(root, "sheets"), child(root, "definedNames")
        identifier = self.relate(self.template.part, "worksheet", part)
        self.announce(part, SHEET_TYPE)
        number = max(int(each.get("sheetId")) for each in sheets) + 1
        own = etree.Element(f"{{{namespace}}}sheet", {"name": name, "sheetId": str(number)})
        own.set(next(key for key in sheets[0].attrib if key.endswith("}id")), identifier)
        sheets.insert(0, own)
        if names is None:
            names = etree.Element(f"{{{namespace}}}definedNames")
            put_after(root, names, BEFORE_NAMES)
        for each in list(names):
            if (each.get("name") or "").casefold() == OWN_NAME.casefold() and each.get("localSheetId") is None:
                names.remove(each)
            # They are counted by the order of the sheets.
            elif each.get("localSheetId"):
                each.set("localSheetId", str(int(each.get("localSheetId")) + 1))
        own_name = etree.SubElement(names, f"{{{namespace}}}definedName", name=OWN_NAME, hidden="1")
        own_name.text = f"'{name}'!$A$1"

    def free_name(self) -> str:
        taken = {each.get("name", "").casefold() for each in child(self.template.root, "sheets")}
        return next(name for name in NAMES if name.casefold() not in taken)

    def new_part(self, pattern: str) -> str:
        number = 1
        while pattern.format(number).lower() in self.taken:
            number += 1
        self.taken.add(pattern.format(number).lower())
        return pattern.format(number)

    def relate(self, part: str, kind: str, target: str) -> str:
        """The identifier of a new relation from `part` to `target`."""
        name = self.template.relations_part(part)
        if name in self.parts or name in self.archive:
            root = parse(self.parts.get(name) or self.archive.read(name))
        else:
            root = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS})
        taken = {each.get("Id") for each in root}
        identifier = next(each for each in (f"rId{number}" for number in range(1, len(taken) + 2)) if each not in taken)
        facts = {"Id": identifier, "Type": f"{self.kinds}/{kind}", "Target": f"/{target}"}
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", facts)
        self.parts[name] = serialise(root)
        return identifier

    def announce(self, part: str, kind: str) -> None:
        etree.SubElement(self.types, _tag(self.types, "Override"), PartName=f"/{part}", ContentType=kind)

    def announce_ending(self, ending: str, kind: str) -> None:
        if not any((each.get("Extension") or "").lower() == ending for each in self.types):
            self.types.insert(0, etree.Element(_tag(self.types, "Default"), Extension=ending, ContentType=kind))


def _sheet_of(fault: Fault) -> str:
    return fault.sheet


def _tag(root: etree._Element, name: str) -> str:
    return f"{{{etree.QName(root).namespace}}}{name}"


def work(task: dict) -> None:
    faults = [Fault(**facts) for facts in json.load(sys.stdin.buffer)]
    data = marked(task["path"], faults, task["author"], task["intro"])
    for start in range(0, len(data), BLOCK):
        say({"bytes": base64.b64encode(data[start : start + BLOCK]).decode()})


if __name__ == "__main__":
    obey(work)
