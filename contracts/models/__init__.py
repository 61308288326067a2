from contracts.models.aid import AidPayment, AidRequest, PresenceStatement
from contracts.models.contract import Contract
from contracts.models.draft import ContractDraft
from contracts.models.immersions import Immersion, SwapAgreement
from contracts.models.life import Amendment, DoneStep, Exit, Suspension
from contracts.models.reference import AidOrder, AidRules, EntryStop, RsaRate, SmicRate
from contracts.models.scenario import Scenario

__all__ = [
    "AidOrder",
    "AidPayment",
    "AidRequest",
    "AidRules",
    "Amendment",
    "Contract",
    "ContractDraft",
    "DoneStep",
    "EntryStop",
    "Exit",
    "Immersion",
    "PresenceStatement",
    "RsaRate",
    "Scenario",
    "SmicRate",
    "Suspension",
    "SwapAgreement",
]
