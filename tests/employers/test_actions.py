"""Recording employers: what is kept, what is refused."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts import clock
from accounts.actions import INVITATIONS_A_DAY, Identity, accept_invitation, deactivate_membership
from accounts.models import AccessLog, Invitation, Message
from accounts.roles import Role
from accounts.rows import Conflict
from employers import actions
from employers.models import Employer, Establishment
from regulations.employers import FinancerKind, LegalCategory
from tests import builders as b

pytestmark = pytest.mark.django_db

CLOSERIE = actions.Site(
    siret="999 982 119 00011",
    name="Résidence La Closerie du Mont",
    employer_name="Association La Closerie",
    legal_category=LegalCategory.ASSOCIATION,
    idcc=29,
    postcode="50220",
    town="Ducey-Les Chéris",
)


def second_siret(siren):
    """Another site of the same legal entity, with a right key."""
    return next(f"{siren}{end:05d}" for end in range(20, 40) if not _is_refused(f"{siren}{end:05d}"))


def _is_refused(siret):
    try:
        actions.checked_siret(siret)
    except ValidationError:
        return True
    return False


def test_a_site_is_recorded_under_its_legal_entity():
    establishment = actions.register_site(site=CLOSERIE)
    assert establishment.siret == "99998211900011"
    assert establishment.employer.siren == "999982119"
    assert establishment.employer.name == "Association La Closerie"
    assert "ducey" in establishment.search_text
    assert "closerie" in establishment.search_text


def test_a_second_site_joins_the_same_legal_entity():
    actions.register_site(site=CLOSERIE)
    other = actions.Site(siret=second_siret("999982119"), name="Foyer de la Baie", legal_category=LegalCategory.MUTUAL)
    establishment = actions.register_site(site=other)
    assert Employer.objects.count() == 1
    assert establishment.employer.legal_category == LegalCategory.ASSOCIATION


def test_an_establishment_of_la_poste_has_no_luhn_key():
    assert actions.checked_siret("356 000 000 00015") == "35600000000015"


@pytest.mark.parametrize(
    "siret, word",
    [
        ("99998211900012", "clé"),
        ("9,99989E+13", "abîmé"),
        ("999982119", "14 chiffres"),
        ("", "14 chiffres"),
        ("A9998211900011", "chiffres"),
    ],
)
def test_a_wrong_siret_is_refused_in_french(siret, word):
    with pytest.raises(ValidationError) as refusal:
        actions.register_site(site=actions.Site(siret=siret, name="Foyer", legal_category="ASSOCIATION"))
    assert word in " ".join(refusal.value.message_dict["siret"])
    assert not Establishment.objects.exists()


def test_the_same_site_twice_is_refused():
    actions.register_site(site=CLOSERIE)
    with pytest.raises(ValidationError, match="SIRET"):
        actions.register_site(site=CLOSERIE)


def test_a_site_of_another_legal_entity_is_refused(estran):
    with pytest.raises(ValidationError, match="n'est pas celui"):
        actions.add_establishment(employer=estran.employer, siret="99998211900011", name="Foyer")


def test_a_commercial_company_is_recorded_and_said_not_eligible():
    employer = actions.add_employer(name="Résidence Dorée SAS", siren="999982119", legal_category=LegalCategory.COMPANY)
    finding = employer.findings()[0]
    assert finding.code == "employeur_non_eligible_pec"
    assert finding.source == "L5134-21"


def test_an_association_has_nothing_against_it(closerie):
    assert closerie.employer.findings() == []


def test_declarations_warn_and_do_not_stop(closerie):
    employer = actions.declare(
        employer=closerie.employer,
        contributions_up_to_date="NO",
        recent_economic_dismissal="YES",
        declared_on=b.TODAY,
        reason="Échéancier signé le 2 novembre",
    )
    assert [finding.code for finding in employer.findings()] == ["licenciement_economique", "cotisations_non_a_jour"]


def test_no_agreement_is_not_an_agreement():
    employer = actions.add_employer(name="CCAS", siren="999982119", legal_category="LOCAL_AUTHORITY", idcc=9999)
    assert employer.idcc is None


def test_a_renamed_employer_is_found_under_its_new_name(closerie):
    actions.change_employer(employer=closerie.employer, name="Association des Grèves", version=0)
    closerie.refresh_from_db()
    assert "greves" in closerie.search_text
    assert closerie.employer.version == 1


def test_the_second_of_two_writers_is_told(closerie):
    actions.change_establishment(establishment=closerie, version=0, town="Granville")
    with pytest.raises(Conflict) as refusal:
        actions.change_establishment(establishment=closerie, version=0, town="Ducey")
    assert refusal.value.current.town == "Granville"


def test_a_social_security_number_is_refused_in_any_text(closerie):
    with pytest.raises(ValidationError, match="sécurité sociale"):
        actions.change_establishment(establishment=closerie, address="voir 2 84 06 50 218 004")
    closerie.refresh_from_db()
    assert "218" not in closerie.address


def test_a_new_financer_ends_the_one_before(closerie):
    anfh, opco = b.a_financer(FinancerKind.ANFH), b.a_financer(FinancerKind.OPCO_SANTE)
    first = actions.attach_financer(employer=closerie.employer, financer=anfh, valid_from=date(2025, 1, 1))
    second = actions.attach_financer(
        employer=closerie.employer, financer=opco, valid_from=date(2026, 7, 1), member_number="OS-1"
    )
    first.refresh_from_db()
    assert first.valid_to == date(2026, 6, 30)
    assert second.valid_to is None
    assert closerie.employer.financings.in_force(date(2026, 6, 30)).get() == first


def test_a_financer_recorded_late_ends_before_the_next(closerie):
    anfh, opco = b.a_financer(FinancerKind.ANFH), b.a_financer(FinancerKind.OPCO_SANTE)
    actions.attach_financer(employer=closerie.employer, financer=opco, valid_from=date(2026, 7, 1))
    late = actions.attach_financer(employer=closerie.employer, financer=anfh, valid_from=date(2025, 1, 1))
    assert late.valid_to == date(2026, 6, 30)


def test_the_same_financer_again_changes_nothing(closerie):
    opco = b.a_financer()
    first = actions.attach_financer(employer=closerie.employer, financer=opco, valid_from=date(2025, 1, 1))
    again = actions.attach_financer(employer=closerie.employer, financer=opco, valid_from=date(2026, 1, 1))
    assert again == first
    assert closerie.employer.financings.count() == 1


def test_the_same_contact_again_is_one_contact(closerie):
    for _ in range(2):
        contact = actions.add_contact(establishment=closerie, name="Paul  TURPIN", email="rh@closerie.example")
    assert closerie.contacts.get() == contact
    assert contact.name == "Paul TURPIN"


def test_the_first_account_of_an_employer_manages_the_others():
    establishment = actions.register_site(site=CLOSERIE)
    actions.open_access(employer=establishment.employer, email="rh@closerie.example", site="https://impec.example")
    invitation = Invitation.objects.get()
    assert invitation.is_admin
    assert invitation.organisation.employer == establishment.employer


# --- Access that the agency opens ---

SITE = "http://testserver/"
HR = "rh@closerie.example"
IDENTITY = Identity("Paul", "TURPIN", "quatre chevaux gris sous la pluie")


@pytest.fixture
def sophie(claire, agency):
    """Coordinator at Claire's, who manages no members."""
    return b.a_membership(b.a_user("sophie@agence.example"), agency, Role.COORDINATOR)


