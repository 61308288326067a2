"""What becomes of each table that speaks of a person, when she is erased and when the last ground has ended.

A test walks every model: one that reaches a person must be in `FATES`, with each of its texts and each of its private
fields in one place; a text of any other model is in `SEARCHED` (mentions of her are blanked) or in `NOT_HERS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from cohorts.models.person import ERASED_NAME
from regulations.contracts import BreakReason

# In place of a text: the rows that must say why still say something.
GONE = "effacé"
# A row that is to be deleted has no field to tell of.
EVERY_ROW = Q()


@dataclass(frozen=True)
class Fate:
    """Sort d'une table. `now`: blanked at once; `end`: with the last ground; `stays`: says nothing of her alone.

    The rows that are `deleted` go at once, before any other is blanked; `leaves`: all go with the last ground.
    """

    model: str
    path: str
    deleted: Q | None = None
    leaves: bool = False
    now: str = ""
    end: str = ""
    stays: str = ""
    # Where a column cannot simply be emptied.
    values: Mapping[str, Any] = field(default_factory=dict)
    # Keys of a document emptied at the end, where the rest of it are figures and dates.
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_deleted(self) -> bool:
        return self.deleted is not None and not self.deleted


PERSON = "person"
ENROLMENT = "enrolment__person"
CONTRACT = "contract__enrolment__person"
REQUEST = "aid_request__contract__enrolment__person"
TUTORSHIP = "tutorship__contract__enrolment__person"
MEETING = "meeting__contract__enrolment__person"

# From the leaves to the root: a row goes before what it hangs on.
FATES = (
    # What is said and observed between people.
    Fate("tutoring.ConfidentialNote", MEETING, deleted=EVERY_ROW),
    Fate("tutoring.MeetingAddition", MEETING, deleted=EVERY_ROW),
    Fate("tutoring.MeetingDecision", MEETING, deleted=EVERY_ROW),
    Fate("tutoring.MeetingInvitation", MEETING, deleted=EVERY_ROW),
    Fate(
        "tutoring.MeetingSignature",
        MEETING,
        now="comment",
        end="signer_name image",
        stays="image_sha256 text_sha256",
    ),
    # One that was not held proves nothing.
    Fate(
        "tutoring.Meeting",
        CONTRACT,
        deleted=Q(held_on=None, signatures=None),
        now="place remote_link exception_reason cancel_reason going_well to_work_on agreed",
        stays="present",
    ),
    Fate("tutoring.DiscussedPoint", CONTRACT, deleted=EVERY_ROW),
    Fate("tutoring.OwnView", CONTRACT, deleted=EVERY_ROW),
    Fate("tutoring.WarningAnswer", CONTRACT, deleted=EVERY_ROW),
    Fate(
        "tutoring.Observation",
        TUTORSHIP,
        leaves=True,
        now="note device_id",
        end="skill grid_skill level",
    ),
    Fate(
        "tutoring.TutorSheet",
        TUTORSHIP,
        leaves=True,
        now="note scan device_id void_reason",
        end="mood nothing_new absent_all_month",
    ),
    Fate(
        "tutoring.ExperienceCertificate",
        CONTRACT,
        now="void_reason",
        end="facts",
        stays="number",
        keys={"facts": ("person", "person_title", "birth_date", "blocks")},
    ),
    Fate("tutoring.ChosenTrade", CONTRACT),
    Fate("tutoring.Tutorship", CONTRACT, now="exception_reason"),
    # Training: the evidence stays with its names until its ground ends.
    Fate("training.AbsenceDocument", "attendance__enrolment__person", deleted=EVERY_ROW),
    Fate("training.AbsenceNotice", ENROLMENT, stays="message_key"),
    Fate("training.AnomalyAnswer", ENROLMENT, now="text void_reason", stays="rule"),
    Fate("training.Attendance", ENROLMENT, now="absence_reason added_reason void_reason"),
    Fate(
        "training.Signature",
        ENROLMENT,
        now="device_id void_reason",
        end="signer_name image",
        stays="image_sha256",
    ),
    Fate(
        "training.Certificate",
        ENROLMENT,
        end="facts",
        stays="number verification_code",
        keys={"facts": ("person", "person_title", "initials")},
    ),
    Fate("training.ConventionTrainee", ENROLMENT),
    Fate("training.InvoiceLine", ENROLMENT, now="void_reason", stays="invoice_number"),
    Fate("training.Expense", ENROLMENT, now="document_name", stays="unit_amount"),
    Fate("training.Convocation", ENROLMENT, stays="message_key"),
    Fate("training.RosterShift", ENROLMENT, deleted=EVERY_ROW),
    Fate("training.Unavailability", ENROLMENT, deleted=EVERY_ROW),
    Fate("training.CalendarFeed", PERSON, deleted=EVERY_ROW),
    Fate("training.TraineeLink", PERSON, deleted=EVERY_ROW),
    # The contract and its aid: figures are never touched.
    Fate("contracts.AidPayment", REQUEST, now="void_reason", stays="amount paid_on transfer_number line_key"),
    Fate(
        "contracts.PresenceStatement",
        REQUEST,
        now="void_reason",
        stays="absent_days parts whole expected_amount inputs",
    ),
    Fate(
        "contracts.AidRequest",
        CONTRACT,
        now="review ceiling_exception ceiling_reason",
        # The share of the département is counted in the amounts: what tells of the RSA goes with the last ground.
        end="is_cofinanced",
        stays="decision_number referent_name refused order rate",
    ),
    Fate("contracts.Suspension", CONTRACT, now="reason", stays="pay_kept kept_percent", values={"reason": "OTHER"}),
    Fate("contracts.Exit", CONTRACT, now="next_training", end="situation situation_3_months situation_6_months"),
    Fate("contracts.Amendment", CONTRACT, now="reason void_reason"),
    Fate("contracts.DoneStep", CONTRACT, now="note void_reason"),
    Fate(
        "contracts.Immersion",
        CONTRACT,
        now="host host_tutor objective outcome learned exception_reason void_reason",
        stays="ending",
    ),
    Fate("exports.EvidencePack", CONTRACT, end="file", stays="number file_name sha256 sums_sha256"),
    Fate(
        "contracts.Contract",
        ENROLMENT,
        now="unaided_reason exception_reason notified_reason",
        end="hourly_pay break_reason",
        stays="job_title rome_code notified_repayment",
        # A break says its reason: the least telling one.
        values={"break_reason": BreakReason.OTHER.value},
    ),
    Fate("contracts.ContractDraft", ENROLMENT, deleted=EVERY_ROW),
    # The person.
    Fate("cohorts.Referral", PERSON, deleted=Q(answered_on=None)),
    Fate("cohorts.Enrolment", PERSON, now="wanted_job opinion withdrawal_reason"),
    Fate("cohorts.PersonNote", PERSON, deleted=EVERY_ROW),
    Fate("cohorts.Barrier", PERSON, deleted=EVERY_ROW),
    Fate("cohorts.ProtectedFacts", PERSON, deleted=EVERY_ROW),
    Fate(
        "cohorts.Person",
        "pk",
        now="user title birth_name usual_name first_name birth_date address postcode insee_code town phone email "
        "mobility jobseeker_number registration_length identity_key search_text notice_channel",
        # Counted in the figures of the cohort while its evidence lives.
        end="sex education_level",
        stays="public_code",
        values={"birth_name": ERASED_NAME, "usual_name": "", "first_name": "", "identity_key": "", "search_text": ""}
        | dict.fromkeys(("address", "postcode", "insee_code", "town", "phone", "jobseeker_number"), "")
        | {"notice_channel": ""},
    ),
    # What the erasure itself keeps: the restricted archive, emptied with the last ground.
    Fate(
        "cohorts.Erasure",
        PERSON,
        end="birth_name usual_name first_name birth_date",
        stays="reason waiting_files counts",
        values=dict.fromkeys(("birth_name", "usual_name", "first_name"), ""),
    ),
)

# Texts that people write about something else, and that may name her: each mention is blanked, the rest stays.
SEARCHED = {
    "accounts.Job": "label arguments step result error",
    "accounts.Receipt": "label how",
    "accounts.Reminder": "cancel_reason",
    "cohorts.CommitteeDecision": "what who",
    "cohorts.EmployerInvitation": "refusal_reason",
    "contracts.Scenario": "name hypothesis",
    "employers.Employer": "declarations_reason",
    "exports.Acknowledgement": "received_by reference void_reason",
    "exports.Delivery": "replace_reason",
    "exports.DeliveryAnswer": "comment",
    "exports.DeliveryNote": "text",
    "exports.LineAnswer": "comment",
    "exports.LineReply": "text",
    "training.Convention": "payment_terms",
    "training.HalfDay": "cancel_reason reopen_reason",
    "training.PaperSheet": "void_reason",
    "training.RollSubmission": "outcome",
    "tutoring.Tutor": "exception_reason",
}

# Handled apart, in `traces`: messages, previews of imports and list exports.
APART = {
    "accounts.Message": "recipient subject body attachments key error",
    "imports.ImportBatch": "file file_name sheets notes answers refusal totals written sha256",
    "imports.ImportRow": "sheet nature verdict name content fingerprint",
    "exports.ListExport": "name query file file_name sha256",
}

# Of other people, of organisations, or made of numbers and codes.
NOT_HERS = {
    "accounts.AccessLog": "role action object_type object_id filters file_sha256 purpose request_id address "
    "previous_hash row_hash",
    "accounts.ChainHead": "name row_hash",
    "accounts.Invitation": "email token_hash",
    "accounts.Job": "key kind lease_token",
    "accounts.Receipt": "object_key subject_kind scan",
    "accounts.Reminder": "object_key subject_kind",
    "accounts.Seal": "previous_hash row_hash",
    "accounts.SealedEntry": "digest salt",
    "accounts.SealedGap": "hash_before hash_after",
    "accounts.SentForm": "token result_url",
    # Hers is made anonymous by `traces`; the others are the people who work with the tool.
    "accounts.User": "password email first_name last_name",
    "cohorts.Adviser": "name email phone",
    "cohorts.EmployerInvitation": "email token_hash",
    "cohorts.Milestone": "label",
    "cohorts.Seat": "job_title rome_code",
    "contracts.SwapAgreement": "authority reference",
    "employers.Contact": "name email phone",
    "employers.Establishment": "search_text",
    "employers.Financing": "member_number",
    # Numbered, frozen and hashed: a delivery lives as long as its evidence, and is never edited.
    "exports.Delivery": "number code filters file file_name sha256 verification sent_through rows_file rows_sha256",
    "exports.Acknowledgement": "file content_type sha256",
    "exports.DeliveryLink": "email token_hash",
    "exports.LineAnswer": "key",
    "exports.WorkbookModel": "file",
    "imports.ImportedRecord": "model",
    "imports.PaymentMapping": "signature columns",
    "training.ClosedPeriod": "label",
    "training.Convention": "number title file_number programme",
    "training.RollSubmission": "device_id",
    # A sheet of paper is signed by the whole group: it goes with the evidence of its half-day.
    "training.PaperSheet": "file content_type sha256",
    "training.Session": "trainer_name place remote_link",
    "tutoring.SheetLink": "channel sent_to token_hash phone_hash",
    "tutoring.Tutor": "last_name first_name job_title phone email search_text",
}
