from contracts.models.aid import AidOrder, AidPayment, AidRequest, EntryStop, PresenceStatement, SmicRate
from contracts.models.contract import Contract, Exit, Immersion, Suspension

__all__ = [
    "AidOrder",
    "AidPayment",
    "AidRequest",
    "Contract",
    "EntryStop",
    "Exit",
    "Immersion",
    "PresenceStatement",
    "SmicRate",
    "Suspension",
]
