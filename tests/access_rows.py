"""The row each route names in the access matrix: Amina's contract at Denis's, in Claire's cohort."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from accounts import clock
from accounts.models import Invitation, Job, Receipt
from accounts.roles import Role
from cohorts.models import Barrier, EmployerInvitation, Milestone
from contracts.models import (
    AidRules,
    Amendment,
    DoneStep,
    EntryStop,
    PresenceStatement,
    RsaRate,
    Scenario,
    SmicRate,
    Suspension,
)
from employers.models import Contact
from exports.models import Acknowledgement, Delivery, DeliveryLink, ExportProfile, ListExport, WorkbookModel
from imports.models import ImportBatch
from regulations.anomaly_facts import AnomalyRule
from regulations.contracts import SuspensionReason
from regulations.deadlines import Step
from regulations.people import BarrierCategory
from regulations.training import FixedFact, SignatureWay
from tests.access_erasing import of_erasing
from tests.access_proofs import a_decision, a_member_with_factor, a_pack_of_proofs, an_absence_document
from tests.access_tutoring import an_immersion, of_tutoring, rows
from tests.training.paid import a_certificate, a_convention, an_expense
from training.models import AnomalyAnswer, ExpenseCap, PaperSheet, Signature, TrainingRules, Unavailability

BYTES = b"classeur"


def arguments(world):
    """Route → arguments of its address."""
    return {
        **of_accounts(world),
        **of_employers(world),
        **of_cohorts(world),
        **of_contracts(world),
        **of_training(world),
        **of_tutoring(world),
        **of_imports(world),
        **of_exports(world),
        **of_deadlines(world),
        **of_erasing(world),
    }


def of_accounts(world):
    membership = world.users["coordinator"].memberships.get()
    invitation = Invitation.objects.create(
        token_hash="matrice",
        email="sophie@agence.example",
        organisation=membership.organisation,
        role=Role.COORDINATOR,
        invited_by=membership,
        link_expires_at=clock.now(),
    )
    job = Job.objects.create(
        key="matrice", kind="export", label="O1", created_by=membership.user, membership=membership
    )
    return {
        "account_confirm_email": {"key": "inconnue"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "inconnue"},
        "accounts:invitation": {"token": "inconnu"},
        **rows("accounts", "deactivate reactivate", membership),
        **rows("accounts", "reset_factor", a_member_with_factor(world)),
        **rows("accounts", "revoke", invitation),
        **{f"accounts:{name}": {"public_id": job.public_id} for name in ("job", "job_state", "retry")},
    }


def of_employers(world):
    contact = Contact.objects.create(establishment=world.closerie, name="Nadia FERRY")
    return {
        **rows(
            "employers",
            "employer_detail employer_change declare attach_financer open_access establishment_add",
            world.closerie.employer,
        ),
        **rows("employers", "establishment_detail establishment_change contact_add", world.closerie),
        **rows("employers", "contact_change contact_remove", contact),
    }


def of_cohorts(world):
    milestone = Milestone.objects.create(cohort=world.cohort, label="Comité", due_on=date(2026, 12, 1))
    invitation = EmployerInvitation.objects.create(
        cohort=world.cohort,
        establishment=world.closerie,
        email="denis@closerie.example",
        token_hash="matrice",
        link_expires_at=clock.now(),
    )
    barrier = Barrier.objects.create(
        person=world.person,
        category=next(iter(BarrierCategory)),
        action_needed="Solution de garde à trouver",
        raised_on=date(2026, 2, 3),
    )
    in_cohort = "seat_list seat_add milestone_list milestone_add referent_add invitation_list invite placement"
    place = {"cohort_pk": world.cohort.pk, "seat_pk": world.seat.pk, "person_pk": world.person.pk}
    return {
        "cohort_page": {"pk": world.cohort.pk},
        "cohorts:invitation": {"token": "inconnu"},
        "cohorts:propose": place,
        **{f"cohorts:{name}": {"cohort_pk": world.cohort.pk} for name in in_cohort.split()},
        **rows("cohorts", "cohort_change decision_add", world.cohort),
        **rows("cohorts", "decision_change", a_decision(world)),
        **{name: {"pk": world.cohort.pk} for name in ("committee_pack", "committee_workbook")},
        **rows("cohorts", "seat_change", world.seat),
        **rows("cohorts", "milestone_finish milestone_reopen milestone_move", milestone),
        **rows("cohorts", "referent_end", world.cohort.referents.get()),
        **rows("cohorts", "invitation_remind invitation_address invitation_revoke", invitation),
        **rows("cohorts", "barrier_lift", barrier),
        **rows(
            "cohorts",
            "person_detail person_change give_notice set_protected barrier_add note_add enrol refer",
            world.person,
        ),
        **rows("cohorts", "enrolment_change hold_seat free_seat withdraw", world.enrolment),
        **rows("cohorts", "referral_detail referral_accept referral_refuse", world.referral),
    }


def of_contracts(world):
    suspension = Suspension.objects.create(
        contract=world.contract, starts_on=date(2026, 11, 2), reason=next(iter(SuspensionReason))
    )
    statement = PresenceStatement.objects.create(
        aid_request=world.contract.aid_requests.get(),
        month=date(2026, 9, 1),
        establishment=world.closerie,
        parts=30,
        expected_amount=Decimal("520.87"),
    )
    stop = EntryStop.objects.create(starts_on=date(2027, 1, 1))
    amendment = Amendment.objects.create(
        contract=world.contract, effective_on=date(2026, 6, 1), hours_before=28, hours_after=28
    )
    step = DoneStep.objects.create(contract=world.contract, step=Step.DPAE, done_on=date(2026, 1, 29))
    scenario = Scenario.objects.create(cohort=world.cohort, name="SMIC", hypothesis={"months": "1"})
    return {
        **rows(
            "contracts",
            "contract_detail change_contract record_request sign_contract break_contract record_notified "
            "close_contract extend_contract suspend record_immersion record_exit record_follow_up",
            world.contract,
        ),
        **rows("contracts", "record_decision correct_decision record_refusal", world.contract.aid_requests.get()),
        **rows("contracts", "whatif keep_scenario cohort_money set_envelope", world.cohort),
        **rows("contracts", "forget_scenario", scenario),
        **rows("contracts", "immersion_detail agree_immersion conclude_immersion void_immersion", an_immersion(world)),
        **rows("contracts", "note_swap_agreement", world.cohort),
        **rows("contracts", "amend_contract change_employer request_renewal declare_break", world.contract),
        "contracts:mark_step": {"pk": world.contract.pk, "step": "REVIEW_3"},
        **rows("contracts", "void_amendment", amendment),
        **rows("contracts", "void_step", step),
        **rows("contracts", "end_suspension declare_suspension change_suspension", suspension),
        **rows("contracts", "order_detail order_change order_confirm order_replace", world.order),
        **{f"contracts:{name}": {"year": 2026, "month": 9} for name in ("month", "declare_month")},
        **rows("contracts", "void_statement", statement),
        **rows("contracts", "withdraw_absence", suspension),
        **rows("contracts", "rsa_change", RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=646)),
        **rows("contracts", "rules_change", AidRules.objects.create(valid_from=date(2018, 1, 1))),
        **rows("contracts", "smic_change", SmicRate.objects.order_by("pk").first()),
        **rows("contracts", "stop_change", stop),
    }


def of_training(world):
    return {
        "training:feed": {"token": "inconnu"},
        "training:open_link": {"token": "inconnu"},
        **rows("training", "establishment_calendar", world.closerie),
        **rows("training", "trainee_access", world.person),
        **rows("training", "convene_cohort", world.cohort),
        **rows("training", "convene_session", world.session),
        **rows("training", "convocation_sheet", world.enrolment),
        **rows("training", "tell_fact catch_up", world.enrolment),
        **rows(
            "training",
            "drop_fact",
            Unavailability.objects.create(enrolment=world.enrolment, kind=FixedFact.NEVER_ON, weekday=0),
        ),
        **rows("training", "session_detail change_session add_half_day", world.session),
        **rows(
            "training",
            "move_half_day cancel_half_day roll close_half_day countersign reopen_half_day",
            world.half_day,
        ),
        **rows("training", "add_to_roll roll_sendings roll_state signatures", world.half_day),
        **rows("training", "void_signature", a_signature(world)),
        **rows("training", "programme add_module plan_session cohort_hours create_series availability", world.cohort),
        **of_proofs(world),
        **of_papers(world),
    }


def a_signature(world):
    return Signature.objects.create(
        half_day=world.half_day, enrolment=world.enrolment, signer_name="BAUDRY Amina", way=SignatureWay.TYPED
    )


def of_proofs(world):
    """A half-day that its trainer has not signed, one of whose anomalies is explained."""
    answer = AnomalyAnswer.objects.create(
        half_day=world.half_day, rule=AnomalyRule.SIGNED_LATE, text="Expliqué au financeur."
    )
    sheet = PaperSheet(
        half_day=world.half_day, content_type="application/pdf", sha256=hashlib.sha256(BYTES).hexdigest()
    )
    sheet.file.save("feuille.pdf", ContentFile(BYTES))
    document = an_absence_document(world)
    return {
        "training:explain_anomaly": {"rule": "UNSIGNED_TRAINER", "pk": world.half_day.pk, "enrolment": 0},
        **rows("training", "take_back_explanation", answer),
        **rows("training", "sheet week_sheet paper", world.half_day),
        **rows("training", "sheet_file void_sheet", sheet),
        **rows("training", "absence join_absence_document", document.attendance),
        **rows("training", "absence_document answer_absence_document", document),
    }


def of_papers(world):
    """The convention of Denis's establishment, Amina's certificate of March and its invoice."""
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    certificate = a_certificate(convention, world.enrolment, world.users["trainer"])
    expense = an_expense(convention, world.enrolment)
    cap = ExpenseCap.objects.create(
        financer_kind="OPCO_SANTE", kind="MEALS", unit_amount=15, valid_from=date(2026, 1, 1)
    )
    in_convention = "convention_detail print_convention change_convention sign_convention note_file_number"
    return {
        **rows("training", f"{in_convention} record_invoice", convention),
        **rows("training", "expense_list add_expense propose_expenses", convention),
        **rows("training", "change_expense remove_expense grant_expense", expense),
        **rows("training", "cap_change", cap),
        **rows("training", "training_rules_change", TrainingRules.objects.create(valid_from=date(2018, 1, 1))),
        **rows("training", "void_invoice_line", convention.invoice_lines.get()),
        **rows("training", "prepare_conventions change_training_body cohort_certificates", world.cohort),
        **rows("training", "certificate_detail replace_certificate my_certificate", certificate),
    }


def of_imports(world):
    """A workbook that Claire brought, and that waits for her to confirm it."""
    claire = world.users["coordinator"]
    batch = ImportBatch.objects.create(
        organisation=world.cohort.agency,
        cohort=world.cohort,
        uploaded_by=claire,
        file_name="suivi.xlsx",
        sha256=hashlib.sha256(BYTES).hexdigest(),
        state=ImportBatch.State.READ,
    )
    names = ("batch_detail", "answer", "confirm", "drop", "undo", "give_back")
    found = {f"imports:{name}": {"public_id": batch.public_id} for name in names}
    found |= rows("imports", "roster", world.cohort)
    return found | {"imports:payment_columns": {"public_id": payments_of_denis(world).public_id}}


def payments_of_denis(world):
    """Lines of the payer that Denis brought, whose columns he has to name."""
    denis = world.users["employer"]
    return ImportBatch.objects.create(
        kind=ImportBatch.Kind.PAYMENTS,
        organisation=denis.memberships.get().organisation,
        uploaded_by=denis,
        file_name="Lignes collées",
        sha256=hashlib.sha256(BYTES).hexdigest(),
        state=ImportBatch.State.READ,
        sheets=[{"nom": "Lignes", "signature": "sans titre", "a_nommer": [], "manque": ["montant"]}],
    )


MODEL_PAGES = (
    "model_detail model_download model_renew model_mapping model_codes model_keep model_correct model_withdraw"
)


def a_workbook_model(claire):
    """Claire's, to come: nothing is filled with it yet."""
    return WorkbookModel.objects.create(
        agency=claire.memberships.get().organisation,
        code="D1",
        name="Modèle de la DDETS",
        file=ContentFile(BYTES, "modele.xlsx"),
        file_name="modele.xlsx",
        byte_count=len(BYTES),
        sha256=hashlib.sha256(BYTES).hexdigest(),
        survey={"sheets": [], "cells": [], "date_1904": False, "notes": []},
        valid_from=date(2030, 1, 1),
        created_by=claire,
    )


