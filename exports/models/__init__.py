"""Files that go out: how their columns are chosen, what was sent to whom, frozen."""

from exports.models.acknowledgements import Acknowledgement
from exports.models.answers import DeliveryAnswer, DeliveryNote, LineAnswer, LineReply
from exports.models.deliveries import NOBODY_OUTSIDE, Delivery
from exports.models.evidence import EvidencePack
from exports.models.links import DeliveryLink
from exports.models.lists import ListExport
from exports.models.profiles import ExportProfile
from exports.models.workbook_models import WorkbookModel

__all__ = [
    "NOBODY_OUTSIDE",
    "Acknowledgement",
    "Delivery",
    "DeliveryAnswer",
    "DeliveryLink",
    "DeliveryNote",
    "EvidencePack",
    "ExportProfile",
    "LineAnswer",
    "LineReply",
    "ListExport",
    "WorkbookModel",
]
