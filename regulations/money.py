"""Montants : un seul arrondi, au centime, demi vers le haut, et l'écriture française des nombres.

Source: programme decision (pec.md §1.6): exact decimals, one rounding, half up, at the end. P
The payer publishes no rounding rule; half up at the cent is the reading that published figures support.
"""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
# Thin and narrow spaces trip screen readers and copies; the plain no-break space does not.
NO_BREAK_SPACE = "\u00a0"


def cents(amount: Decimal) -> Decimal:
    """The only rounding of money in the house. A float here is a bug and says so."""
    if not isinstance(amount, Decimal):
        raise TypeError(f"Un montant est un Decimal, pas {type(amount).__name__}.")
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def french_number(number: Decimal | int, *, decimals: int | None = None) -> str:
    """1234.50 -> « 1 234,5 » ; with `decimals=2` -> « 1 234,50 ». It writes; what it is given is already rounded."""
    text = f"{number:,f}" if decimals is None else f"{number:,.{decimals}f}"
    if decimals is None and "." in text:
        # The zeros of a database column are not said.
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NO_BREAK_SPACE).replace(".", ",")


def french_euros(amount: Decimal) -> str:
    return f"{french_number(amount, decimals=2)}{NO_BREAK_SPACE}€"
