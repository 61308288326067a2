"""What the tests of the purge ask: what a rule proposes on a day, and whether everything still verifies."""

from accounts import jobs
from impec.retention import purging
from impec.verifying.verification import read


def due(kept, on) -> set[str]:
    rule = next(rule for rule in purging.RULES if rule.kept == kept)
    return set(rule.proposed(on, None).codes)


def count(kept, on) -> int:
    return next(rule for rule in purging.RULES if rule.kept == kept).proposed(on, None).count


def faults() -> dict:
    jobs.seal_history()
    return {key: fault for key, _, fault, _ in read() if fault and key != "absence_documents"}


def on_day(settings, day):
    settings.IMPEC_TODAY = day.isoformat()
