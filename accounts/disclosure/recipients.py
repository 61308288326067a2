"""The fields that each recipient may see."""

_WHO = ("title", "birth_name", "usual_name", "first_name")
_JOB = ("kind", "establishment", "job_title", "rome_code", "weekly_hours", "signed_on", "starts_on", "ends_on")
_SITE = ("employer", "name", "siret", "postcode", "town")
_HOURS = ("half_day", "enrolment", "status", "attended_minutes", "signed_at", "signed_on_paper")
_TERMS = ("starts_on", "ends_on", "planned_minutes", "hourly_rate", "group_price", "payment_terms")
_CONVENTION = ("number", "title", "file_number", "signed_on", *_TERMS)
_CERTIFICATE = ("number", "starts_on", "ends_on", "minutes", "issued_at", "replaces", "is_replaced")
_INVOICE = ("invoice_number", "invoiced_on", "starts_on", "ends_on", "minutes", "amount")
_EXPENSE = ("kind", "starts_on", "ends_on", "quantity", "unit_amount", "granted_amount", "document_name")

# What was exchanged: in packs of proofs.
_DELIVERY = ("number", "code", "recipient", "as_of", "row_count", "sha256", "sent_at")
_ANSWER = ("answer", "position", "verdict", "reason", "comment")
_AID = ("decision_number", "decided_on", "rate", "weekly_hours", "aid_starts_on", "aid_ends_on")
_OBSERVED = {
    "tutoring.Tutorship": ("starts_on", "ends_on"),
    "tutoring.TutorSheet": ("month", "observed_on", "received_at", "absent_all_month", "mood", "note"),
    "tutoring.Observation": ("observed_on", "skill", "level", "note"),
    # What she says of herself is said to those who teach her.
    "tutoring.OwnView": ("said_on", "skill", "face", "sentence"),
    "tutoring.DiscussedPoint": ("discussed_on", "text"),
    # The shared part of the minutes.
    "tutoring.Meeting": ("kind", "held_on", "present", "going_well", "to_work_on", "agreed"),
}
_STATEMENT = ("month", "declared_on", "parts", "whole", "expected_amount")
_EXIT = (
    "recorded_on",
    "situation",
    "same_employer",
    "same_job",
    "next_training",
    "situation_3_months",
    "checked_3_months_on",
    "situation_6_months",
    "checked_6_months_on",
)

