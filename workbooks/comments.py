"""The comments of one sheet: their texts, and the boxes a spreadsheet draws for them in an older language (VML)."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from workbooks.places import address, row_and_column
from workbooks.template import child, children, local, parse, serialise
from workbooks.text import clean

VML = "urn:schemas-microsoft-com:vml"
PREFIXES = {"v": VML, "o": "urn:schemas-microsoft-com:office:office", "x": "urn:schemas-microsoft-com:office:excel"}
DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in PREFIXES.items())
BOX_TYPE = "_x0000_t202"
BOX = (
    f'<v:shapetype {DECLARED} id="{BOX_TYPE}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
SHAPE_START, SHAPE_END = b"<v:shape ", b"</v:shape>"
ROW, COLUMN = (re.compile(rb"<x:" + name + rb">\s*([0-9]{1,7})\s*</x:") for name in (b"Row", b"Column"))
NUMBER = re.compile(rb"_x0000_s([0-9]{1,9})")
END = re.compile(rb"</(?:[\w.-]+:)?xml\s*>\s*\Z")
# Nothing to be seen: it says where our words end.
LAST = "\N{INVISIBLE SEPARATOR}"
ACROSS, LINES_AT_MOST, LETTERS_A_LINE = 300, 14, 42


class Comments:
    """The comments part and the drawing part of a sheet, those it has or new ones."""

    def __init__(self, namespace: str, texts: bytes | None, boxes: bytes | None, author: str) -> None:
        start = f'<comments xmlns="{namespace}"><authors/><commentList/></comments>'.encode()
        self.root = parse(texts or start)
        self.namespace = etree.QName(self.root).namespace
        self.boxes = boxes or f"<xml {DECLARED}></xml>".encode()
        if not END.search(self.boxes):
            raise LookupError("xml")
        self.authors, self.list = child(self.root, "authors"), child(self.root, "commentList")
        self.author = author
        self.changed = False
        self.added: list[str] = []
        self.by_place = {each.get("ref"): each for each in children(self.list, "comment")}
        self.number = max((int(each) for each in NUMBER.findall(self.boxes)), default=1024)

    def forget_own(self) -> None:
        """What `add` said, alone or after somebody else; what somebody wrote after it stays.

        It is known by its first words and its last character: spreadsheets lose authors, and cut texts anew.
        """
        gone = set()
        for place, comment in list(self.by_place.items()):
            words = [each for each in comment.iter() if local(each) == "t"]
            text = "".join(each.text or "" for each in words)
            kept = self.own.sub("", text)
            if kept == text:
                continue
            self.changed = True
            if not kept.strip():
                self.list.remove(self.by_place.pop(place))
                gone.add(row_and_column(place))
                continue
            for number, each in enumerate(words):
                each.text = "" if number else kept
        if gone:
            self.boxes = b"".join(_without(self.boxes, gone))

    @property
    def own(self) -> re.Pattern[str]:
        return re.compile(rf"(?:\n\n)?{re.escape(self.author)} : [^{LAST}]*{LAST}")

    def words(self, said: str) -> str:
        return f"{self.author} : {said}{LAST}"

    def add(self, row: int, column: int, said: str, pixels: Callable[[int], int]) -> None:
        """A comment on this cell; after the text of the one it has, if it has one."""
        self.changed = True
        place = address(row, column)
        if place in self.by_place:
            self.say(child(self.by_place[place], "text"), "\n\n" + self.words(said))
            return
        comment = etree.SubElement(self.list, self.tag("comment"), ref=place, authorId=str(self.author_number()))
        self.say(etree.SubElement(comment, self.tag("text")), self.words(said))
        self.by_place[place] = comment
        self.add_box(row, column, said, pixels)

    def tag(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"

    def say(self, text: etree._Element, said: str) -> None:
        # Plain and rich text do not stand together.
        for plain in list(children(text, "t")):
            run = etree.SubElement(text, self.tag("r"))
            run.append(plain)
        run = etree.SubElement(text, self.tag("r"))
        words = etree.SubElement(run, self.tag("t"))
        words.text = clean(said)
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def author_number(self) -> int:
        for number, each in enumerate(self.authors):
            if each.text == self.author:
                return number
        etree.SubElement(self.authors, self.tag("author")).text = self.author
        return len(self.authors) - 1

    def add_box(self, row: int, column: int, said: str, pixels: Callable[[int], int]) -> None:
        self.number += 1
        self.added.append(
            f'<v:shape {DECLARED} id="_x0000_s{self.number}" type="#{BOX_TYPE}" '
            'style="position:absolute;visibility:hidden" fillcolor="#fff3d6" o:insetmode="auto">'
            '<v:fill color2="#fff3d6"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
            '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
            f'<x:ClientData ObjectType="Note"><x:Anchor>{anchor(row, column, said, pixels)}</x:Anchor>'
            f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column>"
            "</x:ClientData></v:shape>"
        )

    def saved(self) -> tuple[bytes, bytes]:
        """The comments, then their boxes."""
        kind = [] if BOX_TYPE.encode() in self.boxes else [BOX]
        end = END.search(self.boxes).start()
        boxes = self.boxes[:end] + "".join([*kind, *self.added]).encode() + self.boxes[end:]
        return serialise(self.root), boxes


def _without(boxes: bytes, gone: set[tuple[int, int]]) -> Iterator[bytes]:
    """The drawing without the boxes of these places."""
    *shapes, rest = boxes.split(SHAPE_END)
    for shape in shapes:
        start = shape.find(SHAPE_START)
        row, column = ROW.search(shape, max(start, 0)), COLUMN.search(shape, max(start, 0))
        is_gone = start >= 0 and row and column and (int(row[1]) + 1, int(column[1]) + 1) in gone
        yield shape[:start] if is_gone else shape + SHAPE_END
    yield rest


def anchor(row: int, column: int, said: str, pixels: Callable[[int], int]) -> str:
    """Right of its cell, wide enough to be read whatever the widths of the columns, and as high as its text."""
    last, across = column, max(pixels(column + 1), 1)
    while across < ACROSS + 12:
        last += 1
        across += max(pixels(last + 1), 1)
    lines = sum(1 + len(line) // LETTERS_A_LINE for line in said.split("\n"))
    high = min(lines, LINES_AT_MOST) + 1
    top = max(row - 2, 0)
    return f"{column}, 12, {top}, 4, {last}, 4, {top + high}, 4"
