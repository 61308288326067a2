"""Sections about the core training: each half-day with its signatures, certificates as they are printed, invoices."""

from collections.abc import Iterator
from operator import attrgetter

from django.conf import settings
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify

from accounts.templatetags.french import as_euros, as_hours
from exports.evidence.sections import Column, Drawing, Paper, Section, Seen
from regulations.training import SignatureWay
from training.models import Attendance, Certificate, InvoiceLine, Signature
from training.papers import certificate_paper

ATTENDANCE = "training.Attendance"
SIGNATURE = "training.Signature"


class Presence:
    """Une demi-journée d'une personne, et ce qu'elle a signé."""

    def __init__(self, attendance: Attendance, signature: Signature | None):
        self.attendance = attendance
        self.half_day = attendance.half_day
        self.signature = signature

    @property
    def signed(self) -> str:
        if self.signature:
            return SignatureWay(self.signature.way).label
        if self.attendance.signed_on_paper:
            return "sur papier"
        return "signé" if self.attendance.signed_at else ""

    @property
    def drawing(self) -> Drawing | None:
        one = self.signature
        return Drawing(bytes(one.image), f"tracé de {one.signer_name}") if one and one.image else None


def presences(seen: Seen) -> list[Presence]:
    enrolment = seen.contract.enrolment
    signatures = {one.half_day_id: one for one in enrolment.signatures.all()}
    rows = [one for one in enrolment.attendances.all() if seen.covers(one.half_day.day)]
    rows.sort(key=lambda one: (one.half_day.day, one.half_day.starts_at, one.pk))
    return [Presence(one, signatures.get(one.half_day_id)) for one in rows]


def signature(name: str, label: str) -> Column:
    return Column(label, lambda one: getattr(one.signature, name) if one.signature else None, f"{SIGNATURE}.{name}")


PRESENCES = Section(
    code="emargements",
    title="Émargements du socle commun",
    needs=f"{ATTENDANCE}.half_day {ATTENDANCE}.status",
    rows=presences,
    columns=(
        Column("Jour", lambda one: one.half_day.day, f"{ATTENDANCE}.half_day"),
        Column("Demi-journée", lambda one: one.half_day.get_part_display(), f"{ATTENDANCE}.half_day"),
        Column("Module", lambda one: one.half_day.session.module.title, f"{ATTENDANCE}.half_day"),
        Column("Heures prévues", lambda one: as_hours(one.half_day.planned_minutes), f"{ATTENDANCE}.half_day"),
        Column("Présence", lambda one: one.attendance.get_status_display(), f"{ATTENDANCE}.status"),
        Column(
            "Heures suivies", lambda one: as_hours(one.attendance.attended_minutes), f"{ATTENDANCE}.attended_minutes"
        ),
        Column("Signature", lambda one: one.signed, f"{ATTENDANCE}.signed_at {ATTENDANCE}.signed_on_paper"),
        Column("Signé le", lambda one: one.attendance.signed_at, f"{ATTENDANCE}.signed_at"),
        Column("Tracé", lambda one: one.drawing, f"{SIGNATURE}.image"),
        signature("image_sha256", "Empreinte du tracé"),
        Column("Intervenant : signé le", lambda one: one.half_day.countersigned_at, f"{ATTENDANCE}.half_day"),
    ),
    prefetch=(
        Prefetch(
            "enrolment__attendances",
            Attendance.objects.valid().select_related("half_day__session__module"),
        ),
        Prefetch("enrolment__signatures", Signature.objects.valid()),
    ),
)

CERTIFICATE = "training.Certificate"


def certificates(seen: Seen) -> list[Certificate]:
    """Those of its own conventions for an employer, as everywhere else."""
    rows = [one for one in seen.contract.enrolment.certificates.all() if seen.covers(one.starts_on)]
    if seen.establishment_id:
        rows = [one for one in rows if one.convention and one.convention.establishment_id == seen.establishment_id]
    return sorted(rows, key=attrgetter("starts_on", "number"))


def printed(seen: Seen) -> Iterator[Paper]:
    for one in certificates(seen):
        page = render_to_string(
            "exports/evidence/certificate.html",
            {"record": one, "root": "../../../", "above": "../", "title": f"Certificat {one.number}"}
            | certificate_paper(one, settings.SITE_ADDRESS.rstrip("/") + reverse("training:check_certificate")),
        )
        yield Paper(f"certificats/{slugify(one.number)}.html", f"Certificat {one.number}", [page.encode()])


CERTIFICATES = Section(
    code="certificats",
    title="Certificats de réalisation",
    needs=f"{CERTIFICATE}.number {CERTIFICATE}.minutes",
    rows=certificates,
    columns=(
        Column("Numéro", lambda one: one.number, f"{CERTIFICATE}.number"),
        Column("Du", lambda one: one.starts_on, f"{CERTIFICATE}.starts_on"),
        Column("au", lambda one: one.ends_on, f"{CERTIFICATE}.ends_on"),
        Column("Heures réalisées", lambda one: as_hours(one.minutes), f"{CERTIFICATE}.minutes"),
        Column("Émis le", lambda one: one.issued_at, f"{CERTIFICATE}.issued_at"),
        Column("État", lambda one: "remplacé" if one.is_replaced else "valable", f"{CERTIFICATE}.is_replaced"),
    ),
    prefetch=(Prefetch("enrolment__certificates", Certificate.objects.with_names()),),
    papers=printed,
)

INVOICE = "training.InvoiceLine"


def invoices(seen: Seen) -> list[InvoiceLine]:
    rows = [one for one in seen.contract.enrolment.invoice_lines.all() if seen.covers(one.starts_on)]
    if seen.establishment_id:
        rows = [one for one in rows if one.convention.establishment_id == seen.establishment_id]
    return sorted(rows, key=attrgetter("starts_on", "invoice_number", "pk"))


INVOICES = Section(
    code="factures",
    title="Factures de la formation",
    needs=f"{INVOICE}.minutes {INVOICE}.amount",
    rows=invoices,
    columns=(
        Column("Facture", lambda one: one.invoice_number, f"{INVOICE}.invoice_number"),
        Column("Facturée le", lambda one: one.invoiced_on, f"{INVOICE}.invoiced_on"),
        Column("Du", lambda one: one.starts_on, f"{INVOICE}.minutes"),
        Column("au", lambda one: one.ends_on, f"{INVOICE}.minutes"),
        Column("Heures facturées", lambda one: as_hours(one.minutes), f"{INVOICE}.minutes"),
        Column("Montant HT", lambda one: as_euros(one.amount), f"{INVOICE}.amount"),
    ),
    prefetch=(Prefetch("enrolment__invoice_lines", InvoiceLine.objects.valid().select_related("convention")),),
)

SECTIONS = (PRESENCES, CERTIFICATES, INVOICES)
