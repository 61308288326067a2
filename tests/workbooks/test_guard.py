import zipfile
import zlib
from dataclasses import replace

import pytest

from tests.workbooks.files import book, number, parts, row, sheet, text, zipped
from workbooks.guard import judge
from workbooks.limits import Limits, Refused
from workbooks.places import Area

HONEST = sheet(row(1, text("A1", "Nom"), text("B1", "Né(e) le")) + row(2, text("A2", "Amina"), number("B2", 32874, 1)))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def refusal(path, limits=Limits()):
    with pytest.raises(Refused) as refused:
        judge(path, limits)
    assert refused.value.message.endswith((".", "!"))
    return refused.value.code


def outcome(path):
    try:
        judge(path)
    except Refused as refused:
        return refused.code
    return "lu"


def test_honest_workbook_gives_its_facts(tmp_path):
    second = sheet(
        row(3, text("B3", "caché"), attributes=' hidden="1"')
        + row(4, '<c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c>', '<c r="D4"><f>SUM(A1:A2)</f></c>')
        + row(5, '<c r="A5" t="str"><f>"10004"</f><v>10004</v></c>')
        + row(6, attributes=' hidden="1"'),
        before='<cols><col min="2" max="3" hidden="1"/></cols>',
        after='<mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>',
    )
    facts = judge(book(tmp_path / "a.xlsx", HONEST, second, states=("visible", "veryHidden")))
    first, other = facts.sheets
    assert (first.name, first.hidden, first.rows, first.last_row, first.last_column) == ("Feuille1", False, 2, 2, 2)
    assert (other.name, other.hidden, other.hidden_columns) == ("Feuille2", True, {2, 3})
    assert other.hidden_rows == {3}
    assert other.merges == [Area.of("A1:C2")]
    assert other.errors == {(4, 3): "#DIV/0!"}
    assert {place: (f.text, f.has_result, f.literal) for place, f in other.formulas.items()} == {
        (4, 3): ("1/0", True, None),
        (4, 4): ("SUM(A1:A2)", False, None),
        (5, 1): ('"10004"', True, "10004"),
    }
    assert not facts.date_1904


def test_1904_dates_are_known(tmp_path):
    assert judge(book(tmp_path / "a.xlsx", HONEST, workbook='<workbookPr date1904="1"/>')).date_1904


def test_formulas_of_lists_are_not_cells(tmp_path):
    lists = (
        '<extLst><ext xmlns:x14="urn:x14"><x14:dataValidation xmlns:xm="urn:xm"><x14:formula1>'
        "<xm:f>Listes!$A$1:$A$9</xm:f></x14:formula1></x14:dataValidation></ext></extLst>"
    )
    facts = judge(book(tmp_path / "a.xlsx", sheet(row(1, text("A1", "a")), after=lists)))
    assert facts.sheets[0].formulas == {}


PREFIXED = HONEST.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
ODD_FORMS = {
    "prefixed names": PREFIXED,
    "single quotes": HONEST.replace('r="', "r='")
    .replace('" t=', "' t=")
    .replace('2" s', "2' s")
    .replace("'1\"", "'1'"),
    "comment in the rows": HONEST.replace("<row r", '<!-- <c r="XFD9"><v>1</v></c> --><row r'),
    "other order of attributes": HONEST.replace('r="A2" t="inlineStr"', 't="inlineStr" r="A2"'),
    "no address at all": HONEST.replace('r="A2" ', "").replace('r="B2" ', "").replace('<row r="2">', "<row>"),
    "utf-16": HONEST.replace("UTF-8", "UTF-16").encode("utf-16"),
}


@pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in ODD_FORMS.items()])
def test_unusual_xml_gives_the_same_facts(tmp_path, form):
    form = form.replace("r='1\">", "r='1'>").replace("r='2\">", "r='2'>") if isinstance(form, str) else form
    contents = parts(HONEST) | {"xl/worksheets/sheet1.xml": form}
    first = judge(zipped(tmp_path / "a.xlsx", contents)).sheets[0]
    assert (first.rows, first.last_row, first.last_column, first.formulas) == (2, 2, 2, {})


def test_declared_but_empty_rows_and_cells_cost_nothing(tmp_path):
    styled = "".join(row(n, f'<c r="A{n}" s="1"/><c r="XFD{n}" s="1"/>') for n in range(3, 3000))
    last = '<row r="1048576" ht="15"/>'
    facts = judge(book(tmp_path / "a.xlsx", HONEST.replace("</sheetData>", f"{styled}{last}</sheetData>")))
    assert (facts.sheets[0].rows, facts.sheets[0].last_row, facts.sheets[0].last_column) == (2, 2, 2)


def test_kinds_announced_without_a_part_are_not_macros(tmp_path):
    types = parts(HONEST)["[Content_Types].xml"].replace(
        "<Default", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Default', 1
    )
    assert judge(book(tmp_path / "a.xlsx", HONEST, extra={"[Content_Types].xml": types})).sheets


# What the first bytes tell.


