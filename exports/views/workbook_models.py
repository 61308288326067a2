"""Pages of the recipients' own workbooks: the list, one of them, what goes where, its file."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts.downloads import attachment
from accounts.pages import DetailPage, FormPage, Link, ListPage, Scoped
from accounts.rows import Conflict
from accounts.templatetags.french import as_count, as_day, as_instant
from exports import actions
from exports.forms.workbook_models import CodesForm, ConfirmForm, FileForm, MappingForm, ReceiveForm
from exports.mapping import Mapping, listed_columns, on_sheet, problems
from exports.model_page import changes_of, lines_of, missing_codes
from exports.models import WorkbookModel
from exports.registry import KINDS
from exports.tables import WorkbookModelTable
from workbooks.survey import Survey

PERMISSION = "exports.make_delivery"


class ModelList(ListPage):
    model = WorkbookModel
    permission_required = PERMISSION
    table_class = WorkbookModelTable
    title = "Classeurs des destinataires"
    intro = "Leur classeur, reçu vide une fois : chaque remise en remplit une copie, sans rien y changer d'autre."
    empty_text = "Aucun modèle reçu : les fichiers partent dans nos propres classeurs."
    default_order = ("code", "financer__name", "-version")

    def get_queryset(self):
        return super().get_queryset().with_names()

    def links(self):
        return [Link("Recevoir un modèle", reverse("exports:model_receive"), PERMISSION, icon="file", main=True)]


class ReceiveModel(FormPage):
    form_class = ReceiveForm
    permission_required = PERMISSION
    template_name = "exports/model_form.html"
    title = "Recevoir un modèle"
    intro = "Le classeur est lu, jamais modifié. Ce qui va dans ses colonnes vous est proposé ensuite."
    submit_label = "Lire ce classeur"

    def act(self, form):
        return actions.receive_model(user=self.request.user, **form.received())

    def cancel_url(self):
        return reverse("exports:model_list")


class OfModel(Scoped):
    """One model of the agency."""

    model = WorkbookModel
    permission_required = PERMISSION

    @cached_property
    def row(self) -> WorkbookModel:
        return get_object_or_404(self.get_queryset().with_names(), pk=self.kwargs["pk"])

    @cached_property
    def survey(self) -> Survey:
        return Survey.from_dict(self.row.survey)

    @cached_property
    def mapping(self) -> Mapping:
        return Mapping.from_dict(self.row.mapping)

    @property
    def named(self) -> str:
        return f"{KINDS[self.row.code].name}, {self.row.to_whom}, version {self.row.version}"

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"workbook_model": self.row}


class RenewModel(OfModel, FormPage):
    """The recipient's file has changed: what is new in it is told, and nothing leaves before it is mapped."""

    form_class = FileForm
    template_name = "exports/model_form.html"
    submit_label = "Lire ce classeur"

    @property
    def title(self):
        return f"Nouveau classeur : {self.named}"

    def act(self, form):
        return actions.receive_model(
            user=self.request.user, code=self.row.code, financer=self.row.financer, **form.received()
        )


class ModelDetail(DetailPage):
    model = WorkbookModel
    permission_required = PERMISSION
    template_name = "exports/model_detail.html"

    def get_queryset(self):
        return super().get_queryset().with_names()

    def title(self):
        return f"{KINDS[self.object.code].name}, {self.object.to_whom}, version {self.object.version}"

    def facts(self):
        one = self.object
        return [
            ("Modèle", one.name),
            ("Fichier reçu", f"{one.file_name}, {as_count(one.byte_count)} octets"),
            ("En vigueur le", as_day(one.valid_from)),
            ("Reçu", f"le {as_instant(one.created_at)} par {one.created_by}"),
            ("Retenu", f"le {as_instant(one.mapped_at)} par {one.mapped_by}" if one.is_kept else "pas encore"),
            *([("Retiré", f"le {as_instant(one.withdrawn_at)} par {one.withdrawn_by}")] if one.withdrawn_at else []),
            ("Empreinte SHA-256", one.sha256),
        ]

    def get_context_data(self, **kwargs):
        model = self.object
        survey, mapping = Survey.from_dict(model.survey), Mapping.from_dict(model.mapping)
        is_open = not model.is_kept and not model.withdrawn_at
        return super().get_context_data(**kwargs) | {
            "is_open": is_open,
            "is_last": actions.workbook_models.last_of(model.agency, model.code, model.financer) == model,
            "survey": survey,
            "mapping": mapping,
            "columns": lines_of(survey, mapping),
            "cells": lines_of(survey, mapping, of_cells=True),
            "changes": changes_of(model, survey),
            "problems": problems(survey, mapping, model.code) if is_open else [],
            "missing": missing_codes(survey, mapping),
            "has_lists": any(listed_columns(survey, mapping)),
        }


