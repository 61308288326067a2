"""What the XML of a workbook says beside its values."""

import re
from dataclasses import dataclass, field

from workbooks.places import Area

LITERAL = re.compile(r'"((?:[^"]|"")*)"')


@dataclass
class Formula:
    """A cell that is computed: its text (empty when it repeats a shared one), and whether its result was kept."""

    text: str = ""
    has_result: bool = False

    @property
    def literal(self) -> str | None:
        """The text of `="10004"`, a way to keep zeros; None for a formula that computes something."""
        match = LITERAL.fullmatch(self.text.strip())
        return match[1].replace('""', '"') if match else None


@dataclass
class SheetFacts:
    """What the XML of a sheet says beside its values; rows and columns count from one."""

    name: str = ""
    part: str = ""
    hidden: bool = False
    rows: int = 0
    # Empty cells of plain filled rows are counted too.
    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: dict[tuple[int, int], Formula] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
