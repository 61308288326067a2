"""Dry run of an agency's workbook of 5,000 rows beside python-calamine reading it: `python -m bench.imports`.

Variants take turns in one run and the median of five counts. The times of the parts say where the dry run spends its
own. `ROWS=1000 ROUNDS=3` is a quicker look.
"""

import sys
import tempfile

from bench.running.apart import shown


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        return shown("imports", folder)


if __name__ == "__main__":
    sys.exit(main())
