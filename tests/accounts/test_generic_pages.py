"""The generic pages (accounts/pages.py): lists that count once and page by identifiers, forms that refuse and keep."""

from datetime import date
from types import SimpleNamespace

import django_filters
import pytest
from django import forms
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import include, path, reverse_lazy

from accounts.models import Organisation
from accounts.pages import ChangePage, DetailPage, FormPage, Link, ListPage
from accounts.roles import OrganisationKind
from accounts.rows import change
from accounts.tables import Column, Table
from cohorts.models import Cohort

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class OrganisationTable(Table):
    caption = "Organisations"
    name = Column()
    kind = Column()

    class Meta(Table.Meta):
        model = Organisation
        fields = ("name", "kind")


class OrganisationFilters(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices, label="Nature", empty_label="toutes")

    class Meta:
        model = Organisation
        fields = ("kind",)


class OrganisationList(ListPage):
    permission_required = "accounts.manage_members"
    table_class = OrganisationTable
    filterset_class = OrganisationFilters
    title = "Organisations"
    default_order = ("name",)
    per_page = 10
    empty_text = "Aucune organisation : invitez la première."

    def get_queryset(self):
        return Organisation.objects.filter(name__startswith="Site")

    def totals(self, rows):
        return [("Employeurs", str(rows.filter(kind=OrganisationKind.EMPLOYER).count()))]

    def links(self):
        return [
            Link("Nouvelle organisation", "/nouvelle/", "accounts.manage_members", main=True),
            Link("Réservé", "/reserve/", "accounts.fly_to_the_moon"),
        ]


class LongList(OrganisationList):
    count_cap = 12


class OrganisationDetail(DetailPage):
    permission_required = "accounts.manage_members"

    def get_queryset(self):
        return Organisation.objects.filter(kind=OrganisationKind.EMPLOYER)

    def facts(self):
        return [("Nature", self.object.get_kind_display()), ("Département", self.object.department)]


class NameForm(forms.Form):
    name = forms.CharField(label="Nom")
    told_on = forms.DateField(label="Prévenue le", required=False)


class NewOrganisation(FormPage):
    permission_required = "accounts.manage_members"
    form_class = NameForm
    title = "Nouvelle organisation"
    done_message = "Enregistré."
    success_url = reverse_lazy("organisations")

    def act(self, form):
        name = form.cleaned_data["name"]
        if name == "refusée":
            raise ValidationError({"name": "Ce nom est pris : ajoutez la commune.", "siren": "Il manque un chiffre."})
        return Organisation.objects.create(kind=OrganisationKind.EMPLOYER, name=name)


class CohortForm(forms.ModelForm):
    class Meta:
        model = Cohort
        fields = ("name", "starts_on")


class ChangeCohort(ChangePage):
    permission_required = "cohorts.view_cohort"
    model = Cohort
    form_class = CohortForm
    title = "Modifier la cohorte"
    success_url = "/"

    def act(self, form):
        with transaction.atomic():
            return change(self.row, version=self.version, **form.cleaned_data)


urlpatterns = [
    path("essai/", OrganisationList.as_view(), name="organisations"),
    path("longue/", LongList.as_view(), name="long_list"),
    path("essai/<int:pk>/", OrganisationDetail.as_view(), name="organisation"),
    path("nouvelle/", NewOrganisation.as_view(), name="new_organisation"),
    path("cohorte/<int:pk>/", ChangeCohort.as_view(), name="change_cohort"),
    path("", include("impec.urls")),
]


@pytest.fixture
def sites():
    kinds = [OrganisationKind.EMPLOYER, OrganisationKind.PRESCRIBER]
    rows = [Organisation(kind=kinds[number % 2], name=f"Site {number:02}") for number in range(25)]
    return Organisation.objects.bulk_create(rows)


@pytest.fixture
def claires(client, claire):
    client.force_login(claire)
    return client


def names(response):
    return [row.record.name for row in response.context["table"].rows]


# --- Lists ---


def test_a_list_shows_its_first_rows_their_count_and_its_totals(claires, sites):
    response = claires.get("/essai/")
    assert names(response) == [f"Site {number:02}" for number in range(10)]
    page = response.content.decode()
    assert "<strong>25</strong> lignes" in page
    assert "<dt>Employeurs</dt><dd>13</dd>" in page
    assert "Page 1 sur 3" in page
    assert "<title>Organisations — ImPEC&#x27;</title>" in page or "<title>Organisations — ImPEC'</title>" in page


def test_the_last_page_holds_the_rest(claires, sites):
    response = claires.get("/essai/?page=3")
    assert names(response) == [f"Site {number:02}" for number in range(20, 25)]
    page = response.content.decode()
    assert "page=2" in page
    assert "page=4" not in page
    assert "lignes 21 à 25" in page


def test_filters_and_sorting_are_in_the_address_and_kept_by_the_pager(claires, sites):
    response = claires.get("/essai/?kind=EMPLOYER&tri=-name")
    assert names(response)[:2] == ["Site 24", "Site 22"]
    page = response.content.decode()
    assert "<strong>13</strong> lignes pour ces critères" in page
    assert "?kind=EMPLOYER&amp;tri=-name&amp;page=2" in page
    assert '<input type="hidden" name="tri" value="-name">' in page


def test_rows_alike_keep_one_order_from_page_to_page(claires, sites):
    seen = [name for number in (1, 2, 3) for name in names(claires.get(f"/essai/?tri=kind&page={number}"))]
    assert sorted(seen) == [f"Site {number:02}" for number in range(25)]


