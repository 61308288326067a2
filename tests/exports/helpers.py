"""What the tests of this room share: a delivery made and ended, its workbook read by two readers."""

from datetime import date
from io import BytesIO

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from accounts import work
from exports import actions
from exports.models import Delivery
from exports.scope import Destination

TODAY = date(2026, 11, 20)


def a_delivery(cohort, author, code="O1", destination=None, as_of=TODAY) -> Delivery:
    """Asked for, and ended by its job when it can be."""
    destination = destination or Destination(ddets=code in ("D1", "D2"))
    asked = actions.new_delivery(cohort=cohort, code=code, destination=destination, as_of=as_of, author=author)
    work.run_job(asked.job_id)
    return Delivery.objects.with_names().get(pk=asked.pk)


def bytes_of(delivery) -> bytes:
    with delivery.file.open("rb") as file:
        return file.read()


def by_openpyxl(content: bytes):
    return load_workbook(BytesIO(content))


def by_calamine(content: bytes):
    return CalamineWorkbook.from_filelike(BytesIO(content))


def rows_of(delivery, sheet) -> list[dict]:
    """The rows of a sheet by heading, read by the second reader."""
    heads, *rows = by_calamine(bytes_of(delivery)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def texts_of(delivery) -> set:
    """Every value of every cell, whatever the sheet."""
    book = by_calamine(bytes_of(delivery))
    return {cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}
