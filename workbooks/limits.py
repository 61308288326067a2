"""What an uploaded file may cost, and the refusal of what costs more."""

from dataclasses import dataclass

MIB = 1 << 20


class Refused(Exception):
    """A file that is not read: a stable code, and one French sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Limits:
    """The defaults are those written beside the upload fields. `as_template` is stricter about what leaves again."""

    max_bytes: int = 5 * MIB
    max_parts: int = 400
    max_unpacked: int = 80 * MIB
    max_ratio: int = 300
    # Small parts may be very repetitive: the ratio only counts above this size.
    ratio_from: int = 2 * MIB
    max_rows: int = 20_000
    max_columns: int = 200
    max_cells: int = 1_000_000
    # Readers hold the whole rectangle from the first filled cell to the last.
    max_rectangle: int = 8_000_000
    max_strings: int = 400_000
    max_styles: int = 65_500
    max_formulas: int = 200_000
    max_merges: int = 20_000
    max_merged_cells: int = 1_000_000
    max_sheets: int = 200
    max_tags: int = 6_000_000
    max_depth: int = 100
    max_blank_rows: int = 2_000
    memory_bytes: int = 1024 * MIB
    cpu_seconds: int = 10
    clock_seconds: float = 15
    as_template: bool = False

    def refuse_size(self) -> Refused:
        size = f"{self.max_bytes / MIB:g}".replace(".", ",")
        return Refused(
            "trop_gros",
            f"Ce fichier dépasse {size} Mo. Gardez seulement les feuilles et les lignes utiles, puis renvoyez-le.",
        )


def damaged() -> Refused:
    return Refused(
        "abime",
        "Ce classeur est abîmé : il ne peut pas être lu. Ouvrez-le dans votre tableur, enregistrez-le de nouveau "
        "au format « Classeur Excel (.xlsx) », puis renvoyez-le.",
    )


def too_heavy(what: str) -> Refused:
    return Refused(
        "trop_lourd",
        f"Ce classeur est trop lourd une fois ouvert : {what}. Copiez les seules lignes utiles dans un classeur neuf, "
        "puis renvoyez-le.",
    )


def too_many_rows(limits: Limits, number: int) -> Refused:
    most, number = (f"{one:,}".replace(",", " ") for one in (limits.max_rows, number))
    return Refused(
        "trop_de_lignes",
        f"Ce fichier a plus de {most} lignes remplies : sa lecture s'arrête à la ligne {number}, et rien n'est "
        "enregistré. Partagez-le en plusieurs fichiers, par exemple un par année, puis envoyez-les l'un après l'autre.",
    )
