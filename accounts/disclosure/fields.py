"""Every model, every field, its class: P0 public, P1 ordinary, P2 protected, P3 highly protected."""

# Model → class → its fields.
FIELDS = {
    "accounts.User": {
        "P1": "email first_name last_name is_active date_joined",
        "P2": "password last_login",
    },
    "accounts.Organisation": {"P0": "kind name funder_kind department", "P1": "deactivated_at"},
    "accounts.Membership": {"P1": "user organisation role is_admin created_at deactivated_at members_confirmed_on"},
    "accounts.Invitation": {
        "P1": "email organisation role is_admin invited_by created_at link_expires_at accepted_at revoked_at",
        "P2": "token_hash",
    },
    "accounts.AccessLog": {
        "P1": "at user organisation role action object_type object_id count file_sha256 purpose request_id",
        "P2": "filters address previous_hash row_hash",
    },
    "accounts.ChainHead": {"P1": "name row_hash"},
    "accounts.Seal": {"P1": "at kind by count first_entry last_entry sealed_until previous_hash row_hash"},
    "accounts.SealedEntry": {"P1": "seal entry digest", "P2": "salt"},
    "accounts.SealedGap": {"P1": "seal first_row last_row count hash_before hash_after"},
    "accounts.Message": {
        "P1": "key channel created_at attempts lease_until sent_at held_at error",
        "P2": "recipient subject body attachments",
    },
    "accounts.Job": {
        "P1": "public_id key kind label created_by membership created_at state attempts lease_until done total step "
        "error finished_at",
        "P2": "arguments lease_token result",
    },
    "accounts.SentForm": {"P1": "user created_at", "P2": "token result_url"},
    "accounts.ReminderSetting": {"P0": "rule days_before is_active note version"},
    "accounts.Reminder": {
        "P1": "rule object_key subject_kind subject_id due_on planned_on recipient moved_to moved_by cancelled_at "
        "cancelled_by cancel_reason sent_at message",
    },
    "accounts.Receipt": {
        "P1": "rule object_key subject_kind subject_id nature label received_on how recorded_at recorded_by "
        "taken_back_at taken_back_by",
        "P2": "scan",
    },
    "employers.Financer": {"P0": "kind name organisation days_before_start days_after_end"},
    "employers.Employer": {
        "P0": "name siren legal_category idcc",
        "P1": "organisation contributions_up_to_date recent_economic_dismissal declared_on declarations_reason version",
    },
    "employers.Establishment": {
        "P0": "employer name siret address postcode insee_code town",
        "P1": "headcount organisation closed_on search_text version",
    },
    "employers.Financing": {"P1": "employer financer member_number valid_from valid_to"},
    "employers.Contact": {"P1": "establishment name role email phone removed_on"},
    "cohorts.CohortTemplate": {"P0": "name description months retired_on"},
    "cohorts.MilestoneTemplate": {"P0": "template label months_after days_after owner_role"},
    "cohorts.Cohort": {
        "P0": "code name template agency training_organisation territory region starts_on ends_on",
        "P1": "seats_planned cofinancing created_at version",
        "P2": "aid_envelope",
    },
    "cohorts.Referent": {"P1": "cohort user valid_from valid_to"},
    "cohorts.Milestone": {
        "P1": "cohort label months_after days_after owner_role due_on is_moved done_on done_by",
    },
    "cohorts.Seat": {"P1": "cohort establishment job_title rome_code weekly_hours quantity version"},
    "cohorts.EmployerInvitation": {
        "P1": "cohort establishment email seats_offered sent_at link_expires_at opened_at answered_at answer "
        "refusal_reason reminders_sent revoked_at",
        "P2": "token_hash",
    },
    "cohorts.Person": {
        "P1": "public_code agency user title sex birth_name usual_name first_name education_level "
        "notice_given_on notice_channel created_at objected_on erased_on version",
        "P2": "birth_date address postcode insee_code town phone email mobility jobseeker_number registration_length "
        "identity_key search_text",
    },
    "cohorts.ProtectedFacts": {
        "P1": "person",
        "P3": "boeth priority_district rural_zone zones_checked_on benefit_kind benefit_since",
    },
    "cohorts.Barrier": {"P1": "person", "P3": "category action_needed raised_on lifted_on raised_by"},
    "cohorts.PersonNote": {"P1": "person author written_at", "P3": "text"},
    "cohorts.Prescriber": {"P0": "kind name organisation"},
    "cohorts.Adviser": {"P1": "prescriber name email phone user"},
    "cohorts.Enrolment": {
        "P1": "person cohort seat enrolled_on wanted_job diagnosis_on immersion_starts_on immersion_ends_on "
        "seat_accepted_on freed_on withdrawn_on version",
        "P2": "opinion withdrawal_reason",
    },
    "cohorts.Erasure": {
        "P1": "person erased_at erased_by depth ground kept_until completed_at counts",
        "P2": "reason birth_name usual_name first_name birth_date waiting_files",
    },
    "cohorts.CommitteeDecision": {
        "P1": "cohort decided_on what who due_on done_on recorded_by recorded_at version",
    },
    "cohorts.Referral": {
        "P1": "person cohort prescriber adviser seat referred_on met_on answered_on outcome refusal_reason answered_by",
    },
    "contracts.Contract": {
        "P1": "enrolment cohort establishment kind job_title rome_code professional_category weekly_hours signed_on "
        "starts_on ends_on broken_on break_declared_on closed_on unaided_reason exception_reason created_at "
        "changed_at changed_by version",
        "P2": "hourly_pay break_reason notified_repayment notified_reason",
    },
    "contracts.ContractDraft": {"P1": "enrolment author saved_at", "P2": "values"},
    "contracts.Suspension": {"P1": "contract starts_on ends_on declared_on", "P2": "reason pay_kept kept_percent"},
    "contracts.Immersion": {
        "P1": "contract nature host host_establishment host_tutor starts_on ends_on purpose objective "
        "trainee_agreed_on employer_agreed_on host_agreed_on prescriber_agreed_on exception_reason recorded_by "
        "voided_at voided_by void_reason version",
        "P2": "ending outcome learned",
    },
    "contracts.SwapAgreement": {"P1": "cohort valid_from valid_to authority reference recorded_at recorded_by"},
    "contracts.Exit": {
        "P1": "contract recorded_on same_employer same_job next_training checked_3_months_on checked_6_months_on",
        "P2": "situation situation_3_months situation_6_months",
    },
    "contracts.Amendment": {
        "P1": "contract kind effective_on signed_on hours_before hours_after establishment_before establishment_after "
        "reason recorded_at recorded_by voided_at voided_by void_reason",
    },
    "contracts.DoneStep": {
        "P1": "contract step done_on note recorded_at recorded_by voided_at voided_by void_reason",
    },
    "contracts.Scenario": {"P1": "cohort name created_at created_by", "P2": "hypothesis"},
    "contracts.RsaRate": {
        "P0": "valid_from single_amount legal_basis source_url confidence note is_corrected version",
    },
    "contracts.AidRules": {
        "P0": "valid_from proration tolerance payment_months statement_opens_day statement_reminder_day "
        "statement_alert_day note is_corrected version",
    },
    "contracts.SmicRate": {
        "P0": "territory valid_from hourly_gross legal_basis source_url confidence note is_corrected version",
    },
    "contracts.AidOrder": {
        "P0": "reference_id region public public_kind rate weekly_hours_min weekly_hours_max initial_months_min "
        "initial_months_max renewal_months_min renewal_months_max renewal valid_from valid_to dates_approximate "
        "legal_reference source_url confidence note is_corrected version confirmed_on",
        "P1": "confirmed_by",
    },
    "contracts.EntryStop": {"P0": "territory starts_on ends_on covers_entries covers_renewals source_url note version"},
    "contracts.AidRequest": {
        "P1": "contract kind signed_on decided_on decision_number weekly_hours aid_starts_on aid_ends_on referent_name "
        "version",
        "P2": "refused order rate review ceiling_exception ceiling_reason",
        # A share of the département tells of the RSA.
        "P3": "is_cofinanced",
    },
    "contracts.PresenceStatement": {
        "P1": "aid_request month establishment confirmed_at confirmed_by declared_on declared_by voided_at voided_by "
        "void_reason",
        "P2": "absent_days parts whole expected_amount inputs",
    },
    "contracts.AidPayment": {
        "P1": "aid_request month recorded_at recorded_by voided_at voided_by void_reason",
        "P2": "amount paid_on transfer_number line_key",
    },
    "training.TrainingBody": {
        "P0": "organisation name siret declaration_number address representative representative_role town version",
    },
    "training.Programme": {"P0": "template cohort title objective"},
    "training.Module": {"P0": "programme position title planned_minutes"},
    "training.TrainingRules": {
        "P0": "valid_from lock_hours rest_after_night most_minutes_a_day together_seconds countersign_days "
        "code_seconds note version",
    },
    "training.Session": {"P1": "cohort module trainer_name place remote_link mode capacity published_at version"},
    "training.ClosedPeriod": {"P1": "cohort label starts_on ends_on"},
    "training.Convocation": {"P1": "half_day enrolment sequence is_cancellation message_key recorded_at"},
    "training.TraineeLink": {
        "P1": "person created_at expires_at used_at revoked_at",
        "P2": "email token_hash phone_hash",
    },
    "training.CalendarFeed": {
        "P1": "person establishment created_at created_by revoked_at revoked_by",
        "P2": "token_hash",
    },
    "training.RosterShift": {"P1": "enrolment recorded_at recorded_by", "P2": "starts_at ends_at kind code"},
    "training.Unavailability": {
        "P1": "enrolment recorded_at recorded_by",
        "P2": "kind weekday starts_on ends_on starts_at ends_at",
    },
    "training.HalfDay": {
        "P1": "session day part starts_at ends_at planned_minutes cancelled_on cancel_reason closed_at closed_by "
        "countersigned_at countersigned_on_paper reopened_at reopened_by reopen_reason calendar_id sequence version",
    },
    "training.Attendance": {
        "P1": "half_day enrolment status minutes_late minutes_early minutes_unknown attended_minutes source "
        "added_reason signed_at signed_on_paper recorded_at recorded_by voided_at voided_by void_reason",
        # A reason of absence may hint at health.
        "P3": "absence_reason",
    },
    "training.Signature": {
        "P1": "half_day enrolment signer_name way server_at device_at request_id recorded_by voided_at voided_by "
        "void_reason",
        "P2": "image image_sha256 device_id",
    },
    "training.PaperSheet": {
        "P1": "half_day content_type sha256 uploaded_at uploaded_by voided_at voided_by void_reason",
        "P2": "file",
    },
    "training.AbsenceDocument": {
        "P1": "attendance content_type sha256 uploaded_at uploaded_by decision decided_at decided_by",
        # A document about an absence may tell of health.
        "P3": "file decision_reason",
    },
    "training.AbsenceNotice": {"P1": "half_day enrolment kind message_key recorded_at"},
    "training.RollSubmission": {
        "P1": "request_id half_day device_at received_at received_by",
        "P2": "device_id outcome",
    },
    "training.AnomalyAnswer": {
        "P1": "half_day enrolment rule text answered_at answered_by voided_at voided_by void_reason",
    },
    "training.Convention": {
        "P1": "cohort establishment training_body subcontractor number title nature starts_on ends_on planned_minutes "
        "hourly_rate group_price file_number signed_on programme payment_terms version",
    },
    "training.ConventionTrainee": {"P1": "convention enrolment"},
    "training.Certificate": {
        "P1": "number enrolment convention starts_on ends_on minutes facts verification_code issued_at issued_by "
        "replaces is_replaced",
    },
    "training.InvoiceLine": {
        "P1": "convention enrolment invoice_number invoiced_on starts_on ends_on minutes amount voided_at voided_by "
        "void_reason",
    },
    "training.ExpenseCap": {
        "P0": "financer_kind kind unit_amount deducts_state_aid valid_from source_url note version",
    },
    "training.Expense": {
        "P1": "convention enrolment kind starts_on ends_on quantity granted_amount document_name version",
        # Pay is told by what an hour costs.
        "P2": "unit_amount",
    },
    "tutoring.Tutor": {
        "P1": "establishment last_name first_name job_title status phone email experience_since volunteer trained_on "
        "exception_reason user search_text version",
    },
    "tutoring.Tutorship": {"P1": "contract tutor starts_on ends_on exception_reason created_at"},
    "tutoring.Observation": {
        "P1": "tutorship observed_on sheet recorded_by recorded_at client_uuid",
        "P2": "skill grid_skill level note device_id",
    },
    "tutoring.TutorSheet": {
        "P1": "request_id tutorship month way observed_on device_id device_at received_at recorded_by voided_at "
        "voided_by",
        "P2": "nothing_new absent_all_month mood note scan void_reason",
    },
    "tutoring.SheetLink": {
        "P1": "tutor kind planned_on channel created_at expires_at used_at revoked_at",
        "P2": "sent_to token_hash phone_hash",
    },
    "tutoring.Grid": {"P0": "trade version valid_from note", "P1": "author created_at"},
    "tutoring.Block": {"P0": "grid key position title diploma_block"},
    "tutoring.Skill": {"P0": "block key position words"},
    "tutoring.ChosenTrade": {"P1": "contract trade chosen_by chosen_at"},
    "tutoring.OwnView": {
        "P1": "contract said_on recorded_at request_id",
        "P2": "grid_skill skill face sentence",
    },
    "tutoring.DiscussedPoint": {
        "P1": "contract discussed_on recorded_at recorded_by",
        "P2": "own_view observation text",
    },
    "tutoring.ExperienceCertificate": {
        "P1": "number contract issued_on recorded_at recorded_by voided_at voided_by void_reason",
        "P2": "facts",
    },
    "tutoring.Meeting": {
        "P1": "contract kind day starts_at minutes place remote_link exception_reason calendar_id sequence planned_at "
        "planned_by cancelled_at cancelled_by cancel_reason held_on present minuted_at minuted_by version",
        "P2": "going_well to_work_on agreed",
    },
    "tutoring.MeetingInvitation": {
        "P1": "meeting party name sequence is_cancellation message_key recorded_at",
        "P2": "email",
    },
    "tutoring.MeetingDecision": {"P1": "meeting owner due_on done_on done_by version", "P2": "text done_note"},
    "tutoring.MeetingSignature": {
        "P1": "meeting party signer_name way image_sha256 agrees text_sha256 signed_at recorded_by",
        "P2": "image comment",
    },
    "tutoring.MeetingAddition": {"P1": "meeting written_at written_by", "P2": "text"},
    "tutoring.ConfidentialNote": {"P1": "meeting written_at written_by", "P3": "text"},
    "tutoring.WarningAnswer": {
        "P1": "contract rule fact_key was_useful answered_at answered_by",
        "P3": "facts text",
    },
    "tutoring.TutoringRules": {"P0": "valid_from weekly_minutes note version"},
    "imports.ImportBatch": {
        "P1": "public_id kind organisation cohort uploaded_by uploaded_at file_name sha256 state refusal readings "
        "totals written written_at written_by undone_at undone_by purged_at",
        "P3": "file sheets notes answers",
    },
    "imports.ImportRow": {
        "P1": "batch position sheet number nature verdict waits_for_answer",
        "P2": "name fingerprint",
        # The row as it was read waits here between preview and confirmation.
        "P3": "content",
    },
    "imports.ImportedRecord": {"P1": "batch model object_id kind version"},
    "imports.PaymentMapping": {"P1": "organisation signature columns chosen_at chosen_by"},
    "exports.ExportProfile": {
        "P0": "code version name columns date_format valid_from agency financer recipient",
        "P1": "created_by created_at",
    },
    "exports.Delivery": {
        "P1": "public_id cohort number code profile workbook_model recipient financer establishment filters as_of "
        "file_name byte_count sha256 row_count cell_count verification author prepared_at frozen_at sent_at sent_by "
        "sent_through replaces replace_reason rows_sha256 compared_to added_count removed_count changed_count job",
        "P3": "file rows_file",
    },
    "exports.Acknowledgement": {
        "P1": "delivery received_on received_by way reference content_type sha256 recorded_at recorded_by voided_at "
        "voided_by void_reason",
        "P2": "file",
    },
    "exports.EvidencePack": {
        "P1": "public_id cohort number contract audience recipient financer establishment as_of file_name byte_count "
        "sha256 sums_sha256 file_count contract_count author asked_at frozen_at shared_at shared_by job",
        "P2": "file",
    },
    "exports.WorkbookModel": {
        "P0": "agency code financer version name file_name byte_count sha256 survey mapping valid_from replaces",
        "P1": "file created_by created_at mapped_by mapped_at withdrawn_by withdrawn_at",
    },
    "exports.DeliveryAnswer": {"P1": "delivery organisation line_count comment certified answered_by answered_at"},
    "exports.LineAnswer": {"P1": "answer position key verdict reason", "P2": "comment"},
    "exports.LineReply": {"P1": "refusal kind replied_by replied_at", "P2": "text"},
    "exports.DeliveryNote": {"P1": "delivery organisation written_by written_at", "P2": "text"},
    "exports.DeliveryLink": {
        "P1": "delivery sent_by created_at expires_at revoked_at revoked_by",
        "P2": "email token_hash",
    },
    "exports.ListExport": {
        "P1": "public_id name author asked_at file_name sha256 row_count job",
        "P2": "query file",
    },
}

FIELD_CLASSES: dict[str, dict[str, str]] = {
    model: {field: level for level, fields in classes.items() for field in fields.split()}
    for model, classes in FIELDS.items()
}
