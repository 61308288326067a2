"""What a text becomes before it is a cell: always text, never a formula, never a broken file."""

import re

MAX_UNITS = 32_767
CUT_MARK = " … [texte coupé]"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Forbidden in XML, or without any shape to show; tab and line feed are kept.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile("\r\n?")
# A spreadsheet reads `_x0041_` inside a text as the letter A: the first underscore is written as its own code.
ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# One look tells that a text needs none of the care above.
NEEDS_CARE = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x|\\s\\Z").search

FORMULA_STARTS = frozenset("=+-@|%\t\n\r\uff1d\uff0b\uff0d\uff20\uff5c\uff05\u2212\ufe62\ufe63\ufe66\ufe6a\ufe6b")
INVISIBLE = " \t\n\r\x0b\x0c\xa0\xad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u2060\ufeff"


def clean(text: str) -> str:
    """The text as the reader of the workbook gets it: control characters replaced, too long cut with a mark."""
    text = CONTROL.sub(REPLACEMENT, LINE_END.sub("\n", text))
    return cut(text) if is_too_long(text) else text


def is_too_long(text: str) -> bool:
    # Spreadsheets count UTF-16 units; only long texts are worth the exact count.
    return len(text) > MAX_UNITS // 2 and units(text) > MAX_UNITS


def units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str) -> str:
    room = MAX_UNITS - len(CUT_MARK)
    kept = text[:room]
    while units(kept) > room:
        kept = kept[: len(kept) - (units(kept) - room + 1) // 2]
    return kept + CUT_MARK


def could_start_a_formula(text: str) -> bool:
    """True when the first character one sees could make a spreadsheet take the text for a formula."""
    return text[:1] in FORMULA_STARTS or text.lstrip(INVISIBLE)[:1] in FORMULA_STARTS


def escape(text: str) -> str:
    """A clean text, escaped for the inside of an XML element of a workbook."""
    text = ESCAPE_LIKE.sub("_x005F_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
