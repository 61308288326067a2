"""Filling somebody else's workbook against openpyxl's load, fill and save of the same file: `python -m bench.filling`.

Both fill a copy of one foreign workbook (lists of the extension, a picture, a chart, formulas with kept results,
protection, rich text, print settings) with 2,000 rows of 60 columns. Each measure is a fresh process, the two take
turns, the median of `ROUNDS` counts. What each loses is counted on the two files.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import openpyxl

from workbooks.columns import Kind
from workbooks.expected import Expected
from workbooks.fill import Tail, fill
from workbooks.kept import compare_parts
from workbooks.places import letters
from workbooks.verify import verify

ROWS = int(os.environ.get("ROWS", "2000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
COLUMNS = 60
FIRST_ROW = 9
MODEL = Path(__file__).resolve().parent.parent / "tests" / "workbooks" / "data" / "modele-ddets.xlsx"
PART, SHEET = "xl/worksheets/sheet2.xml", "Suivi nominatif"
DATED, HOURS = (5, 17), (8, 29)
# Name of what a spreadsheet shows → the parts and the text that carry it.
CARRIED = {
    "lists of the extension": (r"worksheets/sheet\d+\.xml", r"<x14:dataValidation "),
    "plain lists": (r"worksheets/sheet\d+\.xml", r"<dataValidation "),
    "comments": (r"comments/?[^/]*\.xml", r"<comment "),
    "charts": (r"charts/chart\d+\.xml", r"<c:ser>|<ser>"),
    "kept results of formulas": (r"worksheets/sheet\d+\.xml", r"</f><v>[^<]"),
    "formulas": (r"worksheets/sheet\d+\.xml", r"<f[ >]"),
}


def model(path: Path) -> Path:
    """The DDETS's workbook, its rows for people widened to sixty columns and as many as are to be written."""
    with zipfile.ZipFile(MODEL) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, widened(data.decode()).encode() if name == PART else data)
    return path


def widened(xml: str) -> str:
    """Rows 9 and on, empty, with the styles of the first one; the formulas stay in the sheet of figures."""
    date_style = re.search(r'<c r="F9" s="(\d+)"', xml)[1]
    plain_style = re.search(r'<c r="C9" s="(\d+)"', xml)[1]
    styles = [date_style if number in DATED else plain_style for number in range(COLUMNS)]
    rows = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{letters(number + 1)}{n}" s="{style}"/>' for number, style in enumerate(styles))
        + "</row>"
        for n in range(FIRST_ROW, FIRST_ROW + ROWS)
    )
    return re.sub(r'<row r="9".*(?=</sheetData>)', rows, xml, flags=re.DOTALL)


def values() -> Iterator[tuple]:
    day = date(2026, 2, 2)
    for n in range(ROWS):
        yield tuple(
            day + timedelta(days=n % 300) if c in DATED else n * 15 % 9000 if c in HOURS else f"Valeur {n % 70} de {c}"
            for c in range(COLUMNS)
        )


def kinds() -> dict[str, Kind]:
    return {
        letters(c + 1): Kind.DATE if c in DATED else Kind.HOURS if c in HOURS else Kind.TEXT for c in range(COLUMNS)
    }


def by_us(path: str, out: str) -> Callable[[], None]:
    rows = list(values())
    return lambda: fill(path, out, tails=[Tail(SHEET, FIRST_ROW, kinds(), rows)])


def by_us_verified(path: str, out: str) -> Callable[[], None]:
    rows = list(values())

    def run() -> None:
        with Expected() as expected:
            fill(path, out, tails=[Tail(SHEET, FIRST_ROW, kinds(), rows)], expected=expected)
            assert verify(out, expected).ok

    return run


def by_openpyxl(path: str, out: str) -> Callable[[], None]:
    rows = [[value / 60 if c in HOURS else value for c, value in enumerate(row)] for row in values()]

    def run() -> None:
        with warnings.catch_warnings():
            # It says itself that extensions will be removed.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path)
        sheet = book[SHEET]
        for number, row in enumerate(rows, start=FIRST_ROW):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value
        book.save(out)

    return run


MEASURES = {each.__name__: each for each in (by_openpyxl, by_us, by_us_verified)}


def measure_here(name: str, path: str, out: str) -> None:
    run = MEASURES[name](path, out)
    start = perf_counter()
    run()
    print(json.dumps(perf_counter() - start))


def measure(name: str, path: Path, out: Path) -> float:
    command = [sys.executable, "-m", "bench.filling", name, str(path), str(out)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def carried(path: Path) -> dict[str, int]:
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    return {
        what: sum(len(re.findall(mark, text)) for name, text in texts.items() if re.search(part, name))
        for what, (part, mark) in CARRIED.items()
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = model(Path(folder) / "modele.xlsx")
        outs = {name: Path(folder) / f"{name}.xlsx" for name in MEASURES}
        seconds: dict[str, list[float]] = {name: [] for name in MEASURES}
        for _ in range(ROUNDS):
            for name, out in outs.items():
                seconds[name].append(measure(name, path, out))
        medians = {name: median(each) for name, each in seconds.items()}
        load = f"median of {ROUNDS}, load {os.getloadavg()[0]:.1f}"
        print(f"Filling {ROWS:,} rows × {COLUMNS} of a foreign workbook, {load}")
        print(f"{'':<18}{'s':>8}{'ratio':>8}   aim")
        aims = {"by_us": "≤ 1", "by_us_verified": "every cell read again by a second reader"}
        for name, value in medians.items():
            print(f"{name:<18}{value:8.2f}{value / medians['by_openpyxl']:8.2f}   {aims.get(name, '')}")
        before, ours, theirs = carried(path), carried(outs["by_us"]), carried(outs["by_openpyxl"])
        print(f"\n{'what the file carries':<38}{'model':>8}{'us':>8}{'openpyxl':>10}")
        for what, count in before.items():
            print(f"{what:<38}{count:8}{ours[what]:8}{theirs[what]:10}")
        same = {name: len(compare_parts(path, outs[name], {SHEET}).same) for name in ("by_us", "by_openpyxl")}
        with zipfile.ZipFile(path) as archive:
            total = len(archive.namelist())
        print(f"{'parts byte for byte':<38}{total:8}{same['by_us']:8}{same['by_openpyxl']:10}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure_here(sys.argv[1], sys.argv[2], sys.argv[3])
    else:
        main()
