"""Grids of skills: one per trade, corrected by the agency itself, by dated versions."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import DetailPage, FormPage, Link, ListPage
from accounts.templatetags.french import as_day
from contracts.views.acts import ActPage
from regulations.trades import Trade
from tutoring.actions.grids import choose_trade, write_grid
from tutoring.forms.grids import GridForm, TradeForm
from tutoring.grids import trade_of
from tutoring.models import Grid
from tutoring.tables import GridTable


class AnyGrid:
    """Grids are reference data: the same for whoever may read them."""

    model = Grid

    def get_queryset(self):
        return Grid.objects.all()


class GridList(AnyGrid, ListPage):
    permission_required = "tutoring.view_grid"
    table_class = GridTable
    title = "Grilles de savoir-faire"
    intro = "Une grille par métier. La corriger en écrit une autre version : ce qui est déjà observé ne change pas."
    default_order = ("trade", "-version", "pk")
    export_name = "grilles"
    empty_text = "Aucune grille : lancez l'installation, qui apporte celles des sept métiers."

    def get_queryset(self):
        return super().get_queryset().select_related("author").with_counts()


class GridDetail(AnyGrid, DetailPage):
    permission_required = "tutoring.view_grid"
    template_name = "tutoring/grid_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("author").with_skills()

    @cached_property
    def last(self):
        return Grid.objects.filter(trade=self.object.trade).order_by("-version").first()

    @cached_property
    def of_today(self):
        return Grid.objects.in_force(self.object.trade, clock.today()).first()

    def facts(self):
        grid = self.object
        return [
            ("Métier", grid.get_trade_display()),
            ("Version", f"{grid.version}, {self.standing()}"),
            ("Valable à partir du", as_day(grid.valid_from)),
            ("Écrite par", grid.author.get_full_name() if grid.author else "ImPEC', à l'installation"),
            ("Ce qui change", grid.note),
        ]

    def standing(self) -> str:
        if self.object.valid_from > clock.today():
            return "à venir"
        return "en vigueur" if self.of_today == self.object else "remplacée"

    def links(self):
        grids = Link("Toutes les grilles", reverse("tutoring:grid_list"), "tutoring.view_grid", "list")
        if self.last != self.object:
            return [grids, Link(f"Voir la version {self.last.version}", self.last.get_absolute_url())]
        address = reverse("tutoring:grid_write", args=[self.object.pk])
        return [grids, Link("Corriger la grille", address, "tutoring.write_grid", "edit", True)]


class WriteGrid(FormPage):
    """Corriger : toute la grille sur une page, une nouvelle version à partir d'un jour."""

    form_class = GridForm
    permission_required = "tutoring.write_grid"
    template_name = "tutoring/grid_form.html"
    submit_label = "Enregistrer la nouvelle version"
    done_message = "La nouvelle version est enregistrée."

    @cached_property
    def grid(self):
        return get_object_or_404(Grid.objects.with_skills(), pk=self.kwargs["pk"])

    @property
    def title(self):
        return f"Corriger la grille : {self.grid.get_trade_display()}"

    intro = (
        "Changez les mots, l'ordre ou les blocs. Videz une ligne pour retirer un savoir-faire, remplissez une ligne "
        "vide pour en ajouter un. Ce que les tuteurs ont déjà observé garde ses mots."
    )

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"grid": self.grid}

    def get_initial(self):
        return {"valid_from": max(clock.today(), self.grid.valid_from)}

    def act(self, form):
        return write_grid(
            based_on=self.grid,
            blocks=form.content(),
            valid_from=form.cleaned_data["valid_from"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )

    def cancel_url(self):
        return self.grid.get_absolute_url()


class ChooseTrade(ActPage):
    """Le métier d'un contrat : celui que dit l'emploi, ou celui que l'on choisit."""

    form_class = TradeForm
    permission_required = "tutoring.choose_trade"
    title = "Métier du contrat"
    done_message = "Le métier est choisi : sa grille servira aux prochaines observations."

    def get_initial(self):
        return {"trade": trade_of(self.contract)}

    def act(self, form):
        choose_trade(contract=self.contract, trade=Trade(form.cleaned_data["trade"]), by=self.request.user)
        return self.contract