@pytest.mark.parametrize(
    "data, code",
    [
        pytest.param(b"", "pas_un_classeur", id="empty"),
        pytest.param(b"Nom;Age\n", "pas_un_classeur", id="text"),
        pytest.param(b"%PDF-1.7", "pas_un_classeur", id="pdf"),
        pytest.param(OLE, "ancien_format", id="xls"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "mot_de_passe", id="password"),
        pytest.param(b"PK\x03\x04" + bytes(range(256)) * 20, "abime", id="random bytes"),
    ],
)
def test_file_of_another_kind(tmp_path, data, code):
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refusal(path) == code


def test_too_many_bytes(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(6 << 20))
    assert refusal(path) == "trop_gros"


def test_truncated_or_damaged_anywhere(tmp_path):
    whole = book(tmp_path / "a.xlsx", HONEST).read_bytes()
    path = tmp_path / "b.xlsx"
    for place in range(4, len(whole), 61):
        path.write_bytes(whole[:place])
        assert refusal(path) in ("abime", "pas_un_classeur")


def test_every_flipped_byte_is_read_or_refused(tmp_path):
    whole = book(tmp_path / "a.xlsx", HONEST).read_bytes()
    path, outcomes = tmp_path / "b.xlsx", set()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        outcomes.add(outcome(path))
    assert outcomes <= {"lu", "abime", "pas_un_classeur", "mot_de_passe", "trop_lourd", "macros", "trop_gros"}
    assert {"lu", "abime"} <= outcomes


# The archive.


def test_bomb_is_refused_before_it_is_unpacked(tmp_path):
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={"xl/media/a.png": bytes(90 << 20)})) == "trop_lourd"


def test_ratio_of_large_parts(tmp_path):
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={"xl/a.xml": b" " * (3 << 20)})) == "trop_lourd"


def test_part_larger_than_it_says(tmp_path):
    path = book(tmp_path / "a.xlsx", HONEST, extra={"xl/theme.xml": b"<a/>" + b" " * 3_000_000})
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (4).to_bytes(4, "little")
    data[entry + 16 : entry + 20] = zlib.crc32(b"<a/>").to_bytes(4, "little")
    path.write_bytes(data)
    assert refusal(path) == "abime"


def test_too_many_parts(tmp_path):
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={f"x{n}.png": b"" for n in range(400)})) == "trop_lourd"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_same_part_twice(tmp_path):
    path = book(tmp_path / "a.xlsx", HONEST)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/workbook.xml", "<other/>")
    assert refusal(path) == "abime"


def test_same_part_twice_but_for_the_case(tmp_path):
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={"xl/Workbook.xml": "<other/>"})) == "abime"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl/../../a", "C:/a.xml"])
def test_path_outside_the_archive(tmp_path, name):
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={name: "<a/>"})) == "abime"


def test_encrypted_part(tmp_path):
    path = book(tmp_path / "a.xlsx", HONEST)
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path) == "mot_de_passe"


def test_other_compression(tmp_path):
    assert refusal(zipped(tmp_path / "a.xlsx", parts(HONEST), zipfile.ZIP_LZMA)) == "abime"


@pytest.mark.parametrize(
    "name",
    ["xl/vbaProject.bin", "xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml", "xl/macrosheets/sheet1.xml"],
)
def test_active_content(tmp_path, name):
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={name: "<a/>"})) == "macros"


def test_macro_workbook_renamed(tmp_path):
    types = parts(HONEST)["[Content_Types].xml"].replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={"[Content_Types].xml": types})) == "macros"


def test_document_that_is_no_workbook(tmp_path):
    assert refusal(zipped(tmp_path / "a.xlsx", {"word/document.xml": "<a/>"})) == "pas_un_classeur"


def test_outside_links_are_told_and_refused_in_a_template(tmp_path):
    path = book(tmp_path / "a.xlsx", HONEST, extra={"xl/externalLinks/externalLink1.xml": "<a/>"})
    assert judge(path).has_outside_links
    assert refusal(path, Limits(as_template=True)) == "liens_externes"


# The XML.

ENTITIES = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "docProps/any.xml"])
def test_document_types_are_refused_in_every_part(tmp_path, name):
    hostile = parts(HONEST).get(name, "<a/>").replace("?>\n", f"?>\n{ENTITIES}")
    hostile = hostile if "DOCTYPE" in hostile else ENTITIES + hostile
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={name: hostile})) == "xml_dangereux"


def test_document_type_in_utf_16(tmp_path):
    hostile = ('<?xml version="1.0" encoding="UTF-16"?>' + ENTITIES + "<a/>").encode("utf-16")
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={"docProps/any.xml": hostile})) == "xml_dangereux"


def test_far_corner_cell(tmp_path):
    far = sheet(row(1, number("A1", 1)) + row(1048576, number("A1048576", 1)) + row(1048576, number("XFD1048576", 1)))
    assert refusal(book(tmp_path / "a.xlsx", far)) == "trop_lourd"


