"""What the page shows of the sheets of a payer's file, and of the columns somebody may have to name."""

from imports import cells
from imports.payments.columns import Layout
from imports.payments.judging import PaymentOutcome
from imports.preview import one_sheet
from imports.vocabulary import Nature
from regulations.nir import heading_looks_like_nir, looks_like_nir
from workbooks.places import letters

EXAMPLES = 3
LONGEST_EXAMPLE = 60
HIDDEN = "…"


def payment_sheets(outcome: PaymentOutcome) -> list[dict]:
    """One dictionary for each sheet that was read; or the one whose columns are to be named."""
    layouts = {layout.grid.name: layout for layout in outcome.layouts}
    if (layout := outcome.to_describe) is not None:
        return [_unread(layout) | described_columns(layout)]
    return [one_sheet(sheet) | described_columns(layouts[sheet.name]) for sheet in outcome.sheets]


def _unread(layout: Layout) -> dict:
    return {
        "nom": layout.grid.name,
        "nature": str(Nature.PAYMENTS),
        "intitule": Nature.PAYMENTS.label,
        "lignes_entetes": layout.found.heading_rows,
        "colonnes": [],
        "remarques": [],
        "lignes": len(layout.grid.numbers()),
        "manque": layout.missing,
    }


def described_columns(layout: Layout) -> dict:
    """Each column with its heading, its first values, and what it is taken for."""
    first = [number for number in layout.grid.numbers() if number >= layout.first_row][:EXAMPLES]
    wanted = sorted({column for number in first for column in layout.grid.filled(number)} | set(layout.found.headings))
    columns = []
    for column in wanted:
        heading = " ".join(layout.found.headings.get(column, "").split())
        if heading_looks_like_nir(heading):
            continue
        examples = [layout.grid.filled(number).get(column) for number in first]
        columns.append(
            {
                "numero": column,
                "lettre": letters(column),
                "titre": heading,
                "exemples": [_example(one.value) for one in examples if one is not None],
                "champ": layout.found.columns.get(column, ""),
            }
        )
    return {"signature": layout.signature, "a_nommer": columns, "choisies": layout.is_chosen}


def _example(value: object) -> str:
    text = cells.one_line(value)[:LONGEST_EXAMPLE]
    return HIDDEN if looks_like_nir(text) else text
