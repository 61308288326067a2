"""The list of contracts beside Django admin's change list on the same 100,000 rows: `python -m bench.lists`.

Each database is a fresh process; both pages take turns through the same test client, and the median of fifteen counts.
Ours shows one column more: the state, read from four tables. `ROWS=20000 ROUNDS=5` is a quicker look.
"""

import subprocess
import sys
import tempfile

from bench.running.apart import ROOT, SIGNED_IN, inside, shown, surroundings

NO_POSTGRES = 69


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        if failed := shown("lists", folder):
            return failed
        environment = surroundings(folder, SIGNED_IN)
        del environment["DATABASE_URL"]
        beside = [sys.executable, str(ROOT / "scripts" / "with_postgres.py"), *inside("lists", "measure()")]
        outcome = subprocess.run(beside, cwd=ROOT, env=environment, check=False)
    if outcome.returncode == NO_POSTGRES:
        print("PostgreSQL: not measured, no server could be had")
        return 0
    return outcome.returncode


if __name__ == "__main__":
    sys.exit(main())