def test_far_row_in_a_wide_sheet(tmp_path):
    wide = row(1, *(number(f"{letters}1", 1) for letters in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert refusal(book(tmp_path / "a.xlsx", sheet(wide + row(1048576, number("A1048576", 1))))) == "trop_lourd"


@pytest.mark.parametrize(
    "cell",
    ['<c r="A9"><v>1</v></c>', '<c r="A11"><v>1</v></c>', '<c r="B1048577"><v>1</v></c>', '<c r="AAAA1"><v>1</v></c>'],
)
def test_cell_that_is_not_in_its_row(tmp_path, cell):
    """In the last row, then in a row with others after it: they are read by different means."""
    assert refusal(book(tmp_path / "a.xlsx", sheet(row(1, cell)))) == "abime"
    assert refusal(book(tmp_path / "a.xlsx", sheet(row(1, cell) + row(2)))) == "abime"


def test_row_beyond_the_last(tmp_path):
    assert refusal(book(tmp_path / "a.xlsx", sheet(row(1048577, number("A1048577", 1))))) == "abime"


def test_too_many_rows(tmp_path):
    rows = "".join(row(n, number(f"A{n}", n)) for n in range(1, 20_003))
    assert refusal(book(tmp_path / "a.xlsx", sheet(rows))) == "trop_de_lignes"


def test_too_many_columns(tmp_path):
    assert refusal(book(tmp_path / "a.xlsx", sheet(row(1, number("GS1", 1)) + row(2)))) == "trop_lourd"


def test_too_many_cells_in_all(tmp_path):
    limits = replace(Limits(), max_cells=50)
    rows = "".join(row(n, number(f"A{n}", n)) for n in range(1, 60))
    assert refusal(book(tmp_path / "a.xlsx", sheet(rows)), limits) == "trop_lourd"


def test_too_many_formulas(tmp_path):
    rows = "".join(row(n, f'<c r="A{n}"><f>1+1</f></c>') for n in range(1, 60))
    assert refusal(book(tmp_path / "a.xlsx", sheet(rows)), replace(Limits(), max_formulas=50)) == "trop_lourd"


def test_too_many_tags(tmp_path):
    rows = "".join(row(n, "<c/>" * 100) for n in range(1, 60))
    assert refusal(book(tmp_path / "a.xlsx", sheet(rows)), replace(Limits(), max_tags=5000)) == "trop_lourd"


@pytest.mark.parametrize("ref", ["A1:XFD1048576", "A1:ZZ9999"])
def test_huge_merge(tmp_path, ref):
    merge = f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>'
    assert refusal(book(tmp_path / "a.xlsx", sheet(row(1), after=merge))) == "trop_lourd"


@pytest.mark.parametrize("ref", ["A1:XFD1048577", "nowhere", ""])
def test_impossible_merge(tmp_path, ref):
    merge = f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>'
    assert refusal(book(tmp_path / "a.xlsx", sheet(row(1), after=merge))) == "abime"


def test_many_merges(tmp_path):
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 20_100))
    assert refusal(book(tmp_path / "a.xlsx", sheet("", after=f"<mergeCells>{merges}</mergeCells>"))) == "trop_lourd"


def test_deep_nesting(tmp_path):
    deep = "<a>" * 200 + "</a>" * 200
    types = parts(HONEST)["[Content_Types].xml"].replace("</Types>", deep + "</Types>")
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={"[Content_Types].xml": types})) == "abime"


def test_many_styles(tmp_path):
    styles = parts(HONEST)["xl/styles.xml"].replace("</cellXfs>", "<xf/>" * 70_000 + "</cellXfs>")
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={"xl/styles.xml": styles})) == "trop_lourd"


def test_many_shared_strings(tmp_path):
    strings = f"<sst>{'<si/>' * 101}</sst>"
    path = book(tmp_path / "a.xlsx", HONEST, extra={"xl/sharedStrings.xml": strings})
    assert refusal(path, replace(Limits(), max_strings=100)) == "trop_lourd"


def test_one_endless_token(tmp_path):
    endless = f'<a b="{"x" * (2 << 20)}"/>'
    path = book(tmp_path / "a.xlsx", HONEST, extra={"docProps/any.xml": endless})
    assert refusal(path, replace(Limits(), max_ratio=10**6)) == "abime"


def test_sheet_that_is_not_there(tmp_path):
    missing = {name: content for name, content in parts(HONEST).items() if "sheet1" not in name}
    assert refusal(zipped(tmp_path / "a.xlsx", missing)) == "abime"


def test_relation_that_climbs_out(tmp_path):
    path = "xl/_rels/workbook.xml.rels"
    climbing = parts(HONEST)[path].replace("worksheets/sheet1.xml", "../../../etc/passwd")
    assert refusal(book(tmp_path / "a.xlsx", HONEST, extra={path: climbing})) == "abime"


def test_absolute_targets_are_understood(tmp_path):
    path = "xl/_rels/workbook.xml.rels"
    absolute = parts(HONEST)[path].replace('"worksheets', '"/xl/worksheets')
    assert judge(book(tmp_path / "a.xlsx", HONEST, extra={path: absolute})).sheets[0].rows == 2
