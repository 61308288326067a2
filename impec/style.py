"""The style page, in development only: every component in each of its states, with words as long as real ones."""

from datetime import date, timedelta
from types import SimpleNamespace

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages import Link
from accounts.tables import (
    Action,
    ActionsColumn,
    Column,
    CountColumn,
    DayColumn,
    EurosColumn,
    HoursColumn,
    StateColumn,
    Table,
)

NAMES = (
    "Marie-Élisabeth de La Rochefoucauld-Montbel",
    "Zoé D.",
    "Jean-Baptiste N’Guessan",
    "Aurore Lefèvre-Saint-Ouen",
    "Ali Ben Mohamed Ould Cheikh",
)
PLACES = (
    "EHPAD Les Jardins de la Vallée du Thar – Saint-Pair-sur-Mer",
    "Foyer d’accueil médicalisé L’Espérance",
    "MAS",
)
STATES = (
    ("ok", "en cours"),
    ("waiting", "demande signée"),
    ("warning", "suspendu"),
    ("danger", "rompu"),
    ("done", "terminé"),
    ("info", "offre positionnée"),
    ("neutral", "pressenti"),
)
TONES = {word: tone for tone, word in STATES}


class SampleForm(forms.Form):
    name = forms.CharField(label="Nom de naissance", help_text="Tel qu’il est écrit sur la pièce d’identité.")
    born_on = forms.DateField(label="Date de naissance")
    place = forms.ChoiceField(label="Établissement", choices=[("", "—"), *enumerate(PLACES)])
    channel = forms.ChoiceField(
        label="Comment la prévenir ?",
        choices=[("SMS", "par message texte"), ("MAIL", "par courriel"), ("NONE", "ne pas la prévenir")],
        widget=forms.RadioSelect,
        help_text="Elle peut changer d’avis.",
    )
    modules = forms.MultipleChoiceField(
        label="Modules à rattraper",
        choices=[("1", "Gestes et postures"), ("2", "Communication avec la personne âgée et ses proches")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    told = forms.BooleanField(label="L’employeur a été prévenu", help_text="Par écrit.")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    file = forms.FileField(label="Classeur", required=False, help_text="Fichier .xlsx, 10 Mo au plus.")


class SampleTable(Table):
    caption = "Contrats de la cohorte Sud Manche"

    person = Column("Salariée ou salarié", linkify=lambda record: "#contenu")
    place = Column("Établissement")
    state = StateColumn("État", tone=lambda record: TONES[record["state"]])
    starts_on = DayColumn("Début")
    hours = HoursColumn("Heures faites")
    absences = CountColumn("Absences")
    aid = EurosColumn("Aide attendue")
    links = ActionsColumn("Actions")

    def row_name(self, record):
        return record["person"]

    def actions(self, record):
        return [Action("Ouvrir", "#contenu"), Action("Modifier", "#contenu")]


def sample_rows(number: int) -> list[dict]:
    return [
        {
            "pk": index,
            "person": NAMES[index % len(NAMES)],
            "place": PLACES[index % len(PLACES)],
            "state": STATES[index % len(STATES)][1],
            "starts_on": date(2026, 2, 2) + timedelta(days=index),
            "hours": None if index % 11 == 10 else index * 210,
            "absences": index % 4,
            "aid": None if index % 7 == 3 else index * 520 + index % 100 / 100,
        }
        for index in range(number)
    ]


@login_not_required
@require_safe
def style_page(request):
    asked = request.GET.get("lignes", "")
    wrong = SampleForm(
        {"name": "", "born_on": "31/02/1990", "channel": "PIGEON", "note": "Ce qui était saisi reste."},
        auto_id="wrong_%s",
    )
    wrong.add_error(None, "Le contrat commence avant la décision : corrigez l’une des deux dates.")
    return render(
        request,
        "impec/style.html",
        {
            "title": "Composants",
            "intro": "Chaque composant dans chacun de ses états.",
            "links": [
                Link("Nouveau contrat", "#contenu", icon="plus", main=True),
                Link("Imprimer", "#contenu", icon="print"),
            ],
            "empty_form": SampleForm(auto_id="empty_%s"),
            "wrong_form": wrong,
            "filters": SimpleNamespace(form=SampleFilters()),
            "can_search": True,
            "search_label": "Rechercher une personne",
            "states": STATES,
            "facts": [
                ("Numéro de décision", "050 26 0123 R0"),
                ("Employeur", PLACES[0]),
                ("Heures du contrat", "26,00 h"),
                ("Tutrice", None),
            ],
            "table": SampleTable(sample_rows(int(asked) if asked.isdecimal() else 300)),
            "page": SimpleNamespace(number=2, has_next=True, has_others=True, total=6, first=51, last=100),
            "count": "300",
            "totals": [("Aide attendue", "1 234 567,89 €"), ("Heures", "3 456,50 h")],
        },
    )


class SampleFilters(forms.Form):
    state = forms.ChoiceField(
        label="État", choices=[("", "tous"), *((word, word) for _, word in STATES)], required=False
    )
    place = forms.ChoiceField(label="Établissement", choices=[("", "tous"), *enumerate(PLACES)], required=False)
    since = forms.DateField(label="Commencés depuis le", required=False)