@pytest.mark.parametrize("number", ["0", "-1", "deux", "1e9", "99999999999999999999", "²", ""])
def test_a_page_number_that_means_nothing_is_the_first_page(claires, sites, number):
    assert names(claires.get("/essai/", {"page": number}))[0] == "Site 00"


def test_a_page_beyond_the_end_says_so(claires, sites):
    response = claires.get("/essai/?page=4")
    assert response.status_code == 200
    assert "La liste ne va pas jusqu'à la page 4." in response.content.decode()


def test_an_unknown_filter_value_is_said_and_hides_nothing(claires, sites):
    response = claires.get("/essai/?kind=CIRQUE")
    assert len(names(response)) == 10
    assert "Sélectionnez un choix valide" in response.content.decode()


def test_a_filter_without_rows_offers_to_show_everything(claires, sites):
    page = claires.get("/essai/?kind=FUNDER").content.decode()
    assert "Aucune ligne pour ces critères." in page
    assert 'href="/essai/">affichez toute la liste' in page


def test_an_empty_list_says_what_to_do_next(claires):
    page = claires.get("/essai/").content.decode()
    assert "Aucune organisation : invitez la première." in page
    assert 'href="/nouvelle/">Nouvelle organisation' in page


def test_a_button_without_the_right_is_not_shown(claires, sites):
    assert "Réservé" not in claires.get("/essai/").content.decode()


def test_a_very_long_list_is_counted_to_its_cap_and_still_paged(claires, sites):
    page = claires.get("/longue/?page=2").content.decode()
    assert "<strong>plus de 12</strong> lignes" in page
    assert "Page 2 <" in page
    assert "page=3" in page
    assert names(claires.get("/longue/?page=3"))[-1] == "Site 24"


def test_a_list_costs_the_same_queries_whatever_its_rows(claires, sites, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        claires.get("/essai/?page=2")


def test_a_role_without_the_permission_is_refused(client, bruno, sites):
    client.force_login(bruno)
    assert client.get("/essai/").status_code == 403


# --- Details ---


def test_a_detail_shows_its_facts_and_says_what_is_unknown(claires, sites):
    page = claires.get(f"/essai/{sites[0].pk}/").content.decode()
    assert "<h1>Site 00</h1>" in page
    assert "<dd>employeur</dd>" in page
    assert "non renseigné" in page


def test_a_row_out_of_scope_is_not_found(claires, sites):
    assert claires.get(f"/essai/{sites[1].pk}/").status_code == 404


# --- Forms ---


def test_a_form_does_its_act_and_says_so(claires):
    response = claires.post("/nouvelle/", {"name": "Site neuf"})
    assert response.status_code == 302
    assert Organisation.objects.filter(name="Site neuf").exists()
    assert [str(message) for message in get_messages(response.wsgi_request)] == ["Enregistré."]


def test_sending_a_form_twice_does_it_once(claires):
    sent = {"name": "Site neuf", "form_token": "a-token-of-this-page"}
    first, second = claires.post("/nouvelle/", sent), claires.post("/nouvelle/", sent)
    assert first["Location"] == second["Location"]
    assert Organisation.objects.filter(name="Site neuf").count() == 1


def test_a_wrong_form_keeps_what_was_typed_and_leads_to_its_errors(claires):
    page = claires.post("/nouvelle/", {"name": "", "told_on": "31/02/2026"}).content.decode()
    assert "<title>Erreur : Nouvelle organisation" in page
    assert "2 points sont à corriger" in page
    assert '<a href="#id_told_on">Prévenue le' in page
    assert 'value="31/02/2026"' in page
    assert 'aria-invalid="true" aria-describedby="id_told_on_error"' in page


def test_a_refusal_goes_beside_its_field_or_to_the_top(claires):
    response = claires.post("/nouvelle/", {"name": "refusée"})
    form = response.context["form"]
    assert form.errors["name"] == ["Ce nom est pris : ajoutez la commune."]
    assert form.non_field_errors() == ["Il manque un chiffre."]


def test_required_fields_and_dates_say_what_they_expect(claires):
    page = claires.get("/nouvelle/").content.decode()
    assert 'Nom <span class="field-required">(obligatoire)</span>' in page
    assert "JJ/MM/AAAA, par exemple 31/03/2026" in page


# --- Two people, one form ---


@pytest.fixture
def meeting(claires, world):
    cohort = world.cohort
    return SimpleNamespace(client=claires, cohort=cohort, url=f"/cohorte/{cohort.pk}/")


def test_the_version_travels_with_the_form(meeting):
    assert f'name="version" value="{meeting.cohort.version}"' in meeting.client.get(meeting.url).content.decode()


def test_the_second_of_two_people_is_shown_both_versions(meeting):
    opened_at = meeting.cohort.version
    with transaction.atomic():
        change(meeting.cohort, version=opened_at, name="Nom de l'autre", starts_on=date(2026, 3, 2))
    sent = {"name": "Mon nom", "starts_on": "02/03/2026", "version": opened_at}
    response = meeting.client.post(meeting.url, sent)
    assert response.context["both_versions"] == [("Nom", "Mon nom", "Nom de l'autre")]
    assert 'value="Mon nom"' in response.content.decode()
    again = meeting.client.post(meeting.url, sent | {"version": response.context["version"]})
    assert again.status_code == 302
    meeting.cohort.refresh_from_db()
    assert meeting.cohort.name == "Mon nom"


@pytest.mark.parametrize("version", ["", "abc", "-1", "99999999999999999999"])
def test_a_broken_version_is_no_crash(meeting, version):
    sent = {"name": "Mon nom", "starts_on": "02/03/2026", "version": version}
    assert meeting.client.post(meeting.url, sent).status_code in (200, 302)
