"""Pages of conventions, invoices and certificates: they work, then how they refuse."""

from datetime import date

import pytest
from django.urls import reverse

from tests import builders as b
from tests.training.paid import a_certificate, a_convention, a_held_half_day, a_training_body, an_invoice
from training.models import Certificate, Convention, InvoiceLine, TrainingBody

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"training:{name}", args=args)


@pytest.fixture
def held(world):
    """March followed by Amina and Zoé, each in her employer's convention."""
    world.other = world.other_contract.enrolment
    world.mine = a_convention(world.cohort, world.closerie, world.enrolment)
    world.theirs = a_convention(world.cohort, world.estran, world.other)
    for day in (10, 17):
        a_held_half_day(world.cohort, date(2026, 3, day), world.enrolment, world.other)
    return world


def text(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_trainer_says_who_signs_then_prepares_all_conventions(world, client_of, esther):
    browser = client_of(esther)
    assert "Complétez sa fiche" in text(browser.get(url("prepare_conventions", world.cohort.pk)))
    body = {
        "name": "Centre de formation de la Baie",
        "declaration_number": "28 50 00000 50",
        "siret": "999 982 119 00011",
        "representative": "Esther PARENT",
        "town": "Avranches",
    }
    assert browser.post(url("change_training_body", world.cohort.pk), body).status_code == 302
    assert TrainingBody.objects.get().declaration_number == "28500000050"
    page = browser.get(url("prepare_conventions", world.cohort.pk))
    assert "BAUDRY Amina" in text(page)
    answer = browser.post(
        url("prepare_conventions", world.cohort.pk), {"hourly_rate": "15,50", "payment_terms": "À trente jours."}
    )
    assert answer.url == f"{url('convention_list')}?cohorte={world.cohort.pk}"
    assert Convention.objects.filter(hourly_rate="15.50", payment_terms="À trente jours.").count() == 2
    done = text(browser.get(url("prepare_conventions", world.cohort.pk)))
    assert "déjà dans une convention" in done
    assert 'type="submit">Préparer' not in done


def test_two_prices_are_refused_and_stay_typed(world, client_of, esther):
    a_training_body(world.cohort.training_organisation)
    data = {"hourly_rate": "15", "group_price": "900", "payment_terms": "x"}
    page = client_of(esther).post(url("prepare_conventions", world.cohort.pk), data)
    assert "pas les deux" in text(page)
    assert 'value="900"' in text(page)
    assert not Convention.objects.exists()


def test_a_convention_is_corrected_then_signed(world, client_of, claire):
    convention = a_convention(world.cohort, world.closerie, world.enrolment, signed=False)
    browser = client_of(claire)
    page = browser.get(url("change_convention", convention.pk))
    assert page.context["form"]["planned_hours"].value() == "84,00"
    data = {
        "title": "Socle commun",
        "nature": "TRAINING",
        "starts_on": "02/02/2026",
        "ends_on": "01/02/2027",
        "planned_hours": "83 h 30",
        "hourly_rate": "16,00",
        "payment_terms": "À trente jours.",
        "people": [world.enrolment.pk],
        "version": "0",
    }
    assert browser.post(url("change_convention", convention.pk), data).status_code == 302
    convention.refresh_from_db()
    assert (convention.planned_minutes, convention.hourly_rate) == (5010, 16)
    refused = browser.post(url("change_convention", convention.pk), data | {"planned_hours": "beaucoup"})
    assert "« beaucoup » n'est pas une durée" in text(refused).replace("&#x27;", "'")
    second = browser.post(url("change_convention", convention.pk), data | {"hourly_rate": "17", "version": "0"})
    assert "Une autre personne a enregistré" in text(second)
    browser.post(url("sign_convention", convention.pk), {"signed_on": "30/01/2026"})
    convention.refresh_from_db()
    assert convention.signed_on == date(2026, 1, 30)
    assert "Noter la signature" not in text(browser.get(convention.get_absolute_url()))


def test_the_page_says_what_is_followed_invoiced_and_certified(held, client_of, denis):
    an_invoice(held.mine, (held.enrolment, 450))
    page = text(client_of(denis).get(held.mine.get_absolute_url()))
    assert "7,00 h" in page
    assert "7,50 h" in page
    assert "112,50 €" in page
    assert "Noter une facture" not in page


def test_hours_followed_are_proposed_on_the_invoice(held, client_of, esther):
    browser = client_of(esther)
    name = f"h{held.enrolment.pk}"
    page = browser.get(url("record_invoice", held.mine.pk) + "?periode=2026-03")
    form = page.context["form"]
    assert (form[name].value(), form["starts_on"].value()) == ("7,00", date(2026, 3, 1))
    data = {
        "number": "F-2026-03",
        "invoiced_on": "02/04/2026",
        "starts_on": "01/03/2026",
        "ends_on": "31/03/2026",
        name: "7,00",
    }
    wrong = browser.post(url("record_invoice", held.mine.pk), data | {name: "sept heures"})
    assert "« sept heures » n'est pas une durée" in text(wrong).replace("&#x27;", "'")
    assert not InvoiceLine.objects.exists()
    browser.post(url("record_invoice", held.mine.pk), data)
    line = InvoiceLine.objects.get()
    assert (line.minutes, line.amount) == (420, 105)
    twice = browser.post(url("record_invoice", held.mine.pk), data | {"number": "F-2"})
    assert "déjà facturée" in text(twice)
    silent = browser.post(url("void_invoice_line", line.pk), {"reason": ""})
    assert "pourquoi" in text(silent)
    browser.post(url("void_invoice_line", line.pk), {"reason": "Mauvais mois", "whole": "on"})
    assert not InvoiceLine.objects.valid().exists()
    assert "Mauvais mois" in text(browser.get(held.mine.get_absolute_url()))


def test_issue_for_all_issues_one_and_names_what_blocks_the_other(held, client_of, esther):
    an_invoice(held.mine, (held.enrolment, 420))
    an_invoice(held.theirs, (held.other, 450), number="F-2")
    browser = client_of(esther)
    address = url("cohort_certificates", held.cohort.pk)
    page = text(browser.get(f"{address}?periode=2026-03"))
    assert "7 h suivies, 7 h 30 facturées : 0 h 30 de différence." in page
    answer = browser.post(address, {"periode": "2026-03", "form_token": "un-seul-envoi"}, follow=True)
    assert "1 certificat émis. 1 en attente" in text(answer)
    browser.post(address, {"periode": "2026-03", "form_token": "un-seul-envoi"})
    assert Certificate.objects.get().enrolment == held.enrolment
    assert "Aucun certificat ne peut être émis" in text(browser.post(address, {"periode": "2026-03"}, follow=True))


@pytest.mark.parametrize("periode", ["", "2026-13", "2026-11", "n'importe quoi"])
def test_a_period_that_does_not_exist_issues_nothing(held, client_of, esther, periode):
    answer = client_of(esther).post(url("cohort_certificates", held.cohort.pk), {"periode": periode})
    assert answer.status_code == 404
    assert not Certificate.objects.exists()


def test_the_trainee_reads_her_own_and_nobody_elses(world, client_of, amina, denis, gaelle):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    certificate = a_certificate(convention, world.enrolment, world.users["trainer"])
    page = text(client_of(amina).get(certificate.get_absolute_url()))
    assert "3,50 heures" in page
    assert "Remplacer" not in page
    stranger = b.a_user()
    b.a_person(birth_name="AUTRE", user=stranger)
    found = {user.email: client_of(user).get(certificate.get_absolute_url()).status_code for user in (denis, gaelle)}
    assert list(found.values()) == [200, 404]
    assert client_of(stranger).get(certificate.get_absolute_url()).status_code == 404


def test_a_certificate_says_that_it_is_outdated_and_is_replaced(world, client_of, esther):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    certificate = a_certificate(convention, world.enrolment, esther)
    browser = client_of(esther)
    assert "Rien n" in text(browser.post(url("replace_certificate", certificate.pk)))
    world.enrolment.attendances.filter(half_day__day=date(2026, 3, 10)).update(attended_minutes=180)
    page = text(browser.get(certificate.get_absolute_url()))
    assert "à remplacer" in page
    assert "3 h suivies, 3 h 30 facturées" in page
    browser.post(url("void_invoice_line", convention.invoice_lines.get().pk), {"reason": "Retard"})
    an_invoice(convention, (world.enrolment, 180), number="F-2")
    browser.post(url("replace_certificate", certificate.pk))
    newer = Certificate.objects.get(is_replaced=False)
    assert "REMPLACÉ par le n° " + newer.number in text(browser.get(certificate.get_absolute_url()))


def test_an_invoice_voided_after_the_issue_is_to_be_looked_at(world, client_of, esther):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    a_certificate(convention, world.enrolment, esther)
    browser = client_of(esther)
    address = url("cohort_certificates", world.cohort.pk) + "?periode=2026-03"
    assert "à vérifier" not in text(browser.get(address))
    browser.post(url("void_invoice_line", convention.invoice_lines.get().pk), {"reason": "Doublon"})
    page = text(browser.get(address))
    assert "à vérifier" in page
    assert "3 h 30 suivies, aucune ligne de facture." in page


def test_the_cohort_page_asks_the_same_queries_whatever_the_people(
    held, client_of, esther, django_assert_max_num_queries
):
    people = [b.a_contract(enrolment=b.an_enrolment(cohort=held.cohort), establishment=held.closerie) for _ in range(8)]
    a_convention(held.cohort, held.closerie, *[one.enrolment for one in people])
    browser = client_of(esther)
    browser.get(url("cohort_certificates", held.cohort.pk))
    with django_assert_max_num_queries(16):
        browser.get(url("cohort_certificates", held.cohort.pk))
    with django_assert_max_num_queries(22):
        browser.get(held.mine.get_absolute_url())


# --- The public page ---


@pytest.fixture
def certificate(world):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    return a_certificate(convention, world.enrolment, world.users["trainer"])


def check(client_of, number, code):
    return client_of(None).post(url("check_certificate"), {"number": number, "code": code})


def test_whoever_holds_the_paper_is_told_it_is_valid_and_no_name(certificate, client_of):
    page = text(check(client_of, certificate.number, certificate.verification_code.lower()))
    assert "valable" in page
    assert "A. B." in page
    assert "3,50" in page
    for private in ("BAUDRY", "Amina", "Closerie", "99998211900011"):
        assert private not in page


def test_a_wrong_code_and_an_unknown_number_are_told_the_same(certificate, client_of):
    pages = [
        check(client_of, *pair).content for pair in ((certificate.number, "XXXX-XXXX-XXXX"), ("SM-9", "XXXX-XXXX-XXXX"))
    ]
    shown = [page.split(b'role="status"')[1].split(b"</section>")[0] for page in pages]
    assert shown[0] == shown[1]
    assert "inconnu" in shown[0].decode()


def test_a_replaced_one_names_the_number_that_replaces_it(certificate, client_of):
    Certificate.objects.filter(pk=certificate.pk).update(is_replaced=True)
    newer = Certificate.objects.create(
        number="SM-2026-CR-002",
        enrolment=certificate.enrolment,
        convention=certificate.convention,
        starts_on=certificate.starts_on,
        ends_on=certificate.ends_on,
        minutes=180,
        verification_code="AAAA-BBBB-CCCC",
        issued_by=certificate.issued_by,
        replaces=certificate,
    )
    page = text(check(client_of, certificate.number, certificate.verification_code))
    assert "remplacé" in page
    assert newer.number in page


def test_guessing_is_stopped_after_twenty_tries(certificate, client_of):
    answers = [check(client_of, certificate.number, f"AAAA-BBBB-{number:04d}").status_code for number in range(22)]
    assert answers == [200] * 20 + [429, 429]
    late = check(client_of, certificate.number, certificate.verification_code)
    assert late.status_code == 429
    assert "quart d" in text(late)
    assert certificate.verification_code in text(late)


def test_the_address_of_the_page_never_carries_the_code(client_of):
    page = client_of(None).get(url("check_certificate") + "?number=SM-2026-CR-001&code=AAAA-BBBB-CCCC")
    assert "AAAA-BBBB-CCCC" not in text(page)
