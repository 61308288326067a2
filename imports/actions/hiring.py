"""Writing tutors, contracts, decisions and who follows whom."""

from dataclasses import fields
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.rows import change
from cohorts.models import Enrolment
from contracts.actions import Terms, break_contract, change_contract
from contracts.models import AidRequest, Contract
from imports.actions.ledger import Ledger, accepted_of, reasons_of
from imports.actions.people import enrolled
from imports.register import split_name
from imports.rows import Row
from imports.vocabulary import Nature, Verdict
from tutoring.actions import TutorFacts, change_tutor, change_tutor_facts, name_tutor
from tutoring.models import Tutor, Tutorship

HUNDREDTH = Decimal("0.01")


def write_tutors(ledger: Ledger) -> None:
    fresh = ledger.rows(Nature.TUTORS, Verdict.CREATE)
    tutors = {id(row): _tutor(ledger, row) for row in fresh}
    ledger.create(tutors.values())
    for row in fresh:
        row.links["entry"].pk = tutors[id(row)].pk
        ledger.count(Nature.TUTORS, Verdict.CREATE)
    for row in ledger.rows(Nature.TUTORS, Verdict.UPDATE):
        _update_tutor(ledger, row)


def _tutor(ledger: Ledger, row: Row) -> Tutor:
    return Tutor(
        establishment_id=row.links["employer"].pk,
        last_name=row.links["entry"].last_name,
        first_name=row.links["entry"].first_name,
        exception_reason=reasons_of(row)[:300],
        **_tutor_facts(ledger, row),
    )


def _tutor_facts(ledger: Ledger, row: Row) -> dict:
    values, years = row.values, row.values["experience"]
    facts = {
        "job_title": values["fonction"],
        "phone": values["telephone"],
        "email": values["courriel"],
        "experience_since": ledger.on - relativedelta(months=round(years * 12)) if years is not None else None,
        "volunteer": values["volontaire"],
        "trained_on": values["formation"],
    }
    return {name: value for name, value in facts.items() if value is not None}


def _update_tutor(ledger: Ledger, row: Row) -> None:
    tutor = Tutor.objects.get(pk=row.links["entry"].pk)
    last_name, first_name = split_name(row.values["personne"])
    known = {one.name: getattr(tutor, one.name) for one in fields(TutorFacts)}
    told = known | {"last_name": last_name, "first_name": first_name} | _tutor_facts(ledger, row)
    try:
        changed = change_tutor_facts(tutor=tutor, facts=TutorFacts(**told), version=tutor.version)
    except ValidationError as refusal:
        ledger.fail(row, refusal)
    else:
        ledger.note_change(changed)
        ledger.count(Nature.TUTORS, Verdict.UPDATE)


def write_contracts(ledger: Ledger) -> None:
    fresh = ledger.rows(Nature.CONTRACTS, Verdict.CREATE)
    enrolments = enrolments_of(ledger, [(row.links["person"].pk, row.links["cohort"].pk) for row in fresh])
    contracts = {id(row): _contract(ledger, row, enrolments) for row in fresh}
    ledger.create(contracts.values())
    ledger.create(request for row in fresh if (request := _request(row, contracts[id(row)])) is not None)
    tutorships = [_tutorship(row, contracts[id(row)]) for row in fresh if row.links["tutor"] is not None]
    ledger.create(tutorships)
    for row in fresh:
        row.links["entry"].pk = contracts[id(row)].pk
        ledger.count(Nature.CONTRACTS, Verdict.CREATE)
    for row in ledger.rows(Nature.CONTRACTS, Verdict.UPDATE):
        _update_contract(ledger, row)


