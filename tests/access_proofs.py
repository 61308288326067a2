"""Proofs for the access matrix: an absence of Amina's with a document, a pack shared with Hugo, a decision;
a member with a second factor."""

from datetime import date

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile

from accounts import clock
from accounts.roles import Role
from cohorts.models import CommitteeDecision
from exports.models import EvidencePack
from regulations.training import AttendanceStatus
from tests import builders as b
from training.models import AbsenceDocument


def a_member_with_factor(world):
    """At Denis's; nobody of the cast, whose own pages would change."""
    user = b.a_user("lea@closerie.example")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return b.a_membership(user, world.closerie.employer.organisation, Role.TUTOR)


def an_absence_document(world, content=b"justificatif"):
    half_day = b.a_half_day(world.session, day=date(2026, 2, 11))
    trainer = world.users["trainer"]
    absence = b.an_attendance(half_day, world.enrolment, AttendanceStatus.ABSENT, recorded_by=trainer)
    document = AbsenceDocument(attendance=absence, content_type="application/pdf", sha256="0" * 64)
    document.file.save("justificatif.pdf", ContentFile(content))
    return document


def a_pack_of_proofs(world):
    """Of the whole cohort, made by Claire for Hugo's OPCO and shared with it."""
    return EvidencePack.objects.create(
        cohort=world.cohort,
        number="2026-11-PREUVES-99",
        audience=EvidencePack.Audience.OPCO,
        recipient=world.users["funder"].memberships.get().organisation,
        as_of=clock.today(),
        author=world.users["coordinator"],
        frozen_at=clock.now(),
        shared_at=clock.now(),
        shared_by=world.users["coordinator"],
        file=ContentFile(b"zip", "preuves.zip"),
        file_name="preuves.zip",
        sha256="a" * 64,
        sums_sha256="b" * 64,
    )


def a_decision(world):
    return CommitteeDecision.objects.create(
        cohort=world.cohort,
        decided_on=date(2026, 10, 15),
        what="Ouvrir une troisième séance de rattrapage",
        who="Organisme de formation",
        due_on=date(2026, 11, 30),
        recorded_by=world.users["coordinator"],
    )