class ChangesMapping(OfModel, FormPage):
    """A form of the mapping: who comes second sees what the other one chose, and nothing is lost."""

    conflict: Conflict | None = None

    def act(self, form):
        return actions.map_model(model=self.row, mapping=form.chosen(), mark=self.request.POST.get("version"))

    def note(self, refusal):
        self.conflict = refusal if isinstance(refusal, Conflict) else None

    @cached_property
    def mapping(self) -> Mapping:
        return self.mapped(self.row)

    def mapped(self, model: WorkbookModel) -> Mapping:
        """What the form opens on."""
        return Mapping.from_dict(model.mapping)

    def read_from(self, model: WorkbookModel) -> dict:
        """What the form of that model is made of."""
        return {"survey": self.survey, "mapping": self.mapping if model is self.row else self.mapped(model)}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | self.read_from(self.row)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        version = self.request.POST.get("version", self.row.mapping_mark)
        if self.conflict:
            current = self.conflict.current
            version = current.mapping_mark
            saved = self.form_class(**self.read_from(current))
            context["both_versions"] = context["form"].differences(saved)
        return context | {"version": version}


class MapModel(ChangesMapping):
    """What goes in each column, beside a picture of the sheet."""

    form_class = MappingForm
    template_name = "exports/model_mapping.html"
    submit_label = "Enregistrer, puis voir les listes"

    @property
    def title(self):
        return f"Colonnes : {self.named}"

    def mapped(self, model):
        """As it was saved; on another sheet, what its words say."""
        return on_sheet(self.survey, super().mapped(model), self.request.GET.get("feuille", ""), model.code)

    def read_from(self, model):
        return super().read_from(model) | {"model": model}

    def get_success_url(self):
        survey, mapping = Survey.from_dict(self.object.survey), Mapping.from_dict(self.object.mapping)
        has_lists = any(listed_columns(survey, mapping))
        return reverse("exports:model_codes", args=[self.object.pk]) if has_lists else self.object.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "sheet": self.survey.sheet(self.mapping.sheet),
            "others": [name for name, _ in self.survey.blocks if name != self.mapping.sheet],
        }


class MapCodes(ChangesMapping):
    """What our values are called in their drop-down lists."""

    form_class = CodesForm
    template_name = "exports/model_codes.html"
    submit_label = "Enregistrer les listes"

    @property
    def title(self):
        return f"Listes : {self.named}"


class Confirm(OfModel, FormPage):
    """An act of one button."""

    form_class = ConfirmForm
    template_name = "exports/model_form.html"


class KeepModel(Confirm):
    submit_label = "Retenir cette version"
    done_message = "Cette version est retenue : les prochains fichiers rempliront ce classeur."

    @property
    def title(self):
        return f"Retenir : {self.named}"

    @property
    def intro(self):
        return "Elle ne changera plus ; une correction sera une autre version."

    def act(self, form):
        return actions.keep_model(model=self.row, user=self.request.user)


class CorrectModel(Confirm):
    submit_label = "Ouvrir une version à corriger"

    @property
    def title(self):
        return f"Corriger : {self.named}"

    @property
    def intro(self):
        return "Le même classeur, avec la même correspondance à reprendre. Cette version-ci sert jusque-là."

    def act(self, form):
        return actions.correct_model(model=self.row, user=self.request.user)


class WithdrawModel(Confirm):
    submit_label = "Retirer cette version"
    done_message = "Cette version est retirée."

    @property
    def title(self):
        return f"Retirer : {self.named}"

    @property
    def intro(self):
        return "Les remises déjà faites la gardent. La version précédente sert de nouveau ; sans elle, notre classeur."

    def act(self, form):
        return actions.withdraw_model(model=self.row, user=self.request.user)


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def model_download(request, pk):
    """The recipient's empty file, as it was received, under a name of ours: that of an upload may end in anything."""
    model = get_object_or_404(WorkbookModel.objects.visible_to(request.user), pk=pk)
    return attachment(model.file.open("rb"), f"modele-{model.code}-v{model.version}.xlsx")
