"""Ce qu'une règle répond à un acte : un refus l'arrête, une question attend un motif écrit, un avertissement passe."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError

from regulations.findings import Finding, questions, refusals

LONGEST_REASON = 300


class Questions(ValidationError):
    """Rien n'est enregistré tant que chaque question n'a pas son motif ; `findings` les porte toutes."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__([f"{finding.message} Pour l'accepter, écrivez le motif." for finding in findings])


def settle(findings: Iterable[Finding], accepted: Mapping[str, str] | None = None) -> str:
    """Refuse, or ask, or return what was accepted and why, one line each: « constat — motif »."""
    findings = list(findings)
    refused = refusals(findings)
    if refused:
        raise ValidationError([f"{finding.message} ({finding.source})" for finding in refused])
    reasons = {code: reason.strip()[:LONGEST_REASON] for code, reason in (accepted or {}).items()}
    asked = questions(findings)
    unanswered = [finding for finding in asked if not reasons.get(finding.code)]
    if unanswered:
        raise Questions(unanswered)
    return "\n".join(f"{finding.message} — {reasons[finding.code]}" for finding in asked)