def open_for(employer, by, email=HR):
    return actions.open_access(employer=employer, email=email, site=SITE, invited_by=by)


def accept(email=HR):
    token = re.search(r"/invitation/(\S+)/", Message.objects.filter(recipient=email).latest("pk").body)[1]
    return accept_invitation(token=token, identity=IDENTITY)


def test_the_agency_opens_the_first_access_of_an_employer(closerie, sophie):
    invitation = open_for(closerie.employer, sophie)
    assert (invitation.invited_by, invitation.is_admin) == (sophie, True)
    line = AccessLog.objects.get(action="open-access")
    assert (line.user, line.organisation, line.object_id) == (
        sophie.user,
        sophie.organisation,
        str(closerie.employer.pk),
    )
    accept()
    assert closerie.employer.is_managed


def test_the_agency_opens_no_access_where_somebody_manages_the_members(closerie, denis, sophie):
    with pytest.raises(ValidationError, match="gère déjà ses membres"):
        open_for(closerie.employer, sophie)
    assert not Invitation.objects.exists()
    denis.memberships.update(deactivated_at=clock.now())
    assert open_for(closerie.employer, sophie).is_admin


def test_an_access_prepared_before_the_first_one_was_accepted_opens_nothing_after(closerie, sophie):
    open_for(closerie.employer, sophie, email="autre@boite.example")
    open_for(closerie.employer, sophie)
    accept()
    with pytest.raises(ValidationError, match="n'est plus ouverte"):
        accept("autre@boite.example")


def test_an_access_opened_by_somebody_who_leaves_falls_with_her(closerie, sophie, claire):
    invitation = open_for(closerie.employer, sophie)
    deactivate_membership(membership=sophie, by=claire.memberships.get())
    invitation.refresh_from_db()
    assert invitation.revoked_at
    with pytest.raises(ValidationError, match="retirée"):
        accept()


def test_accesses_count_among_the_invitations_of_a_day(closerie, sophie):
    for number in range(INVITATIONS_A_DAY):
        open_for(closerie.employer, sophie, email=f"rh{number}@closerie.example")
    with pytest.raises(ValidationError, match="20 invitations"):
        open_for(closerie.employer, sophie)


def test_an_employer_that_accepts_a_cohort_is_offered_its_own_account(closerie, denis):
    invitation = actions.open_access(employer=closerie.employer, email=HR, site=SITE)
    assert (invitation.invited_by, invitation.is_admin) == (None, False)
    assert accept().organisation == closerie.employer.organisation
