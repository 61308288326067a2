"""A delivery: numbered, journalled, verified, frozen; and every way it is refused."""

import hashlib
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from accounts import clock, work
from accounts.models import AccessLog, Job, Message
from accounts.roles import FunderKind, OrganisationKind, Role
from cohorts.models import Person
from exports import actions, build
from exports.models import Delivery, ExportProfile
from exports.scope import Destination
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, bytes_of, rows_of
from workbooks.columns import Column
from workbooks.expected import Expected
from workbooks.write import Fact, Sheet, write_workbook


@pytest.fixture
def josette(agency):
    """Coordinator of the agency, referent of no cohort."""
    user = b.a_user("josette@agence.example", first_name="Josette", last_name="CHAUVIN")
    b.a_membership(user, agency, Role.COORDINATOR)
    return user


def asked(world, user, code="O1", **changes):
    destination = changes.pop("destination", None) or Destination(ddets=code.startswith("D"))
    return actions.new_delivery(
        cohort=world.cohort, code=code, destination=destination, as_of=TODAY, author=user, **changes
    )


# --- It works


def test_a_delivery_is_numbered_verified_and_frozen(world, claire):
    delivery = a_delivery(world.cohort, claire)
    assert delivery.number == "2026-11-AGENCE-01"
    assert delivery.file_name.startswith("O1_sm-2026_tous_2026-11-20_")
    assert (delivery.row_count, delivery.profile.version, delivery.author) == (2, 1, claire)
    assert delivery.verification.endswith("cellules relues, 0 écart")
    assert delivery.job.state == Job.State.DONE


def test_numbers_follow_each_other_by_cohort_recipient_and_month(world, claire):
    opco = b.a_financer()
    b.a_financing(world.closerie.employer, opco)
    numbers = [
        a_delivery(world.cohort, claire, destination=Destination(opco)).number,
        a_delivery(world.cohort, claire, "D1").number,
        a_delivery(world.cohort, claire, "O2", destination=Destination(opco, establishment=world.closerie)).number,
    ]
    assert numbers == ["2026-11-OPCO-01", "2026-11-DDETS-01", "2026-11-OPCO-02"]


def test_two_files_of_one_second_have_two_names(world, claire, settings):
    settings.IMPEC_TODAY = "2026-11-20T09:00"
    clock_stands = {a_delivery(world.cohort, claire).file_name for _ in range(2)}
    assert len(clock_stands) == 2


def test_a_file_of_one_establishment_bears_its_siret(world, claire):
    b.a_financing(world.closerie.employer)
    delivery = a_delivery(world.cohort, claire, destination=Destination(b.a_financer(), establishment=world.closerie))
    assert f"_{world.closerie.siret}_" in delivery.file_name


def test_access_is_journalled_before_the_file_exists(world, claire, monkeypatch):
    monkeypatch.setattr(work, "enqueue", lambda *arguments: None)
    delivery = asked(world, claire)
    row = AccessLog.objects.get(action="export")
    assert not delivery.is_frozen
    assert (row.object_id, row.count, row.user) == (str(delivery.pk), 2, claire)
    assert row.filters["cohorte"] == "SM 2026"


def test_freezing_journals_the_fingerprint(world, claire):
    delivery = a_delivery(world.cohort, claire)
    assert AccessLog.objects.get(action="freeze").file_sha256 == delivery.sha256


def test_bytes_do_not_change_when_the_world_does(world, claire):
    delivery = a_delivery(world.cohort, claire)
    before = bytes_of(delivery)
    world.contract.job_title = "Aide à domicile"
    world.contract.save()
    Person.objects.filter(pk=world.person.pk).update(birth_name="AUTRE")
    delivery.refresh_from_db()
    assert bytes_of(delivery) == before
    assert hashlib.sha256(before).hexdigest() == delivery.sha256
    later = a_delivery(world.cohort, claire)
    assert later.sha256 != delivery.sha256
    assert rows_of(later, "Stagiaires")[0]["Nom de naissance"] == "AUTRE"


def test_the_version_in_force_is_recorded(world, claire):
    columns = [{"key": "person.birth_name", "heading": "Nom", "on": True}]
    columns += [{"key": "person.first_name", "heading": "Prénom", "on": False}]
    ExportProfile.objects.create(code="O1", version=2, name="Court", columns=columns, valid_from=date(2026, 11, 1))
    ExportProfile.objects.create(code="O1", version=3, name="Après", columns=columns, valid_from=date(2026, 12, 1))
    delivery = a_delivery(world.cohort, claire)
    assert delivery.profile.version == 2
    assert list(rows_of(delivery, "Stagiaires")[0]) == ["Nom"]


def test_a_job_that_runs_twice_freezes_once(world, claire):
    delivery = a_delivery(world.cohort, claire)
    assert not work.run_job(delivery.job_id)
    assert AccessLog.objects.filter(action="freeze").count() == 1
    assert sorted(map(Path, default_storage.listdir("remises")[1])) == sorted(
        Path(kept.name).relative_to("remises") for kept in (delivery.file, delivery.rows_file)
    )


