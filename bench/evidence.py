"""A pack of proofs, from question to frozen zip, for 300 then 600 contracts: `python -m bench.evidence` (3 min).

Each measure is a fresh process on the same database. `CONTRACTS=60` is a quicker look.
"""

import os
import platform
import sys
import tempfile

from bench.running.apart import measured, prepare

CONTRACTS = int(os.environ.get("CONTRACTS", "300"))
SIZES = (CONTRACTS, 2 * CONTRACTS)


def main() -> int:
    print(f"Python {platform.python_version()}, {SIZES[0]} then {SIZES[1]} contracts")
    with tempfile.TemporaryDirectory() as folder:
        prepare("evidence", f"prepare({SIZES[0]}, {SIZES[1]})", folder)
        single, double = (measured("evidence", f"whole({size})", folder) for size in SIZES)
    for size, found in zip(SIZES, (single, double), strict=True):
        words = f"{found['files']} files, {found['zip']:.0f} MiB, {found['seconds']:.1f} s"
        print(f"{size:4d} contracts: {words}, own memory {found['mebibytes']:.0f} MiB")
    ratio = double["mebibytes"] / single["mebibytes"]
    print(f"own memory for twice the contracts   {ratio:.2f}  (aim 1.15)")
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
