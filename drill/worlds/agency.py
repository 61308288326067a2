"""The agency of the drills: people who have no contract yet, half-days that were not called, and who works on them."""

import json
from collections import Counter
from pathlib import Path

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Invitation, Message, SentForm
from accounts.roles import OrganisationKind, Role
from bench.worlds.tables import make_tables
from cohorts.models import Person
from contracts.models import Contract
from tests import builders as b
from training.models import HalfDay

PASSWORD = "quatre chevaux gris sous la pluie"
CLASS = 12
CLASS_CODE = "CLASSE"


def prepare(people: int, half_days: int, writers: int, tables: bool = True) -> None:
    """Prints what the drills need to act: cookies, forms ready to be sent. Tables at once, or those of `setup`."""
    if tables:
        make_tables()
    with transaction.atomic():
        told = {
            "writers": [cookies_of(a_coordinator(number)) for number in range(writers)],
            "contracts": contract_forms(people),
            "tutor": a_tutor_with_a_password(),
            **rolls(half_days),
        }
    print(json.dumps(told))


def a_coordinator(number: int):
    user = b.a_user(f"referente{number}@agence.example", first_name="Claire", last_name=f"MOREL {number}")
    b.a_membership(user, b.the_agency(), Role.COORDINATOR, is_admin=True)
    return with_second_factor(user)


def a_tutor_with_a_password() -> dict:
    """Who may sign in without a second factor."""
    user = b.a_user("bruno@employeur.example", first_name="Bruno", last_name="HAMON")
    user.set_password(PASSWORD)
    user.save()
    b.a_membership(user, b.an_organisation(OrganisationKind.EMPLOYER), Role.TUTOR)
    return {"login": user.email, "password": PASSWORD}


def with_second_factor(user):
    TOTP.activate(user, generate_totp_secret())
    return user


def cookies_of(user) -> dict[str, str]:
    """Of somebody who has just signed in."""
    client = Client()
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="password")
    request.session.save()
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def contract_forms(people: int) -> list[dict]:
    """Address and fields that record a contract, its tutor and its request: each person once."""
    cohort, site = b.a_cohort(), b.an_establishment()
    return [contract_form(number, cohort, site) for number in range(people)]


def contract_form(number: int, cohort, site) -> dict:
    enrolment = b.an_enrolment(b.a_person(birth_name=f"NOM{number:05d}"), cohort)
    fields = {
        "establishment": site.pk,
        "decision_number": f"05026{number:07d}",
        "starts_on": "02/02/2026",
        "weekly_hours": "26",
        "job_title": "Agent de service hospitalier",
        "tutor": b.a_tutor(site, last_name=f"TUTEUR{number:05d}").pk,
        "kind": "CDD_PEC",
        "rome_code": "K2204",
        "form_token": f"contrat {number}",
    }
    address = reverse("tutoring:record_contract", args=[enrolment.pk])
    return {"pk": enrolment.pk, "person": enrolment.person.public_code, "address": address, "fields": fields}


def rolls(half_days: int) -> dict:
    """A class of twelve, its trainer, and the forms that call and close half-days of this morning."""
    body = b.an_organisation(OrganisationKind.TRAINING_BODY, "Centre de formation de la Baie")
    trainer = b.a_user("esther@formation.example", first_name="Esther", last_name="PARENT")
    b.a_membership(trainer, body, Role.TRAINER, is_admin=True)
    cohort = b.a_cohort(code=CLASS_CODE, training_organisation=body)
    site = b.an_establishment()
    group = [b.an_enrolment(b.a_person(birth_name=f"ELEVE{number}"), cohort) for number in range(CLASS)]
    for enrolment in group:
        b.a_contract(enrolment=enrolment, cohort=cohort, establishment=site)
    planned = [b.a_half_day(b.a_session(cohort), day=clock.today()) for _ in range(half_days)]
    trainer = cookies_of(with_second_factor(trainer))
    edited = edit_form(group[0].contracts.get())
    return {"trainer": trainer, "edited": edited, "rolls": [roll_form(half_day, group) for half_day in planned]}


