"""Rows already computed, a page at a time: what `_pager.html` reads."""

from collections.abc import Sequence


class Slice:
    """One page of a list in memory; a number that leads nowhere shows the last page."""

    def __init__(self, rows: Sequence, asked: str, per_page: int):
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
        self.total = max(1, -(-len(rows) // per_page))
        self.number = min(max(number, 1), self.total)
        start = (self.number - 1) * per_page
        self.rows = rows[start : start + per_page]
        self.count = len(rows)
        self.first = start + 1
        self.last = start + len(self.rows)

    @property
    def has_next(self) -> bool:
        return self.number < self.total

    @property
    def has_others(self) -> bool:
        return self.total > 1
