"""A pack of proofs, from question to frozen zip, for 300 then 600 contracts: `python -m bench.evidence` (3 min).

Each measure is a fresh process on the same database. `CONTRACTS=60` is a quicker look.
"""

import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = int(os.environ.get("CONTRACTS", "300"))
SIZES = (CONTRACTS, 2 * CONTRACTS)


def run(words: str, folder: str) -> str:
    environment = {
        **os.environ,
        "DEBUG": "",
        "MFA_REQUIRED": "1",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "testserver",
        "IMPEC_VAR": folder,
        "IMPEC_TODAY": "2026-11-20",
        "DATABASE_URL": f"sqlite:///{folder}/evidence.sqlite3",
    }
    command = [
        sys.executable,
        "manage.py",
        "shell",
        "--no-imports",
        "-c",
        f"from bench.worlds import evidence; {words}",
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    print(f"Python {platform.python_version()}, {SIZES[0]} then {SIZES[1]} contracts")
    with tempfile.TemporaryDirectory() as folder:
        run(f"evidence.prepare({SIZES[0]}, {SIZES[1]})", folder)
        single, double = (json.loads(run(f"evidence.whole({size})", folder).splitlines()[-1]) for size in SIZES)
    for size, found in zip(SIZES, (single, double), strict=True):
        words = f"{found['files']} files, {found['zip']:.0f} MiB, {found['seconds']:.1f} s"
        print(f"{size:4d} contracts: {words}, own memory {found['mebibytes']:.0f} MiB")
    ratio = double["mebibytes"] / single["mebibytes"]
    print(f"own memory for twice the contracts   {ratio:.2f}  (aim 1.15)")
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
