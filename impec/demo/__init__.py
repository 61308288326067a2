"""Le monde de démonstration : une histoire, vue du 20 novembre 2026.

Sud Manche (sept employeurs, onze personnes, du 2 février 2026 au 1er février 2027) et Granville, plus jeune. The data
files tell the same story as the files received by the agency. Everything is invented.
"""

import json
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


def rows(name: str) -> list:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
