"""A whole attendance report, from the query to the frozen delivery, beside openpyxl: `python -m bench.exports` (5 min).

Each measure is a fresh process on the same database; the two ways take turns and the median of five counts.
`ROWS=20000 ROUNDS=3` is a quicker look.
"""

import os
import platform
import sys
import tempfile
from importlib.metadata import version
from statistics import median

from bench.running.apart import measured, prepare

ROWS = int(os.environ.get("ROWS", "100000"))
SIZES = (ROWS, 2 * ROWS)
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def main() -> int:
    print(f"Python {platform.python_version()}, openpyxl {version('openpyxl')}, {ROWS} rows, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder:
        prepare("exports", f"prepare({SIZES[0]}, {SIZES[1]})", folder)
        ways = {"whole": [], "compared": [], "loop": []}
        for _ in range(ROUNDS):
            for way, found in ways.items():
                found.append(measured("exports", f"{way}({ROWS})", folder))
        memory = {
            way: [measured("exports", f"{way}({rows})", folder)["mebibytes"] for rows in SIZES]
            for way in ("whole", "compared")
        }
    whole, compared, loop = (median(one["seconds"] for one in found) for found in ways.values())
    print(f"openpyxl's plain write_only loop, values already read   {loop:6.2f} s   1.00")
    print(f"whole delivery: query, write, verify, store, freeze     {whole:6.2f} s   {whole / loop:.2f}  (aim 0.80)")
    print(f"the same, compared row by row with the one before       {compared:6.2f} s   {compared / loop:.2f}")
    for way, (single, double) in memory.items():
        ratio = f"{double / single:.2f}  (aim 1.15)"
        print(f"own memory, {way}: {single:.0f} then {double:.0f} MiB for twice the rows   {ratio}")
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