def of_exports(world):
    """A file of Denis's people, sent to Hugo's OPCO; and a list asked for by Claire."""
    claire = world.users["coordinator"]
    sent = {
        "file": ContentFile(BYTES, "o1.xlsx"),
        "file_name": "o1.xlsx",
        "sha256": hashlib.sha256(BYTES).hexdigest(),
    }
    delivery = Delivery.objects.create(
        cohort=world.cohort,
        number="2026-11-OPCO-99",
        code="O1",
        profile=ExportProfile.objects.create(
            code="O1", version=99, name="Liste", columns=[], valid_from=date(2026, 1, 1)
        ),
        recipient=world.users["funder"].memberships.get().organisation,
        establishment=world.closerie,
        as_of=clock.today(),
        author=claire,
        frozen_at=clock.now(),
        sent_at=clock.now(),
        **sent,
    )
    job = Job.objects.create(
        key="liste", kind="list", label="Liste", created_by=claire, membership=claire.memberships.get()
    )
    listing = ListExport.objects.create(name="contrats", author=claire, job=job, **sent)
    return {
        **rows("exports", "delivery_detail delivery_download delivery_send", delivery),
        **rows("exports", "delivery_changes delivery_sheet delivery_correct delivery_acknowledge", delivery),
        **rows("exports", "acknowledgement_void acknowledgement_file", received(delivery)),
        **of_answers(delivery),
        **rows("exports", "simulation ask_evidence", world.cohort),
        **rows("exports", "ask_contract_evidence", world.contract),
        **rows("exports", "evidence_detail evidence_download evidence_share", a_pack_of_proofs(world)),
        **rows("exports", "profile_detail profile_edit profile_restore", delivery.profile),
        "exports:export_list": {"name": "contrats"},
        "exports:list_download": {"public_id": listing.public_id},
        **rows("exports", MODEL_PAGES, a_workbook_model(claire)),
    }


