"""The rows of the tutoring that the access matrix names: Amina, followed by Bruno."""

from datetime import date, time

from django.core.files.base import ContentFile

from accounts import clock
from contracts.models import (
    Immersion,
)
from impec.alerts.gather import alerts_of, watched_by
from regulations.contracts import ImmersionPurpose
from regulations.meetings import MeetingKind, Party
from regulations.sheets import SheetWay
from tests.builders import a_grid, an_experience_certificate, an_own_view
from tests.tutoring.sheets import A_PDF, a_sheet
from tutoring.models import Meeting, MeetingDecision, TutoringRules


def rows(room, names, row):
    return {f"{room}:{name}": {"pk": row.pk} for name in names.split()}


def of_tutoring(world):
    return {
        **rows("tutoring", "record_contract keep_draft drop_draft", world.enrolment),
        **rows("tutoring", "tell_coordinator change_tutor", world.contract),
        **rows("tutoring", "tutor_detail tutor_change", world.tutor),
        **rows("tutoring", "tutorship_detail record_observation", world.tutorship),
        **of_sheets(world),
        **of_meetings(world),
        "tutoring:recognition": {"pk": world.tutor.pk, "year": 2026},
        **rows("tutoring", "rules_change", TutoringRules.objects.create(valid_from=date(2018, 1, 1))),
        **of_alerts(world),
        **of_skills(world),
    }


def of_skills(world):
    grid = a_grid()
    certificate = an_experience_certificate(world.contract, world.users["employer"])
    return {
        "own_skills:my_block": {"rank": 1},
        **rows("tutoring", "grid_detail grid_write", grid),
        **rows("tutoring", "choose_trade contract_skills issue_experience booklet", world.contract),
        **rows("exports", "booklet", world.contract),
        **rows("tutoring", "experience_certificate void_experience", certificate),
        **rows("own_skills", "my_experience", certificate),
        **rows("tutoring", "discuss_point", an_own_view(world.contract, grid.skills_in_order()[0])),
    }


def of_sheets(world):
    """Amina's sheet of October, held for Bruno from a photographed paper."""
    sheet = a_sheet(world.tutorship, way=SheetWay.PAPER, recorded_by=world.users["employer"])
    sheet.scan.save("fiche.pdf", ContentFile(A_PDF))
    month = {"pk": world.tutorship.pk, "year": 2026, "month": 11}
    return {
        "tutoring:open_sheet_link": {"token": "a-token-that-nobody-was-sent"},
        **{f"tutoring:{name}": month for name in ("fill_sheet", "sheet_detail", "hold_sheet", "print_sheet")},
        **rows("tutoring", "void_sheet sheet_scan", sheet),
        **rows("tutoring", "tutor_access", world.tutor),
    }


def of_meetings(world):
    """Amina's exit interview, minuted and not yet signed, with one decision."""
    meeting = Meeting.objects.create(
        contract=world.contract,
        kind=MeetingKind.EXIT,
        day=date(2026, 11, 19),
        starts_at=time(9, 30),
        held_on=date(2026, 11, 19),
        agreed="Un planning affiché.",
        minuted_at=clock.now(),
    )
    decision = MeetingDecision.objects.create(
        meeting=meeting, text="Afficher le planning", owner=Party.EMPLOYER, due_on=date(2026, 11, 30)
    )
    on_it = "move_meeting cancel_meeting minute_meeting sign_meeting add_to_minutes write_confidential"
    return {
        **rows("tutoring", "contract_meetings plan_meeting", world.contract),
        **rows("tutoring", f"meeting_detail {on_it}", meeting),
        **rows("tutoring", "finish_decision", decision),
        **rows("own_meetings", "sign_mine", meeting),
    }


def of_alerts(world):
    """Nothing came from Bruno since he follows Amina."""
    contract, *_ = watched_by(world.users["coordinator"], clock.today()).filter(pk=world.contract.pk)
    alert, *_ = alerts_of([contract], clock.today())
    return {"alerts:answer_alert": {"pk": contract.pk, "mark": alert.mark}}


def an_immersion(world):
    return Immersion.objects.create(
        contract=world.contract,
        host="Mairie d'Avranches",
        starts_on=date(2026, 10, 5),
        ends_on=date(2026, 10, 16),
        purpose=ImmersionPurpose.DISCOVER,
    )