# --- It refuses


def test_nothing_to_say_is_no_file(world, claire):
    with pytest.raises(ValidationError, match="aucune ligne à remettre"):
        asked(world, claire, "O2", destination=Destination(b.a_financer()))
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("code", ["O1", "D1", "D2"])
def test_protected_data_need_a_referent(world, josette, code):
    with pytest.raises(ValidationError, match="personne référente"):
        asked(world, josette, code)
    assert not Delivery.objects.exists()


def test_ordinary_data_do_not(world, josette):
    assert a_delivery(world.cohort, josette, "O2").is_frozen


def test_another_agency_prepares_nothing(world):
    elsewhere = b.a_user()
    b.a_membership(elsewhere, b.an_organisation(OrganisationKind.AGENCY, "Agence de Caen"), Role.COORDINATOR)
    with pytest.raises(ValidationError, match="ne pouvez pas préparer"):
        asked(world, elsewhere, "O2")


@pytest.mark.parametrize("user", ["denis", "esther", "hugo", "ines"])
def test_other_roles_prepare_nothing(world, user, request):
    with pytest.raises(ValidationError, match="ne pouvez pas préparer"):
        asked(world, request.getfixturevalue(user), "O2")


def test_the_follow_up_goes_to_the_ddets_alone(world, claire):
    with pytest.raises(ValidationError, match="pas destiné"):
        asked(world, claire, "D1", destination=Destination(b.a_financer()))


def test_a_column_off_the_allow_list_never_leaves(world, claire):
    columns = [{"key": "protected.boeth", "heading": "Nom de naissance", "on": True}]
    ExportProfile.objects.create(code="O1", version=2, name="Faux", columns=columns, valid_from=date(2026, 1, 1))
    with pytest.raises(ValidationError, match=r"protected\.boeth"):
        asked(world, claire)
    assert not Delivery.objects.exists()


def test_a_column_added_after_the_question_does_not_leave_either(world, claire, monkeypatch):
    monkeypatch.setattr(work, "enqueue", lambda *arguments: None)
    delivery = asked(world, claire)
    delivery.profile.columns += [{"key": "protected.boeth", "heading": "N°", "on": True}]
    delivery.profile.save()
    work.run_job(delivery.job_id)
    delivery.job.refresh_from_db()
    assert (delivery.job.state, "protected.boeth" in delivery.job.error) == (Job.State.FAILED, True)


def test_people_not_informed_for_a_month_stop_the_file(world, claire):
    world.person.notice_given_on = None
    world.person.created_at = clock.now() - timedelta(days=40)
    world.person.save()
    with pytest.raises(ValidationError, match="notice"):
        asked(world, claire)


def test_people_not_informed_yet_do_not(world, claire):
    world.person.notice_given_on = None
    world.person.created_at = clock.now() - timedelta(days=3)
    world.person.save()
    assert a_delivery(world.cohort, claire).is_frozen


def test_people_who_object_are_in_no_file(world, claire):
    world.person.objected_on = date(2026, 11, 1)
    world.person.save()
    assert [row["Prénom"] for row in rows_of(a_delivery(world.cohort, claire), "Stagiaires")] == ["Zoé"]


def test_a_right_withdrawn_meanwhile_stops_the_work(world, claire, monkeypatch):
    monkeypatch.setattr(work, "enqueue", lambda *arguments: None)
    delivery = asked(world, claire)
    claire.memberships.update(deactivated_at=clock.now())
    work.run_job(delivery.job_id)
    delivery = Delivery.objects.with_names().get(pk=delivery.pk)
    assert "n'a plus accès" in delivery.job.error
    assert not delivery.is_frozen