def received(delivery):
    """Hugo's answer by mail, with its piece."""
    return Acknowledgement.objects.create(
        delivery=delivery,
        received_on=clock.today(),
        received_by="Hugo PETIT",
        way=Acknowledgement.Way.MAIL,
        file=ContentFile(BYTES, "accuse.pdf"),
        content_type="application/pdf",
        sha256=hashlib.sha256(BYTES).hexdigest(),
        recorded_by=delivery.author,
    )


def of_answers(delivery):
    """Hugo was sent the cover of his delivery."""
    link = DeliveryLink.objects.create(
        delivery=delivery, email="hugo@opco.example", token_hash="matrice", expires_at=clock.now() + timedelta(days=7)
    )
    return {
        "exports:open_cover": {"token": "inconnu"},
        **rows("exports", "delivery_links delivery_lines reply_to_refusals add_note", delivery),
        **rows("exports", "revoke_link", link),
    }


def of_deadlines(world):
    """Amina's certificate of experience, reminded to Denis on 2 December; her contract is said to be received."""
    certificate = {"rule": "CERTIFICATE", "key": str(world.contract.pk)}
    reminder = certificate | {"day": "2026-12-02", "recipient": world.users["employer"].pk}
    receipt = Receipt.objects.create(
        rule="REVIEW_9",
        object_key=str(world.contract.pk),
        subject_kind="contracts.Contract",
        subject_id=world.contract.pk,
        label="point d'étape à neuf mois",
        received_on=clock.today(),
        how="par courrier",
        scan=ContentFile(b"%PDF-1.7", "piece.pdf"),
        recorded_by=world.users["coordinator"],
    )
    return {
        "due:receive": certificate,
        "due:move": reminder,
        "due:cancel": reminder,
        **rows("due", "take_back scan", receipt),
        "due:change_setting": {"rule": "CERTIFICATE"},
    }
