"""The ledger of 100,000 contracts × 12 months beside a bare loop that multiplies: `python -m bench.ledger`.

The loop holds the same Decimals in memory and does nothing but multiply them: no row read, no rounding, no payment, no
cause. The ledger reads contracts, decisions, suspensions, statements and payments from the database and gives for each
month what is expected, declared, paid, the gap and its cause: what the reading takes is told apart, for the loop reads
nothing. Both take turns in one process; the median of the processor's time counts, so that others at work on the
machine weigh less.
Memory is that of fresh processes, for all the contracts and for half of them. `ROWS=20000 ROUNDS=3` is a quicker look.
"""

import os
import platform
import sys
import tempfile

from bench.running.apart import measured, prepare

ROWS = int(os.environ.get("ROWS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
MOST_TIMES = 8.0
MOST_GROWTH = 1.15


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        prepare("ledger", f"prepare({ROWS})", folder)
        times = measured("ledger", f"compare({ROUNDS})", folder)
        memory = [measured("ledger", f"walk({count})", folder)["mebibytes"] for count in (ROWS // 2, ROWS)]
    print(f"Python {platform.python_version()}, {ROWS} contracts, {times['months']} months, median of {ROUNDS}")
    print(f"bare loop that multiplies           {times['loop']:6.2f} s   1.00")
    computing = times["ledger"] - times["reading"]
    print(f"recomputed, from rows to causes     {computing:6.2f} s   {times['recomputed']:.2f}  (aim {MOST_TIMES})")
    print(f"reading the rows from the database  {times['reading']:6.2f} s   {times['reading'] / times['loop']:.2f}")
    print(f"both                                {times['ledger']:6.2f} s   {times['ratio']:.2f}")
    print(f"causes found: {times['causes']}")
    half, whole = memory
    print(f"memory: {half:.0f} then {whole:.0f} MiB for twice the contracts   {whole / half:.2f}  (aim {MOST_GROWTH})")
    print(f"load {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
