from contracts.models.aid import AidOrder, AidPayment, AidRequest, EntryStop, PresenceStatement, SmicRate
from contracts.models.contract import Contract, Exit, Immersion, Suspension
from contracts.models.draft import ContractDraft

__all__ = [
    "AidOrder",
    "AidPayment",
    "AidRequest",
    "Contract",
    "ContractDraft",
    "EntryStop",
    "Exit",
    "Immersion",
    "PresenceStatement",
    "SmicRate",
    "Suspension",
]
