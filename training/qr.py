"""A QR code as a drawing inside the page, a line for each run of dark squares: a fifth of what squares would weigh."""

from itertools import groupby

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

LABEL = "Code QR de la page où signer"


def qr_of(address: str) -> SafeString:
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    rows = code.get_matrix()
    return format_html(
        '<svg class="roll-qr" role="img" aria-label="{}" viewBox="0 0 {} {}"><path stroke="#000" d="{}"/></svg>',
        LABEL,
        len(rows),
        len(rows),
        "".join(_line(y, row) for y, row in enumerate(rows)),
    )


def _line(y: int, row: list[bool]) -> str:
    x, drawn = 0, []
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            drawn.append(f"M{x} {y}.5h{length}")
        x += length
    return "".join(drawn)
