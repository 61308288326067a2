"""What each role may do: one table, read by `has_perm` through accounts.backends.RoleBackend.

Which rows one reaches is the other question: `visible_to(user)` answers it. Each room adds its own lines here.
"""

from accounts.roles import Role

EVERYBODY_INSIDE = frozenset({"accounts.view_jobs"})

# What is due: to read it, to say it was received otherwise, to move or cancel its reminders.
DEADLINES = frozenset({"accounts.view_due", "accounts.settle_due", "accounts.plan_reminders"})

# Given by Membership.is_admin, whatever the role.
ORGANISATION_ADMIN = frozenset({"accounts.manage_members", "accounts.reset_second_factor", "accounts.view_access_log"})

# Reference data that the administration site edits.
REFERENCE_ROWS = frozenset(
    f"{room}.{act}_{model}"
    for room, model in (
        ("employers", "financer"),
        ("cohorts", "cohorttemplate"),
        ("cohorts", "milestonetemplate"),
        ("cohorts", "prescriber"),
    )
    for act in ("view", "add", "change")
)

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.COORDINATOR: EVERYBODY_INSIDE
    | DEADLINES
    | {
        "employers.view_employer",
        "employers.add_employer",
        "employers.change_employer",
        "cohorts.view_cohort",
        "cohorts.open_cohort",
        "cohorts.change_cohort",
        "cohorts.offer_seat",
        "cohorts.view_person",
        "cohorts.add_person",
        "cohorts.change_person",
        "cohorts.view_protected",
        "cohorts.approve_purge",
        "cohorts.erase_person",
        "cohorts.view_referral",
        "cohorts.refer_person",
        "cohorts.answer_referral",
        "contracts.view_contract",
        "contracts.record_contract",
        "contracts.change_employer",
        "contracts.record_request",
        "contracts.record_decision",
        "contracts.break_contract",
        "contracts.suspend_contract",
        "contracts.view_exits",
        "contracts.record_exit",
        "contracts.view_aid",
        "contracts.keep_scenario",
        "contracts.view_reference_data",
        "contracts.change_reference_data",
        "training.view_programme",
        "training.view_session",
        "contracts.declare_presence",
        "training.answer_anomaly",
        "training.join_absence_document",
        "training.decide_absence",
        "training.view_convention",
        "training.prepare_convention",
        "training.record_invoice",
        "training.issue_certificate",
        "training.view_expense",
        "training.record_expense",
        "training.grant_expense",
        "training.plan_session",
        "training.tell_roster",
        "training.take_roll",
        "training.share_calendar",
        "tutoring.view_grid",
        "tutoring.write_grid",
        "tutoring.record_sheet",
        "tutoring.choose_trade",
        "tutoring.discuss_point",
        "tutoring.issue_experience",
        "tutoring.view_meeting",
        "tutoring.plan_meeting",
        "tutoring.minute_meeting",
        "tutoring.sign_meeting",
        "tutoring.write_confidential",
        "tutoring.answer_warning",
        "tutoring.view_tutor",
        "tutoring.add_tutor",
        "tutoring.name_tutor",
        "tutoring.view_observation",
        "imports.import_workbook",
        "imports.import_payments",
        "exports.export_list",
        "exports.edit_profile",
        "exports.make_delivery",
        "exports.view_delivery",
        "exports.view_lines",
        "exports.note_delivery",
    },
    Role.EMPLOYER: EVERYBODY_INSIDE
    | DEADLINES
    | {
        "employers.view_employer",
        "employers.change_employer",
        "cohorts.view_cohort",
        "cohorts.offer_seat",
        "cohorts.view_person",
        "cohorts.view_referral",
        "cohorts.answer_referral",
        "contracts.view_contract",
        "contracts.record_contract",
        "contracts.record_request",
        "contracts.break_contract",
        "contracts.suspend_contract",
        "contracts.view_exits",
        "contracts.view_aid",
        "training.view_convention",
        "training.view_expense",
        "training.record_expense",
        "training.view_session",
        "training.tell_roster",
        "training.share_calendar",
        "tutoring.view_grid",
        "tutoring.issue_experience",
        "tutoring.view_meeting",
        "tutoring.plan_meeting",
        "tutoring.minute_meeting",
        "tutoring.sign_meeting",
        "tutoring.view_tutor",
        "tutoring.add_tutor",
        "tutoring.name_tutor",
        "tutoring.view_observation",
        "tutoring.record_sheet",
        "imports.import_payments",
        "exports.export_list",
        "contracts.declare_presence",
        "training.join_absence_document",
        "exports.view_delivery",
    },
    Role.TUTOR: frozenset(
        {
            "contracts.view_contract",
            "training.view_session",
            "tutoring.view_meeting",
            "tutoring.sign_meeting",
            "tutoring.view_tutor",
            "tutoring.view_grid",
            "tutoring.view_observation",
            "tutoring.record_observation",
        }
    ),
    Role.TRAINER: EVERYBODY_INSIDE
    | {
        "cohorts.view_cohort",
        "training.view_programme",
        "training.view_session",
        "training.answer_anomaly",
        "training.join_absence_document",
        "training.view_convention",
        "training.prepare_convention",
        "training.record_invoice",
        "training.issue_certificate",
        "training.plan_session",
        "training.take_roll",
        "exports.export_list",
    },
    Role.ADVISER: frozenset({"cohorts.view_referral", "cohorts.view_sent_people"}),
    Role.FUNDER: EVERYBODY_INSIDE
    | {"exports.view_lines", "exports.note_delivery", "exports.view_delivery", "exports.answer_delivery"},
    # Technical: accounts, reference data, settings, jobs. No person, no contract.
    Role.ADMINISTRATOR: EVERYBODY_INSIDE
    | {
        "accounts.use_administration",
        "accounts.view_organisation",
        "accounts.add_organisation",
        "accounts.change_organisation",
        "accounts.view_user",
        "accounts.view_membership",
        "accounts.view_job",
        "accounts.view_message",
        "accounts.verify_records",
        "accounts.approve_purge",
        # Of accounts that open organisations no one person manages.
        "accounts.reset_second_factor",
        "contracts.view_reference_data",
        "contracts.change_reference_data",
    }
    | REFERENCE_ROWS,
}


def permissions_of(membership) -> frozenset[str]:
    """What this membership may do; nothing without one."""
    if membership is None:
        return frozenset()
    own = PERMISSIONS.get(membership.role, frozenset())
    return own | ORGANISATION_ADMIN if membership.is_admin else own
