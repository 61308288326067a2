"""The sums a file says of itself, against its lines: a line lost on the way shows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from regulations.money import french_euros


@dataclass
class Sums:
    """Lines of one sheet as they pass, and each total met on the way."""

    whole: Decimal = Decimal(0)
    since: Decimal = Decimal(0)
    lines: int = 0
    unread: list[int] = field(default_factory=list)
    right_subtotals: int = 0
    notes: list[str] = field(default_factory=list)
    total_is_right: bool | None = None

    def add(self, number: int, amount: Decimal | None) -> None:
        if amount is None:
            self.unread.append(number)
            return
        self.lines += 1
        self.whole += amount
        self.since += amount

    def meet(self, number: int, written: Decimal | None, *, is_subtotal: bool) -> None:
        """A row of total: what it says is what was added up, or the difference is said."""
        if written is None:
            return
        found = self.since if is_subtotal else self.whole
        if is_subtotal:
            self.since = Decimal(0)
            self.right_subtotals += written == found
        else:
            self.total_is_right = written == found
        if written != found:
            name = "le sous-total" if is_subtotal else "le total"
            self.notes.append(
                f"Ligne {number} : {name} écrit, {french_euros(written)}, n'est pas celui des lignes lues, "
                f"{french_euros(found)} (écart {french_euros(written - found)}). Vérifiez qu'il ne manque aucune ligne."
            )

    def said(self) -> list[str]:
        said = list(self.notes)
        whole = french_euros(self.whole)
        if self.total_is_right:
            lines = f"des {self.lines} lignes lues" if self.lines > 1 else "de la ligne lue"
            said.append(f"Le total du fichier, {whole}, est celui {lines}.")
        elif self.total_is_right is None and self.lines > 1:
            said.append(f"{self.lines} lignes lues, {whole} en tout ; le fichier n'a pas de total.")
        elif self.total_is_right is None and self.lines:
            said.append(f"Une ligne lue, {whole} ; le fichier n'a pas de total.")
        said += self._said_of_subtotals()
        if self.unread:
            where = french_list(self.unread)
            said.append(f"Sans montant lisible, donc hors de ces sommes : {where}.")
        return said

    def _said_of_subtotals(self) -> list[str]:
        if self.notes or not self.right_subtotals:
            return []
        several = f"Ses {self.right_subtotals} sous-totaux aussi sont justes."
        return [several if self.right_subtotals > 1 else "Son sous-total aussi est juste."]


def french_list(numbers: Iterable[int], most: int = 10) -> str:
    numbers = list(numbers)
    more = f" et {len(numbers) - most} autres" if len(numbers) > most else ""
    return f"ligne{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:most]))}{more}"
