"""Dry run of an agency's workbook of 5,000 rows beside python-calamine reading it: `python -m bench.imports`.

Variants take turns in one run and the median of five counts. The times of the parts say where the dry run spends its
own. `ROWS=1000 ROUNDS=3` is a quicker look.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Set up by Django's own command, so that the world of the bench is an ordinary module.
WORDS = "from bench.worlds.imports import measure; measure()"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DEBUG": "1",
            "PLAIN_HTTP": "1",
            "MFA_REQUIRED": "0",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "IMPEC_VAR": folder,
            "IMPEC_TODAY": "2026-11-20",
            "DATABASE_URL": f"sqlite:///{folder}/imports.sqlite3",
        }
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", WORDS]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