def edit_form(contract) -> dict:
    """Address and fields that correct a contract; who sends them adds what is changed."""
    fields = {name: getattr(contract, name) for name in ("kind", "job_title", "weekly_hours", "rome_code")}
    fields |= {name: getattr(contract, name).strftime("%d/%m/%Y") for name in ("starts_on", "ends_on", "signed_on")}
    fields["weekly_hours"] = f"{contract.weekly_hours:.0f}"
    return {"pk": contract.pk, "address": reverse("contracts:change_contract", args=[contract.pk]), "fields": fields}


def edited(pk: int) -> None:
    """Prints what the contract says now, and how often its history says that its trade changed."""
    contract = Contract.objects.get(pk=pk)
    lines = LogEntry.objects.get_for_object(contract).filter(action=LogEntry.Action.UPDATE)
    changes = sum("job_title" in (line.changes or {}) for line in lines)
    print(json.dumps({"job_title": contract.job_title, "version": contract.version, "changes": changes}))


def restored() -> None:
    """Prints what a restoration must have closed and held."""
    held = Message.objects.filter(sent_at=None, held_at__isnull=False)
    print(json.dumps({"sessions": Session.objects.count(), "held": held.count()}))


def remains(code: str) -> None:
    """Prints what is still known of a person."""
    person = Person.objects.get(public_code=code)
    known = {field.name: str(getattr(person, field.attname)) for field in Person._meta.concrete_fields}
    print(json.dumps({"erased": person.erased_on is not None, "known": known}))


def replayed() -> None:
    messages = Message.objects.filter(recipient__startswith="invitee")
    print(json.dumps({"invitations": Invitation.objects.count(), "messages": messages.count()}))


def roll_form(half_day, group) -> dict:
    fields = {
        "request_id": f"00000000-0000-4000-8000-{half_day.pk:012d}",
        "close": "1",
        "intervenant-typed_name": "Esther Parent",
        "intervenant-signs": "on",
    }
    for enrolment in group:
        fields |= {f"l{enrolment.pk}-status": "PRESENT", f"l{enrolment.pk}-seen": ""}
    return {"pk": half_day.pk, "address": reverse("training:roll", args=[half_day.pk]), "fields": fields}


def compare(path: str) -> None:
    """What is kept beside what was acknowledged, two lists of keys in that file: lost, half-written and twice."""
    acknowledged = json.loads(Path(path).read_text())
    contracts = Contract.objects.exclude(enrolment__cohort__code=CLASS_CODE)
    kept = {one.enrolment_id: one for one in contracts.prefetch_related("tutorships", "aid_requests")}
    closed = {one.pk: one for one in HalfDay.objects.all() if one.closed_at}
    told = {
        "lost": sorted(set(acknowledged["contracts"]) - set(kept)) + sorted(set(acknowledged["rolls"]) - set(closed)),
        "half": [f"contrat de {pk}" for pk, one in kept.items() if not is_whole(one)]
        + [f"appel {one.pk}" for one in HalfDay.objects.all() if not is_a_whole_roll(one)],
        "twice": twice(contracts.values_list("enrolment_id", flat=True)),
        "kept": len(kept) + len(closed),
    }
    print(json.dumps(told))


def twice(keys) -> list:
    return [key for key, count in Counter(keys).items() if count > 1]


def is_whole(contract) -> bool:
    """Recorded with its tutor, its request, its line of history and its form."""
    history = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Contract),
        object_id=contract.pk,
        action=LogEntry.Action.CREATE,
    )
    form = SentForm.objects.filter(result_url=contract.get_absolute_url())
    counts = (len(contract.tutorships.all()), len(contract.aid_requests.all()), history.count(), form.count())
    return counts == (1, 1, 1, 1)


def is_a_whole_roll(half_day) -> bool:
    """Twelve people, one signature and one sending once it is closed; nothing at all before."""
    found = (half_day.attendances.count(), half_day.signatures.count(), half_day.submissions.count())
    return found == ((CLASS, 1, 1) if half_day.closed_at else (0, 0, 0))
