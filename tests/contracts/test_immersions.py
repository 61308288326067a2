"""Immersions and swap weeks: hosts, agreements, limits, what was learned; who reads it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.questions import Questions
from contracts import actions
from contracts.models import Immersion
from regulations.contracts import BreakReason, ImmersionPurpose
from regulations.employers import LegalCategory
from regulations.immersions import ImmersionEnding, ImmersionNature, ImmersionParty
from regulations.periods import Period
from tests import builders as b

WEEK = Period(date(2026, 11, 2), date(2026, 11, 6))
COMING = Period(date(2026, 12, 7), date(2026, 12, 11))


def record(world, period=WEEK, contract=None, **place):
    return actions.record_immersion(
        contract=contract or world.contract,
        host="Mairie d'Avranches",
        period=period,
        purpose=ImmersionPurpose.DISCOVER,
        place=actions.Place(**place),
        by=world.users["coordinator"],
    )


def swap(world, period=WEEK):
    return record(world, period, nature=ImmersionNature.SWAP, host_establishment=world.estran)


def agree(world, immersion, day=date(2026, 10, 26), **changes):
    for party in ImmersionParty:
        immersion = actions.agree_immersion(
            immersion=immersion, party=party, agreed_on=day, by=world.users["coordinator"], **changes
        )
    return immersion


def open_swaps(world, **changes):
    facts = {"valid_from": date(2026, 10, 1), "valid_to": date(2026, 12, 31), **changes}
    return actions.note_swap_agreement(
        cohort=world.cohort,
        authority="DDETS de la Manche",
        reference="Courriel du 28/09/2026",
        by=world.users["coordinator"],
        **facts,
    )


def test_everybody_agrees_then_it_is_told_what_was_learned(world):
    immersion = record(world, host_tutor="Paule Renard", objective="Voir la cuisine")
    with pytest.raises(ValidationError, match="accords qui manquent"):
        actions.conclude_immersion(immersion=immersion, ending=ImmersionEnding.COMPLETED, by=None)
    immersion = agree(world, immersion)
    assert immersion.is_agreed
    done = actions.conclude_immersion(
        immersion=immersion, ending=ImmersionEnding.COMPLETED, learned="Le plan de nettoyage.", by=None
    )
    assert (done.get_ending_display(), done.learned) == ("allée à son terme", "Le plan de nettoyage.")


def test_an_agreement_after_the_first_day_takes_a_reason(world):
    immersion = record(world)
    with pytest.raises(Questions):
        agree(world, immersion, date(2026, 11, 4))
    late = agree(world, immersion, date(2026, 11, 4), accepted={"accord_apres_le_debut": "Accord oral la veille."})
    assert "Accord oral la veille." in late.exception_reason


def test_an_agreement_is_not_of_tomorrow_nor_given_twice(world):
    immersion = record(world, COMING)
    with pytest.raises(ValidationError, match="à venir"):
        agree(world, immersion, date(2026, 11, 21))
    agree(world, immersion)
    with pytest.raises(ValidationError, match="déjà noté"):
        agree(world, immersion)


def test_what_is_to_come_has_no_outcome(world):
    immersion = agree(world, record(world, COMING))
    with pytest.raises(ValidationError, match="va du 07/12/2026"):
        actions.conclude_immersion(immersion=immersion, ending=ImmersionEnding.COMPLETED, by=None)


def test_a_host_is_another_employer_and_still_open(world):
    with pytest.raises(ValidationError, match="chez un autre employeur"):
        record(world, host_establishment=world.closerie)
    world.estran.closed_on = date(2026, 6, 1)
    world.estran.save()
    with pytest.raises(ValidationError, match="est fermé"):
        record(world, host_establishment=world.estran)


def test_two_immersions_do_not_overlap_unless_one_is_void(world):
    first = record(world)
    with pytest.raises(ValidationError, match="couvre déjà"):
        record(world)
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.void_immersion(immersion=first, reason=" ", by=world.users["coordinator"])
    actions.void_immersion(immersion=first, reason="Reportée.", by=world.users["coordinator"])
    assert record(world).pk != first.pk


def test_a_voided_immersion_leaves_the_quarter(world):
    long = record(world, Period(date(2026, 5, 4), date(2026, 6, 4)))
    record(world, Period(date(2026, 7, 6), date(2026, 8, 6)))
    with pytest.raises(Questions):
        record(world, Period(date(2026, 9, 1), date(2026, 10, 1)))
    actions.void_immersion(immersion=long, reason="N'a pas eu lieu.", by=world.users["coordinator"])
    assert record(world, Period(date(2026, 9, 1), date(2026, 10, 1))).exception_reason == ""


def test_a_break_voids_the_immersions_that_would_come_after_it(world):
    past, coming = record(world), record(world, COMING)
    actions.break_contract(
        contract=world.contract, broken_on=date(2026, 11, 30), reason=BreakReason.RESIGNATION, by=None
    )
    assert list(world.contract.immersions.valid()) == [past]
    coming.refresh_from_db()
    assert coming.void_reason == "Le contrat est rompu le 30/11/2026."


def test_no_swap_without_the_agreement_of_the_authority(world):
    with pytest.raises(ValidationError, match="Aucun accord n'est noté"):
        swap(world)
    open_swaps(world)
    assert swap(world).host == "Résidence mutualiste L'Estran"
    with pytest.raises(ValidationError, match="Aucun accord n'est noté"):
        swap(world, Period(date(2026, 12, 30), date(2027, 1, 5)))


def test_a_swap_is_between_eligible_employers_of_the_cohort(world):
    open_swaps(world)
    elsewhere = b.an_establishment(employer=b.an_employer(siren="999985666", name="Ailleurs"), siret="99998566600010")
    with pytest.raises(ValidationError, match="de la même cohorte"):
        record(world, nature=ImmersionNature.SWAP, host_establishment=elsewhere)
    world.estran.employer.legal_category = LegalCategory.COMPANY
    world.estran.employer.save()
    with pytest.raises(ValidationError, match="n'est pas possible ici"):
        swap(world)


def test_the_form_keeps_what_was_typed_and_leads_to_the_agreements(world, client_of):
    client = client_of(world.users["coordinator"])
    address = reverse("contracts:record_immersion", args=[world.contract.pk])
    typed = {"nature": "PMSMP", "host": "", "starts_on": "02/11/2026", "ends_on": "06/11/2026", "purpose": "DISCOVER"}
    answer = client.post(address, typed | {"objective": "Voir la cuisine"})
    page = answer.content.decode()
    assert "Dites où se passe l&#x27;immersion." in page
    assert "Voir la cuisine" in page
    answer = client.post(address, typed | {"host": "Mairie d'Avranches"})
    immersion = Immersion.objects.get()
    assert answer.url == immersion.get_absolute_url()
    assert "Accords" in client.get(answer.url).content.decode()


def test_an_employer_reads_his_own_and_the_tutor_not_the_outcome(world, client_of):
    immersion = agree(world, record(world))
    actions.conclude_immersion(immersion=immersion, ending=ImmersionEnding.COMPLETED, outcome="Très bien.", by=None)
    said = {
        role: "Très bien." in client_of(world.users[role]).get(immersion.get_absolute_url()).content.decode()
        for role in ("coordinator", "employer", "neighbour", "tutor")
    }
    assert said == {"coordinator": True, "employer": True, "neighbour": False, "tutor": False}


def test_the_trainee_sees_where_she_goes(world, client_of):
    record(world, COMING, host_tutor="Paule Renard")
    page = client_of(world.users["trainee"]).get(reverse("training:my_schedule")).content.decode()
    assert "Mairie d&#x27;Avranches" in page
    assert "Paule Renard" in page
