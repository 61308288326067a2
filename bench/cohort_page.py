"""The cohort page with 300 people beside the same page with 12: `python -m bench.cohort_page`.

One fresh database, one process, both pages in turn through the test client; the median of fifteen counts.
"""

import sys
import tempfile

from bench.running.apart import shown


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        return shown("cohort_page", folder)


if __name__ == "__main__":
    sys.exit(main())
