"""A whole attendance report, from the query to the frozen delivery, beside openpyxl: `python -m bench.exports` (5 min).

Each measure is a fresh process on the same database; the two ways take turns and the median of five counts.
`ROWS=20000 ROUNDS=3` is a quicker look.
"""

import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
ROWS = int(os.environ.get("ROWS", "100000"))
SIZES = (ROWS, 2 * ROWS)
ROUNDS = int(os.environ.get("ROUNDS", "5"))


def run(words: str, folder: str) -> str:
    environment = {
        **os.environ,
        "DEBUG": "",
        "MFA_REQUIRED": "1",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "testserver",
        "IMPEC_VAR": folder,
        "IMPEC_TODAY": "2026-11-20",
        "DATABASE_URL": f"sqlite:///{folder}/exports.sqlite3",
    }
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", f"from bench.worlds import exports; {words}"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def measured(words: str, folder: str) -> dict:
    return json.loads(run(words, folder).splitlines()[-1])


def main() -> int:
    print(f"Python {platform.python_version()}, openpyxl {version('openpyxl')}, {ROWS} rows, {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder:
        run(f"exports.prepare({SIZES[0]}, {SIZES[1]})", folder)
        ways = {"whole": [], "compared": [], "loop": []}
        for _ in range(ROUNDS):
            for way, found in ways.items():
                found.append(measured(f"exports.{way}({ROWS})", folder))
        memory = {
            way: [measured(f"exports.{way}({rows})", folder)["mebibytes"] for rows in SIZES]
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
