"""The process that opens a workbook, apart from everything else: limits on itself first, then one task, then its end.

It is told what to do by one JSON argument and answers by JSON lines on its standard output. Whatever
happens to it (memory, time, a reader that aborts), the process that started it goes on.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook

ROWS_PER_LINE = 500
REFERENCE = date(1899, 12, 30).toordinal()


def limit_myself(memory_bytes: int, cpu_seconds: int) -> None:
    """Memory, processor time, no file written, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(value: object) -> list:
    """A date, a time or a duration as JSON: its letter, then its parts."""
    if isinstance(value, datetime):
        return ["i", value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    if isinstance(value, date):
        return ["d", value.year, value.month, value.day]
    if isinstance(value, time):
        return ["t", value.hour, value.minute, value.second, value.microsecond]
    if isinstance(value, timedelta):
        return ["l", value.days, value.seconds, value.microseconds]
    raise TypeError(type(value))


def say(answer: dict) -> None:
    sys.stdout.write(json.dumps(answer, default=plain, ensure_ascii=False, separators=(",", ":")) + "\n")


def read(path: str, max_blank_rows: int) -> None:
    """Every sheet, row by row; a row is its number, its first column, and its values from there on.

    Started ahead of time, it opens nothing before it is told on its standard input that the file was judged.
    """
    if not sys.stdin.readline():
        return
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        say({"sheet": name})
        read_sheet(book.get_sheet_by_name(name), max_blank_rows)


def read_sheet(sheet: CalamineSheet, max_blank_rows: int) -> None:
    if sheet.start is None:
        return
    first_row, first_column = sheet.start[0] + 1, sheet.start[1] + 1
    lines, last_filled = [], first_row
    for number, values in enumerate(sheet.to_python(), start=first_row):
        if values.count("") == len(values):
            continue
        if number - last_filled > max_blank_rows:
            say({"stopped_at": last_filled})
            break
        last_filled = number
        lines.append([number, first_column, values])
        if len(lines) >= ROWS_PER_LINE:
            say({"rows": lines})
            lines = []
    say({"rows": lines})


def obey(work: Callable[[dict], None]) -> None:
    """Limit oneself, do the one task of the command line, say so, and end at once."""
    task = json.loads(sys.argv[1])
    limit_myself(task["memory_bytes"], task["cpu_seconds"])
    work(task)
    say({"done": True})
    sys.stdout.flush()
    # Nothing is worth the time of an orderly end.
    os._exit(0)


if __name__ == "__main__":
    obey(lambda task: read(task["path"], task["max_blank_rows"]))
