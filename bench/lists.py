"""The list of contracts beside Django admin's change list on the same 100,000 rows: `python -m bench.lists`.

Each database is a fresh process; both pages take turns through the same test client, and the median of seven counts.
Ours shows one column more: the state, read from four tables. `ROWS=20000 ROUNDS=5` is a quicker look.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_POSTGRES = 69
# Set up by Django's own command, so that the world of the bench is an ordinary module.
WORDS = "from bench.worlds.lists import measure; measure()"
INSIDE = [sys.executable, "manage.py", "shell", "--no-imports", "-c", WORDS]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        common = {
            **os.environ,
            "DEBUG": "1",
            "PLAIN_HTTP": "1",
            "MFA_REQUIRED": "0",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "testserver",
            "IMPEC_VAR": folder,
            "IMPEC_TODAY": "2026-11-20",
        }
        sqlite = {**common, "DATABASE_URL": f"sqlite:///{folder}/lists.sqlite3"}
        subprocess.run(INSIDE, cwd=ROOT, env=sqlite, check=True)
        beside = [sys.executable, str(ROOT / "scripts" / "with_postgres.py"), *INSIDE]
        outcome = subprocess.run(beside, cwd=ROOT, env=common, check=False)
    if outcome.returncode == NO_POSTGRES:
        print("PostgreSQL: not measured, no server could be had")
        return 0
    return outcome.returncode


if __name__ == "__main__":
    sys.exit(main())
