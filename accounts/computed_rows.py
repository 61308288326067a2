"""Computed lines shown by the lists of the house as if they were rows of a table."""

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace


class Rows:
    """A list read like a queryset: order, count, slices, and positions in the place of identifiers."""

    # Their order is total: the list has no need to end it with an identifier.
    query = SimpleNamespace(order_by=("pk",))

    def __init__(self, rows: Sequence, keys: dict[str, Callable]):
        self.rows = rows
        self.keys = keys

    def __iter__(self) -> Iterator:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, part):
        return Rows(self.rows[part], self.keys) if isinstance(part, slice) else self.rows[part]

    def values(self, *names: str) -> "Rows":
        """Before a count: there is no column to leave out."""
        return self

    def count(self) -> int:
        return len(self.rows)

    def order_by(self, *names: str) -> "Rows":
        """Stable sorts, the last name first; without a name, as they are."""
        rows = self.rows
        for name in reversed(names):
            key = self.keys.get(name.lstrip("-"))
            if key is not None:
                rows = sorted(rows, key=key, reverse=name.startswith("-"))
        return Rows(rows, self.keys)

    def filter(self, keep: Callable) -> "Rows":
        return Rows([row for row in self.rows if keep(row)], self.keys)

    def values_list(self, *names: str, flat: bool = True) -> list[int]:
        return list(range(len(self.rows)))

    def in_bulk(self, positions: Sequence[int]) -> dict:
        return {position: self.rows[position] for position in positions}
