"""The page of a month: one button, the exceptions, what is refused and what stays; who sees what."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import once
from contracts.models import AidRules, PresenceStatement, RsaRate, SmicRate, Suspension
from tests import builders as b

pytestmark = pytest.mark.django_db

OCTOBER = "/mois/2026/10/"


def requests_of(*contracts):
    return [contract.aid_requests.get().pk for contract in contracts]


def form_of(*contracts, **typed):
    """What the page sends: the lines shown, and what is typed on each, by name of field."""
    sent = {"ligne": requests_of(*contracts), once.FIELD: once.new_token()}
    for pk in sent["ligne"]:
        sent |= {f"l{pk}-{name}": value for name, value in typed.items()}
    return sent


def confirm(client, *contracts, **typed):
    return client.post(OCTOBER, form_of(*contracts, **typed) | {"confirm": "1"})


def declare(client, on="20/11/2026", **more):
    statements = PresenceStatement.objects.values_list("pk", flat=True)
    return client.post(f"{OCTOBER}sylae/", {"etat": list(statements), "declared_on": on, **more})


def text_of(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'")


@pytest.fixture
def denis_at(client_of, denis):
    return client_of(denis)


def test_the_month_is_prefilled(world, denis_at):
    said = text_of(denis_at.get(OCTOBER))
    assert "BAUDRY Amina" in said
    assert "12,02 € × 20 h × 52 / 12 × 50 % = 520,87 €" in said
    assert "Montant indicatif" in said
    assert "hypothèse" in said
    assert "Octobre 2026 n'est pas déclaré pour un salarié : 520,87 € en jeu" in said


def test_training_signed_in_the_month_is_shown(world, denis_at):
    half_day = b.a_half_day(world.session, day=date(2026, 10, 8))
    b.an_attendance(half_day, world.enrolment)
    said = text_of(denis_at.get(OCTOBER))
    assert "1 demi-journée sur 1" in said
    assert "3,50 h émargées" in said


def test_one_button_confirms_all_and_says_what_is_left(world, denis_at):
    answer = confirm(denis_at, world.contract)
    assert (answer.status_code, answer["Location"]) == (302, OCTOBER)
    said = text_of(denis_at.get(OCTOBER))
    assert "1 salarié confirmé pour octobre 2026. Il reste à le déclarer sur SYLAé." in said
    assert "Déclaré sur SYLAé" in said


def test_an_absence_is_recorded_with_the_month(world, denis_at):
    confirm(denis_at, world.contract, days="3, 12-16", pay_kept="PARTIAL", kept_percent="66,5")
    assert sorted(Suspension.objects.values_list("starts_on", "ends_on", "kept_percent")) == [
        (date(2026, 10, 3), date(2026, 10, 3), Decimal("66.50")),
        (date(2026, 10, 12), date(2026, 10, 16), Decimal("66.50")),
    ]
    statement = PresenceStatement.objects.get()
    assert (statement.absent_days, statement.parts) == (6, Decimal("27.99"))
    said = text_of(denis_at.get(OCTOBER))
    assert "du 12/10/2026 au 16/10/2026, salaire maintenu en partie (66,5 %)" in said


def test_absences_may_be_kept_without_confirming(world, denis_at):
    denis_at.post(OCTOBER, form_of(world.contract, days="12-16") | {"save": "1"})
    assert not PresenceStatement.objects.exists()
    said = text_of(denis_at.get(OCTOBER))
    assert "434,06 €" in said
    assert "Retirer" in said


@pytest.mark.parametrize(
    "typed, said",
    [
        ({"days": "12-40"}, "« 12-40 » : octobre 2026 va du 1er au 31."),
        ({"days": "12-16", "pay_kept": "PARTIAL"}, "Donnez la part du salaire maintenue"),
        ({"days": "12-16", "pay_kept": "PARTIAL", "kept_percent": "-5"}, "-5 % : la part maintenue est entre 0 et 100"),
        ({"days": "12-16", "pay_kept": "PARTIAL", "kept_percent": "100"}, "choisissez « maintenu en totalité »"),
        ({"days": "12-16", "pay_kept": "PARTIAL", "kept_percent": "1e9"}, "BAUDRY Amina"),
        ({"days": "12-16", "pay_kept": "HALF"}, "BAUDRY Amina"),
        ({"days": "12-16", "kept_percent": "50"}, "Une part se donne avec « maintenu en partie »."),
        ({"days": "", "pay_kept": "FULL"}, "Donnez les jours de cette absence."),
    ],
)
def test_what_is_wrong_names_the_person_and_what_was_typed_stays(world, denis_at, typed, said):
    answer = confirm(denis_at, world.contract, **typed)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Erreur : Octobre 2026" in page
    assert "BAUDRY Amina" in page
    assert said in page
    assert not Suspension.objects.exists()
    assert not PresenceStatement.objects.exists()
    if typed["days"].startswith("12"):
        assert f'value="{typed["days"]}"' in page


def test_a_social_security_number_is_refused_without_being_repeated(world, denis_at):
    page = text_of(confirm(denis_at, world.contract, days="2 84 06 50 147 002 30"))
    assert "numéro de sécurité sociale" in page
    assert "84 06 50" not in page


def test_one_fault_keeps_everybody_from_being_half_confirmed(world, client_of, claire):
    client = client_of(claire)
    first, second = requests_of(world.contract, world.other_contract)
    sent = form_of(world.contract, world.other_contract) | {f"l{second}-days": "40", f"l{first}-days": "12-16"}
    answer = client.post(OCTOBER, sent | {"confirm": "1"})
    assert answer.status_code == 422
    assert "DA COSTA Zoé — « 40 »" in text_of(answer)
    assert (PresenceStatement.objects.count(), Suspension.objects.count()) == (0, 0)


def test_an_absence_that_meets_another_is_said_on_its_line(world, denis_at):
    denis_at.post(OCTOBER, form_of(world.contract, days="12-16") | {"save": "1"})
    answer = confirm(denis_at, world.contract, days="15-20")
    assert "BAUDRY Amina, du 15/10/2026 au 20/10/2026 : Une autre suspension" in text_of(answer)
    assert Suspension.objects.count() == 1


def test_an_absence_typed_while_somebody_else_confirms_is_not_lost(world, denis_at, client_of, claire):
    sent = form_of(world.contract, days="12-16") | {"confirm": "1"}
    confirm(client_of(claire), world.contract)
    answer = denis_at.post(OCTOBER, sent)
    page = text_of(answer)
    assert "ce mois est déjà confirmé : annulez-le pour le refaire avec cette absence" in page
    assert 'value="12-16"' in page


def test_the_same_form_sent_twice_does_it_once(world, denis_at):
    sent = form_of(world.contract, days="12-16") | {"confirm": "1"}
    first, second = denis_at.post(OCTOBER, sent), denis_at.post(OCTOBER, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert (PresenceStatement.objects.count(), Suspension.objects.count()) == (1, 1)


def test_only_the_lines_that_were_shown_are_confirmed(world, client_of, claire):
    confirm(client_of(claire), world.other_contract)
    assert PresenceStatement.objects.get().aid_request.contract == world.other_contract


def test_a_line_of_another_employer_slipped_in_is_ignored(world, denis_at):
    confirm(denis_at, world.contract, world.other_contract)
    assert PresenceStatement.objects.get().aid_request.contract == world.contract
    answer = denis_at.post(OCTOBER, {"ligne": ["999999", "x"], "confirm": "1"})
    assert answer.status_code == 422
    assert "Aucune ligne de ce mois" in text_of(answer)


def test_the_neighbour_sees_neither_the_line_nor_the_statement(world, denis_at, client_of, gaelle, bruno):
    confirm(denis_at, world.contract, days="12-16")
    next_door = client_of(gaelle)
    assert "BAUDRY" not in text_of(next_door.get(OCTOBER))
    statement, suspension = PresenceStatement.objects.get(), Suspension.objects.get()
    for route, row in (("void_statement", statement), ("withdraw_absence", suspension)):
        assert next_door.get(reverse(f"contracts:{route}", args=[row.pk])).status_code == 404
    declare(next_door)
    statement.refresh_from_db()
    assert statement.declared_on is None
    assert client_of(bruno).get(OCTOBER).status_code == 403


# --- Declared, undone ---


def test_all_that_is_confirmed_is_declared_in_one_gesture(world, client_of, claire):
    client = client_of(claire)
    confirm(client, world.contract, world.other_contract)
    answer = declare(client)
    assert answer.status_code == 302
    assert set(PresenceStatement.objects.values_list("declared_on", "declared_by")) == {(b.TODAY, claire.pk)}
    assert "Octobre 2026 est déclaré sur SYLAé pour 2 salariés." in text_of(client.get(OCTOBER))


@pytest.mark.parametrize(
    "on, said",
    [("21/11/2026", "pas encore venu"), ("15/10/2026", "n'était pas fini ce jour-là"), ("31/31/2026", "date")],
)
def test_an_impossible_day_of_declaration_is_refused_and_stays(world, denis_at, on, said):
    confirm(denis_at, world.contract)
    answer = declare(denis_at, on)
    page = text_of(answer)
    assert answer.status_code == 422
    assert said in page
    assert f'value="{on}"' in page


def test_nothing_confirmed_is_nothing_to_declare(world, denis_at):
    answer = declare(denis_at)
    assert answer.status_code == 422
    assert "Confirmez d'abord le mois" in text_of(answer)


def test_a_statement_is_voided_with_a_reason_and_confirmed_again(world, denis_at):
    confirm(denis_at, world.contract)
    declare(denis_at)
    statement = PresenceStatement.objects.get()
    address = reverse("contracts:void_statement", args=[statement.pk])
    assert "corrigez-le aussi sur SYLAé" in text_of(denis_at.get(address))
    assert "Erreur" in text_of(denis_at.post(address, {"reason": ""}))
    assert denis_at.post(address, {"reason": "Absence oubliée"})["Location"] == OCTOBER
    confirm(denis_at, world.contract, days="12-16")
    assert PresenceStatement.objects.valid().get().expected_amount == Decimal("434.06")
    assert denis_at.get(address).status_code == 404


def test_an_absence_typed_by_mistake_is_withdrawn_from_the_page(world, denis_at):
    denis_at.post(OCTOBER, form_of(world.contract, days="2-16") | {"save": "1"})
    address = reverse("contracts:withdraw_absence", args=[Suspension.objects.get().pk])
    assert "absence du 02/10/2026 au 16/10/2026" in text_of(denis_at.get(address))
    assert denis_at.post(address)["Location"] == OCTOBER
    assert not Suspension.objects.exists()


# --- Which month ---


@pytest.mark.parametrize(
    "path", ["/mois/2026/12/", "/mois/2026/13/", "/mois/2026/0/", "/mois/1900/1/", "/mois/99999/1/"]
)
def test_a_month_to_come_or_out_of_time_is_not_found(world, denis_at, path):
    assert denis_at.get(path).status_code == 404


def test_a_month_before_the_aid_is_empty_and_says_so(world, denis_at):
    assert "Aucun salarié en contrat aidé en mars 2024." in text_of(denis_at.get("/mois/2024/3/"))


def test_the_month_to_close_opens_first(world, denis_at):
    assert denis_at.get("/mois/")["Location"] == OCTOBER
    confirm(denis_at, world.contract)
    assert denis_at.get("/mois/")["Location"] == OCTOBER
    declare(denis_at)
    assert denis_at.get("/mois/")["Location"] == "/mois/2026/11/"


@pytest.mark.parametrize("asked, found", [("2026-05", "/mois/2026/5/"), ("mai", OCTOBER), ("2026-²5", OCTOBER)])
def test_another_month_may_be_asked_for(world, denis_at, asked, found):
    assert denis_at.get("/mois/", {"mois": asked})["Location"] == found


def test_a_running_month_is_shown_and_cannot_be_confirmed(world, denis_at):
    said = text_of(denis_at.get("/mois/2026/11/"))
    assert "à confirmer à partir du 01/12/2026" in said
    assert "Je confirme le mois" not in said
    answer = denis_at.post("/mois/2026/11/", form_of(world.contract) | {"confirm": "1"})
    assert answer.status_code == 422


def test_one_establishment_may_be_shown_alone(world, client_of, claire):
    client = client_of(claire)
    said = text_of(client.get(OCTOBER, {"etablissement": world.estran.pk}))
    assert "DA COSTA Zoé" in said
    assert "BAUDRY" not in said
    assert "Aucun salarié" in text_of(client.get(OCTOBER, {"etablissement": "0"}))
    assert client.get(OCTOBER, {"etablissement": "²"}).status_code == 200


def test_too_many_lines_ask_for_an_establishment(world, client_of, claire):
    for _ in range(199):
        b.an_aid_request(b.a_contract(cohort=world.cohort, establishment=world.estran), order=world.order)
    client = client_of(claire)
    said = text_of(client.get(OCTOBER))
    assert "201 salariés en contrat aidé en octobre 2026 : choisissez un établissement." in said
    assert f'<option value="{world.estran.pk}">Résidence mutualiste L\'Estran (200)</option>' in said
    assert "BAUDRY Amina" in text_of(client.get(OCTOBER, {"etablissement": world.closerie.pk}))


def test_pay_is_not_shown_to_a_coordinator_who_is_not_referent(world, client_of, claire, denis_at):
    denis_at.post(OCTOBER, form_of(world.contract, days="12-16") | {"save": "1"})
    world.cohort.referents.all().delete()
    said = text_of(client_of(claire).get(OCTOBER))
    assert "du 12/10/2026 au 16/10/2026" in said
    assert "salaire non maintenu" not in said


def queries_of(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(OCTOBER).status_code == 200
    return len(queries)


def test_the_page_costs_the_same_for_many(world, client_of, claire):
    client = client_of(claire)
    client.get(OCTOBER)
    before = queries_of(client)
    for _ in range(5):
        contract = b.a_contract(cohort=world.cohort)
        b.an_aid_request(contract, order=world.order)
    assert queries_of(client) == before


# --- Home ---


def test_the_home_says_what_is_at_stake(world, denis_at, client_of, claire):
    said = text_of(denis_at.get("/"))
    assert "état de présence à déclarer — octobre 2026" in said
    assert "520,87 € en jeu, alerte depuis le 15/11/2026 (hypothèse)" in said
    assert "états de présence à déclarer — octobre 2026" in text_of(client_of(claire).get("/"))


def test_the_home_gives_no_figure_when_no_amount_is_known(world, denis_at):
    SmicRate.objects.all().delete()
    said = text_of(denis_at.get("/"))
    assert "montant inconnu, alerte depuis le 15/11/2026 (hypothèse)" in said
    assert "0,00 €" not in said


# --- References ---


def test_a_setting_is_added_and_says_it_is_a_hypothesis(world, client_of, claire):
    client = client_of(claire)
    assert "hypothèse" in text_of(client.get(reverse("contracts:rules_list")))
    page = text_of(client.get(reverse("contracts:rules_add")))
    assert page.count("Hypothèse : ") >= 6
    sent = {
        "valid_from": "01/12/2026",
        "proration": "CALENDAR_DAYS",
        "tolerance": "0,50",
        "payment_months": "3",
        "statement_opens_day": "2",
        "statement_reminder_day": "6",
        "statement_alert_day": "16",
    }
    assert client.post(reverse("contracts:rules_add"), sent)["Location"] == reverse("contracts:rules_list")
    rules = AidRules.objects.get()
    assert (rules.tolerance, rules.statement_alert_day, rules.is_corrected) == (Decimal("0.50"), 16, True)


def test_days_in_the_wrong_order_are_refused(world, client_of, claire):
    sent = {
        "valid_from": "01/12/2026",
        "proration": "THIRTIETHS",
        "tolerance": "-1",
        "payment_months": "99",
        "statement_opens_day": "10",
        "statement_reminder_day": "5",
        "statement_alert_day": "15",
    }
    said = text_of(client_of(claire).post(reverse("contracts:rules_add"), sent))
    assert "Ouverture, rappel et alerte se suivent" in said
    assert "L'écart passé sous silence est de 0 € ou plus." in said
    assert "Mois laissés au payeur : " in said


def test_two_people_who_correct_the_rsa_are_told(world, client_of, claire):
    rate = RsaRate.objects.create(valid_from=date(2025, 4, 1), single_amount=Decimal("646.52"))
    address = reverse("contracts:rsa_change", args=[rate.pk])
    client = client_of(claire)
    sent = {"valid_from": "01/04/2025", "single_amount": "650,00", "version": "0"}
    assert client.post(address, sent).status_code == 302
    answer = client.post(address, sent | {"single_amount": "660,00"})
    assert "Une autre personne a enregistré cette fiche" in text_of(answer)
    rate.refresh_from_db()
    assert (rate.single_amount, rate.is_corrected) == (Decimal("650.00"), True)