def enrolments_of(ledger: Ledger, wanted: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """(person, cohort) → enrolment, made when there is none."""
    rows = Enrolment.objects.filter(cohort__in={cohort for _, cohort in wanted})
    found = {(person, cohort): pk for pk, person, cohort in rows.values_list("pk", "person", "cohort")}
    for person, cohort in dict.fromkeys(wanted):
        if (person, cohort) not in found:
            found[person, cohort] = enrolled(ledger, person, cohort).pk
    return found


def _contract(ledger: Ledger, row: Row, enrolments: dict[tuple[int, int], int]) -> Contract:
    values, person, cohort = row.values, row.links["person"], row.links["cohort"]
    return Contract(
        enrolment_id=enrolments[person.pk, cohort.pk],
        cohort_id=cohort.pk,
        establishment_id=row.links["employer"].pk,
        **terms_of(ledger, row),
        broken_on=values["fin_reelle"],
        break_reason=row.links["reason"] or "" if values["fin_reelle"] else "",
        unaided_reason=_unaided(row),
        exception_reason=reasons_of(row),
        changed_by=ledger.by,
    )


def terms_of(ledger: Ledger, row: Row) -> dict:
    """Without a column for it, a contract that has begun was signed on its first day at the latest."""
    values, starts_on = row.values, row.values["debut"]
    return {
        "kind": row.links["kind"],
        "job_title": values["emploi"] or "à préciser",
        "rome_code": values["rome"] or "",
        "weekly_hours": values["heures_contrat"].quantize(HUNDREDTH),
        "signed_on": row.links["signed_on"] or (starts_on if starts_on <= ledger.on else None),
        "starts_on": starts_on,
        "ends_on": values["fin_prevue"],
    }


def _unaided(row: Row) -> str:
    late = any(motif.code == "contrat_avant_decision" for motif in row.motifs)
    decided_on = row.values["date_decision"]
    return f"signé ou commencé avant la décision du {decided_on:%d/%m/%Y} (R5134-26)" if late else ""


def _decision(row: Row) -> dict:
    values = row.values
    facts = {
        "decision_number": values["numero_decision"],
        "decided_on": values["date_decision"],
        "rate": values["taux"].quantize(HUNDREDTH) if values["taux"] is not None else None,
        "weekly_hours": values["heures_aidees"].quantize(HUNDREDTH) if values["heures_aidees"] is not None else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _request(row: Row, contract: Contract) -> AidRequest | None:
    facts = _decision(row)
    if not row.links["kind"].is_pec or not facts:
        return None
    return AidRequest(contract=contract, aid_starts_on=contract.starts_on, aid_ends_on=contract.ends_on, **facts)


def _tutorship(row: Row, contract: Contract) -> Tutorship:
    reasons = [motif.answer for motif in row.motifs if motif.code == "tuteur_plus_de_trois" and motif.answer]
    return Tutorship(
        contract=contract,
        tutor_id=row.links["tutor"].pk,
        starts_on=contract.starts_on,
        exception_reason=" ".join(reasons)[:300],
    )


def _update_contract(ledger: Ledger, row: Row) -> None:
    contract = Contract.objects.get(pk=row.links["entry"].pk)
    try:
        with transaction.atomic():
            terms = Terms(**{one.name: getattr(contract, one.name) for one in fields(Terms)} | _told_terms(ledger, row))
            changed = change_contract(
                contract=contract, terms=terms, version=contract.version, accepted=accepted_of(row), by=ledger.by
            )
            if row.values["fin_reelle"] and changed.broken_on is None:
                reason = row.links["reason"]
                changed = break_contract(
                    contract=changed, broken_on=row.values["fin_reelle"], reason=reason, by=ledger.by
                )
            ledger.note_change(changed)
            _update_request(ledger, row, changed)
            _update_tutorship(ledger, row, changed)
    except ValidationError as refusal:
        ledger.fail(row, refusal)
    else:
        ledger.count(Nature.CONTRACTS, Verdict.UPDATE)


def _told_terms(ledger: Ledger, row: Row) -> dict:
    told = terms_of(ledger, row)
    silent = {
        "job_title": row.values["emploi"] is None,
        "rome_code": row.values["rome"] is None,
        "ends_on": row.values["fin_prevue"] is None,
        "signed_on": row.links["signed_on"] is None,
        "kind": row.values["type"] is None,
    }
    return {name: value for name, value in told.items() if not silent.get(name)}


def _update_request(ledger: Ledger, row: Row, contract: Contract) -> None:
    facts = _decision(row)
    known = contract.aid_requests.order_by("-decided_on", "-pk").first()
    if known is not None:
        ledger.note_change(change(known, **facts))
    elif (request := _request(row, contract)) is not None:
        ledger.create([request])


def _update_tutorship(ledger: Ledger, row: Row, contract: Contract) -> None:
    tutor = row.links["tutor"]
    present = contract.tutorships.order_by("-starts_on").first()
    if tutor is None or (present is not None and present.tutor_id == tutor.pk):
        return
    named = Tutor.objects.get(pk=tutor.pk)
    if present is None:
        name_tutor(contract=contract, tutor=named, accepted=accepted_of(row))
    else:
        ledger.note_change(present)
        change_tutor(contract=contract, tutor=named, starts_on=ledger.on, accepted=accepted_of(row))
