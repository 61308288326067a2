"""A stop of entries asks why of whoever records what it covers; it changes nothing that runs already."""

from datetime import date

from contracts.expected import region_of_contract
from contracts.models import Contract, EntryStop
from regulations.findings import Finding
from regulations.stops import stop_findings


def stop_questions(contract: Contract, day: date, *, is_renewal: bool) -> list[Finding]:
    """What was accepted for this contract is not asked a second time."""
    stops = EntryStop.objects.concerning([region_of_contract(contract)]).in_force(day).order_by("starts_on", "pk")
    findings = stop_findings(stops, day=day, is_renewal=is_renewal)
    return [finding for finding in findings if finding.message not in contract.exception_reason]
