"""The cohort page with 300 people beside the same page with 12: `python -m bench.cohort_page`.

One fresh database, one process, both pages in turn through the test client; the median of fifteen counts.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = "from bench.worlds.cohort_page import measure; measure()"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DEBUG": "1",
            "PLAIN_HTTP": "1",
            "MFA_REQUIRED": "0",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "testserver",
            "IMPEC_VAR": folder,
            "IMPEC_TODAY": "2026-11-20",
            "DATABASE_URL": f"sqlite:///{folder}/cohort.sqlite3",
        }
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", WORDS]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