def test_one_altered_cell_blocks_the_file_and_is_named(tmp_path):
    path, expected = a_written_workbook(tmp_path)
    with expected:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = parts[sheet].replace(b"GAUDIN", b"GAUDON")
        altered = BytesIO()
        with zipfile.ZipFile(altered, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        path.write_bytes(altered.getvalue())
        with pytest.raises(ValidationError, match=r"1 écart.*Stagiaires.*A2.*GAUDIN.*GAUDON"):
            build.checked(path, expected, lambda rows: None)


def test_a_file_that_cannot_be_read_again_is_blocked(tmp_path):
    path, expected = a_written_workbook(tmp_path)
    with expected:
        path.write_bytes(path.read_bytes()[:200])
        with pytest.raises(ValidationError, match="Remise bloquée"):
            build.checked(path, expected, lambda rows: None)


def test_headings_are_looked_at_in_the_written_file(tmp_path):
    path, expected = a_written_workbook(tmp_path)
    expected.close()
    asked = Column("person.birth_name", "Nom de naissance")
    build.refuse_other_headings(path, [Sheet("Stagiaires", [asked], [])])
    for other in (
        [Sheet("Stagiaires", [Column("person.birth_name", "Autre")], [])],
        [Sheet("Stagiaires", [asked], []), Sheet("Synthèse", [asked], [])],
    ):
        with pytest.raises(ValidationError, match="colonnes ou des feuilles imprévues"):
            build.refuse_other_headings(path, other)


def a_written_workbook(folder):
    expected = Expected(folder)
    columns = [Column("person.birth_name", "Nom de naissance")]
    sheet = Sheet("Stagiaires", columns, [("GAUDIN",)])
    told = [Fact("Export", "Essai")]
    written = write_workbook(folder / "essai.xlsx", [sheet], informations=told, expected=expected)
    return written.path, expected


def test_what_is_kept_is_what_was_read_again(tmp_path):
    path = tmp_path / "essai.xlsx"
    path.write_bytes(b"autre chose")
    with pytest.raises(ValidationError, match="n'est pas celui qui a été relu"):
        actions.store(path, "remises/essai.xlsx", "0" * 64)
    assert default_storage.listdir("remises")[1] == []


# --- Sending


@pytest.fixture
def sent_to_hugo(world, claire, hugo):
    opco = b.a_financer(organisation=hugo.memberships.get().organisation)
    b.a_financing(world.closerie.employer, opco)
    delivery = a_delivery(world.cohort, claire, destination=Destination(opco))
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


def test_a_delivery_sent_tells_its_recipient_without_a_name(sent_to_hugo, hugo):
    message = Message.objects.get(recipient=hugo.email)
    assert (sent_to_hugo.number in message.body, sent_to_hugo.sha256 in message.body) == (True, True)
    assert "BAUDRY" not in message.body + message.subject


def test_the_funder_sees_and_opens_what_was_sent_to_it(sent_to_hugo, hugo, world, claire):
    assert list(Delivery.objects.visible_to(hugo)) == [sent_to_hugo]
    assert actions.may_open(hugo, sent_to_hugo)


def test_the_funder_sees_nothing_before(world, claire, hugo):
    opco = b.a_financer(organisation=hugo.memberships.get().organisation)
    b.a_financing(world.closerie.employer, opco)
    a_delivery(world.cohort, claire, destination=Destination(opco))
    assert not Delivery.objects.visible_to(hugo).exists()


def test_another_funder_never_sees_it(sent_to_hugo):
    ddets = b.an_organisation(OrganisationKind.FUNDER, "DDETS 50", funder_kind=FunderKind.DDETS)
    user = b.a_user()
    b.a_membership(user, ddets, Role.FUNDER)
    assert not Delivery.objects.visible_to(user).exists()


def test_a_delivery_is_sent_once(sent_to_hugo, claire):
    with pytest.raises(ValidationError, match="déjà notée remise"):
        actions.send_delivery(delivery=sent_to_hugo, sent_on=TODAY, through="", by=claire)


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21)])
def test_a_delivery_is_sent_between_its_day_and_today(world, claire, day):
    delivery = a_delivery(world.cohort, claire, "D1")
    with pytest.raises(ValidationError, match="date de remise"):
        actions.send_delivery(delivery=delivery, sent_on=day, through="dépôt", by=claire)


def test_the_file_of_the_coordination_goes_nowhere(world, claire):
    delivery = a_delivery(world.cohort, claire)
    with pytest.raises(ValidationError, match="pas de destinataire"):
        actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


def test_an_unfinished_file_is_not_sent(world, claire, monkeypatch):
    monkeypatch.setattr(work, "enqueue", lambda *arguments: None)
    delivery = asked(world, claire, "D1")
    with pytest.raises(ValidationError, match="pas encore prêt"):
        actions.send_delivery(delivery=delivery, sent_on=TODAY, through="", by=claire)


# --- Who opens it


def test_protected_files_open_for_referents_only(world, claire, josette):
    delivery = a_delivery(world.cohort, claire, "D1")
    assert actions.may_open(claire, delivery)
    assert not actions.may_open(josette, delivery)


def test_an_employer_opens_the_files_of_its_own_people(world, claire, denis, gaelle):
    b.a_financing(world.closerie.employer)
    delivery = a_delivery(world.cohort, claire, destination=Destination(b.a_financer(), establishment=world.closerie))
    assert list(Delivery.objects.visible_to(denis)) == [delivery]
    assert actions.may_open(denis, delivery)
    assert not Delivery.objects.visible_to(gaelle).exists()
    assert not actions.may_open(gaelle, delivery)


def test_an_employer_does_not_see_the_whole_cohorts_files(world, claire, denis):
    a_delivery(world.cohort, claire)
    assert not Delivery.objects.visible_to(denis).exists()


# --- Tidying


def test_bytes_that_no_row_names_go_the_next_day(world, claire, monkeypatch):
    delivery = a_delivery(world.cohort, claire)
    default_storage.save("remises/orphelin.xlsx", BytesIO(b"x"))
    assert actions.remove_orphans() == 0
    monkeypatch.setattr(clock, "true_now", lambda: datetime.now(clock.PARIS) + timedelta(days=2))
    assert actions.remove_orphans() == 1
    assert default_storage.exists(delivery.file.name)
