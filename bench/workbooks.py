"""Writing, verifying and reading workbooks, as ratios taken in one run: `python -m bench.workbooks` (four minutes).

Each measure is a fresh process, variants take turns, and the median of five counts. `ROWS=20000 ROUNDS=3` is a
quicker look.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import openpyxl
from python_calamine import CalamineWorkbook

from workbooks.columns import Column, Kind
from workbooks.expected import Expected
from workbooks.guard import judge
from workbooks.limits import Limits
from workbooks.read import read_workbook
from workbooks.verify import verify
from workbooks.write import Sheet, write_workbook

ROWS = int(os.environ.get("ROWS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
READ_ROWS = (5_000, 20_000)
KINDS = (
    *[Kind.TEXT] * 6, *[Kind.CODE] * 2, *[Kind.DATE] * 4, *[Kind.HOURS] * 2, Kind.EUROS, *[Kind.INTEGER] * 3,
    *[Kind.YES_NO] * 2,
)  # fmt: skip
COLUMNS = [Column(f"c{number}", f"Colonne {number}", kind) for number, kind in enumerate(KINDS)]
START = date(2026, 2, 2)
# Honest files of the bench may be larger than what users send.
LIMITS = replace(Limits(), max_bytes=50 << 20, max_rows=30_000)


def rows(count: int) -> Iterator[tuple]:
    for n in range(count):
        day = START + timedelta(days=n % 365)
        yield (
            f"NOM {n}", "Marie-Hélène", f"Commune {n % 50}", "soin & accompagnement", f"Une remarque, la {n}e",
            None if n % 3 else "vue", f"{99998211900011 + n}", "50300", day, day, START, day, n % 600, 2100,
            Decimal(n) / 100, n, n % 12, 7, True, n % 2 == 0,
        )  # fmt: skip


def plain_rows(count: int) -> list[list]:
    """The same values as openpyxl takes them."""
    return [[float(value) if isinstance(value, Decimal) else value for value in row] for row in rows(count)]


def by_openpyxl(path: str, count: int) -> Callable[[], None]:
    values = plain_rows(count)

    def run() -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Liste")
        for row in values:
            sheet.append(row)
        book.save(path)

    return run


def by_us(path: str, count: int) -> Callable[[], None]:
    values = list(rows(count))
    return lambda: write_workbook(path, [Sheet("Liste", COLUMNS, values)])


def streamed(path: str, count: int) -> Callable[[], None]:
    return lambda: write_workbook(path, [Sheet("Liste", COLUMNS, rows(count))])


def verified(path: str, count: int) -> Callable[[], None]:
    def run() -> None:
        with Expected() as expected:
            write_workbook(path, [Sheet("Liste", COLUMNS, rows(count))], expected=expected)
            assert verify(path, expected).ok

    return run


def by_calamine(path: str, _: int) -> Callable[[], None]:
    def run() -> None:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    return run


def judged(path: str, _: int) -> Callable[[], None]:
    return lambda: judge(path, LIMITS)


def judged_and_read(path: str, _: int) -> Callable[[], None]:
    return lambda: read_workbook(path, LIMITS)


def every_cell(path: str, _: int) -> Callable[[], None]:
    def run() -> None:
        for sheet in read_workbook(path, LIMITS).sheets:
            for number in sheet.rows:
                sheet.rows[number]

    return run


MEASURES = {
    each.__name__: each
    for each in (by_openpyxl, by_us, streamed, verified, by_calamine, judged, judged_and_read, every_cell)
}


def measure_here(name: str, path: str, count: int) -> None:
    """In the fresh process: prepare, run once, print seconds and the peak of memory in MiB."""
    run = MEASURES[name](path, count)
    start = perf_counter()
    run()
    seconds = perf_counter() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def measure(name: str, path: Path, count: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.workbooks", name, str(path), str(count)]
    return tuple(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))


def compare(names: list[str], path: Path, count: int) -> dict[str, float]:
    """Median seconds of each, taking turns."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            found[name].append(measure(name, path, count)[0])
    return {name: median(seconds) for name, seconds in found.items()}


def table(title: str, base: str, seconds: dict[str, float], aims: dict[str, str]) -> None:
    print(f"\n{title}\n{'':<22}{'s':>8}{'ratio':>8}   aim")
    for name, value in seconds.items():
        print(f"{name:<22}{value:8.2f}{value / seconds[base]:8.2f}   {aims.get(name, '')}")


def main() -> None:
    versions = (
        f"Python {platform.python_version()}, openpyxl {openpyxl.__version__}, calamine {version('python-calamine')}"
    )
    print(f"{versions}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, median of {ROUNDS}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "liste.xlsx"
        names = ["by_openpyxl", "by_us", "streamed", "verified"]
        aims = {"by_us": "≤ 0.25", "streamed": "≤ 0.25, rows made on the way", "verified": "written and read again"}
        table(f"Writing {ROWS:,} rows × 20", "by_openpyxl", compare(names, path, ROWS), aims)
        low, high = (measure("streamed", path, count)[1] for count in (ROWS, 2 * ROWS))
        print(
            f"\nPeak memory: {low:.0f} MiB for {ROWS:,} rows, {high:.0f} for twice that: {high / low:.2f} (aim ≤ 1.15)"
        )
        for count in READ_ROWS:
            write_workbook(path, [Sheet("Liste", COLUMNS, rows(count - 1))])
            names = ["by_calamine", "judged", "judged_and_read", "every_cell"]
            aims = {"judged_and_read": "≤ 4", "every_cell": "the same, each cell made"}
            table(f"Reading {count:,} rows × 20", "by_calamine", compare(names, path, count), aims)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure_here(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main()