# Recipient → model → fields. Rows are another question: `visible_to` answers it.
RECIPIENTS: dict[str, dict[str, tuple[str, ...]]] = {
    # What the referent of a cohort keeps of it: no criterion, no barrier, no reason of absence.
    "AGENCY": {
        "cohorts.Person": (*_WHO, "public_code", "birth_date"),
        "contracts.Contract": (*_JOB, "broken_on", "break_reason"),
        "contracts.AidRequest": _AID,
        "contracts.PresenceStatement": _STATEMENT,
        "contracts.AidPayment": ("month", "amount", "paid_on"),
        "contracts.Suspension": ("starts_on", "ends_on"),
        "contracts.Immersion": ("starts_on", "ends_on"),
        "contracts.Amendment": ("effective_on", "hours_after", "establishment_after"),
        "contracts.DoneStep": ("step", "done_on"),
        "contracts.Exit": _EXIT,
        "employers.Establishment": _SITE,
        "training.Attendance": _HOURS,
        "training.Signature": ("signer_name", "way", "image", "image_sha256"),
        "training.Certificate": _CERTIFICATE,
        "training.InvoiceLine": _INVOICE,
        "tutoring.Tutor": ("last_name", "first_name", "job_title"),
        **_OBSERVED,
        "exports.Delivery": _DELIVERY,
        "exports.LineAnswer": _ANSWER,
    },
    # Trainees of the actions it pays for.
    "OPCO": {
        "cohorts.Person": (*_WHO, "birth_date", "education_level"),
        "contracts.Contract": (*_JOB, "professional_category", "hourly_pay"),
        "employers.Establishment": _SITE,
        "employers.Employer": ("name", "siren", "idcc"),
        "employers.Financing": ("member_number",),
        "training.Attendance": _HOURS,
        # What proves an attendance that it pays for.
        "training.Signature": ("signer_name", "way", "image", "image_sha256"),
        "training.Session": ("module", "trainer_name", "place", "mode"),
        "training.Convention": ("number", "title", "file_number"),
        "training.Certificate": _CERTIFICATE,
        "training.InvoiceLine": ("minutes", "amount"),
        "training.Expense": _EXPENSE,
        "exports.Delivery": _DELIVERY,
        "exports.LineAnswer": _ANSWER,
    },
    # Aided contracts, and what R. 5134-21 of the Code du travail gives it.
    "DDETS": {
        "cohorts.Person": (
            *_WHO,
            "public_code",
            "sex",
            "birth_date",
            "postcode",
            "insee_code",
            "town",
            "registration_length",
            "education_level",
        ),
        "cohorts.ProtectedFacts": (
            "boeth",
            "priority_district",
            "rural_zone",
            "zones_checked_on",
            "benefit_kind",
            "benefit_since",
        ),
        "cohorts.Referral": ("prescriber", "adviser"),
        "cohorts.Adviser": ("name",),
        "contracts.Contract": (*_JOB, "broken_on", "break_reason"),
        "contracts.AidRequest": _AID,
        "contracts.PresenceStatement": _STATEMENT,
        "contracts.AidPayment": ("month", "amount", "paid_on"),
        "contracts.Suspension": ("starts_on", "ends_on"),
        "contracts.Immersion": ("starts_on", "ends_on"),
        "contracts.Exit": _EXIT,
        # The exit interview and the certificate of experience.
        "contracts.DoneStep": ("step", "done_on"),
        # The terms of the day: hours and place of work.
        "contracts.Amendment": ("effective_on", "hours_after", "establishment_after"),
        "employers.Establishment": _SITE,
        "employers.Employer": ("name", "siren", "legal_category"),
        "training.Attendance": ("enrolment", "attended_minutes"),
        "tutoring.Tutor": ("last_name", "first_name", "job_title"),
        "tutoring.Tutorship": ("starts_on", "ends_on"),
        "exports.Delivery": _DELIVERY,
        "exports.LineAnswer": _ANSWER,
    },
    # Committee, Région and other funders: masked counts only, no row of a person.
    "COMMITTEE": {"cohorts.Cohort": ("code", "name", "territory", "starts_on", "ends_on")},
    # Its own people, once proposed or hired.
    "EMPLOYER": {
        "cohorts.Person": (*_WHO, "birth_date", "address", "postcode", "town", "phone", "email", "education_level"),
        "contracts.Contract": (*_JOB, "professional_category", "hourly_pay", "broken_on", "break_reason"),
        "contracts.AidRequest": _AID,
        "contracts.PresenceStatement": _STATEMENT,
        "contracts.AidPayment": ("month", "amount", "paid_on"),
        "employers.Establishment": (*_SITE, "address", "headcount"),
        "training.Attendance": _HOURS,
        "training.Convention": _CONVENTION,
        "training.Certificate": _CERTIFICATE,
        "training.InvoiceLine": _INVOICE,
        "training.Expense": _EXPENSE,
        "tutoring.Tutor": ("last_name", "first_name", "job_title", "phone", "email", "experience_since"),
        **_OBSERVED,
        "exports.Delivery": _DELIVERY,
    },
    # Its trainees.
    "TRAINING_BODY": {
        "cohorts.Person": (*_WHO, "email"),
        "contracts.Contract": ("establishment", "job_title", "starts_on", "ends_on"),
        "employers.Establishment": ("employer", "name", "siret"),
        "training.Attendance": (*_HOURS, "minutes_late", "minutes_early", "minutes_unknown", "absence_reason"),
        "training.Convention": _CONVENTION,
        "training.Certificate": _CERTIFICATE,
        "training.InvoiceLine": _INVOICE,
        "training.Session": ("module", "trainer_name", "place", "remote_link", "mode", "capacity"),
    },
    # Those she follows.
    "TUTOR": {
        "cohorts.Person": ("usual_name", "birth_name", "first_name"),
        "contracts.Contract": ("job_title", "starts_on", "ends_on"),
        "training.Attendance": ("half_day", "status", "attended_minutes"),
        "tutoring.Tutor": ("last_name", "first_name", "job_title"),
        **_OBSERVED,
    },
    # The status of the people sent, nothing more.
    "PRESCRIBER": {
        "cohorts.Person": ("usual_name", "birth_name", "first_name"),
        "cohorts.Referral": ("referred_on", "met_on", "answered_on", "outcome", "refusal_reason"),
    },
}
