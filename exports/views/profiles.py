"""Pages of the profiles: which columns each file has, for whom, since when; another version; the original one back."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import DetailPage, FormPage, Link, ListPage, Scoped
from accounts.scope import acting_membership
from accounts.templatetags.french import as_count, as_day
from exports import actions
from exports.forms.profiles import ProfileForm, RestoreForm, as_typed, moved, offered
from exports.models import ExportProfile
from exports.registry import KINDS
from exports.shaping import chosen_of
from exports.tables import ProfileTable

EDIT = "exports.edit_profile"


class ProfileList(ListPage):
    """Ceux en vigueur, et ceux qui vont l'être."""

    model = ExportProfile
    permission_required = EDIT
    table_class = ProfileTable
    title = "Profils des fichiers"
    intro = "Les colonnes de chaque fichier, partagées par toute l'agence. Enregistrer fait une nouvelle version datée."
    default_order = ("code", "valid_from", "version")
    export_name = "profils"

    def get_queryset(self):
        return super().get_queryset().filter(code__in=KINDS).in_force_or_coming(clock.today()).with_names()


class ProfileDetail(DetailPage):
    model = ExportProfile
    permission_required = EDIT
    template_name = "exports/profile_detail.html"

    def get_queryset(self):
        return super().get_queryset().filter(code__in=KINDS).with_names()

    def title(self):
        return f"{self.object.name} : {self.object}"

    def facts(self):
        one = self.object
        return [
            ("Fichier", f"{KINDS[one.code].name} ({one.code})"),
            ("Pour", one.for_whom),
            ("En vigueur à partir du", as_day(one.valid_from)),
            ("Format des dates", one.get_date_format_display()),
            ("Colonnes", as_count(len(chosen_of(one)))),
            ("Enregistré par", one.author_words),
        ]

    def links(self):
        found = [Link("Modifier les colonnes", self._address("profile_edit"), EDIT, icon="edit", main=True)]
        if self.object.agency_id:
            found.append(Link("Revenir au profil d'origine", self._address("profile_restore"), EDIT))
        return found

    def _address(self, name: str) -> str:
        return reverse(f"exports:{name}", args=[self.object.pk])

    def get_context_data(self, **kwargs):
        versions = self.get_queryset().filter(code=self.object.code).order_by("-version", "-pk")
        return super().get_context_data(**kwargs) | {"columns": chosen_of(self.object), "versions": versions}


class OfProfile(Scoped, FormPage):
    model = ExportProfile
    permission_required = EDIT

    @cached_property
    def base(self):
        return get_object_or_404(self.get_queryset().filter(code__in=KINDS).with_names(), pk=self.kwargs["pk"])

    def cancel_url(self):
        return self.base.get_absolute_url()


class EditProfile(OfProfile):
    """Nouvelle version : columns move, come and go by buttons, nothing is written before *Enregistrer*."""

    form_class = ProfileForm
    template_name = "exports/profile_edit.html"
    submit_label = "Enregistrer cette version"
    done_message = "La nouvelle version est enregistrée."
    gesture = ""

    @property
    def title(self):
        return f"Modifier {self.base.name} : {self.base}"

    def keys(self) -> list[str]:
        if self.request.method == "POST":
            return moved(self.request.POST.getlist("key"), self.gesture, self.request.POST.get("after", ""))
        return [one.key for one in chosen_of(self.base)]

    def get_form_kwargs(self):
        common = {"code": self.base.code, "keys": self.keys()}
        if self.request.method != "POST":
            return common | {"initial": as_typed(self.base)}
        # A button that moves a column writes nothing: what was typed comes back, not judged yet.
        said = {"initial": self.request.POST.dict()} if self.gesture else {"data": self.request.POST}
        return common | said

    def post(self, request, *args, **kwargs):
        self.gesture = request.POST.get("gesture", "")
        if self.gesture:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def act(self, form):
        said = form.cleaned_data
        edited = actions.Edited(
            name=said["name"],
            columns=form.chosen(),
            valid_from=said["valid_from"],
            date_format=said["date_format"],
            **form.recipient(),
        )
        return actions.save_profile(base=self.base, edited=edited, by=self.request.user, seen=self.seen)

    @property
    def seen(self) -> int:
        """The last version when the page was opened, as the page itself tells it."""
        sent = self.request.POST.get("seen", "")
        if self.request.method == "POST" and sent.isascii() and sent.isdigit() and len(sent) < 6:
            return int(sent)
        return actions.last_version(self.base.code, acting_membership(self.request.user).organisation_id)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "base": self.base,
            "seen": self.seen,
            "columns": form.columns(),
            "offered": offered(self.base.code, form.keys),
            # Where the eye and the keyboard were.
            "gesture": self.gesture,
        }


class RestoreProfile(OfProfile):
    """Revenir au profil d'origine."""

    form_class = RestoreForm
    submit_label = "Revenir au profil d'origine"
    done_message = "Le profil d'origine revient, en nouvelle version."

    @property
    def title(self):
        return f"Revenir au profil d'origine : {self.base}"

    @property
    def intro(self):
        return f"Pour {self.base.for_whom}. Les versions de l'agence restent lisibles, les remises déjà faites aussi."

    def get_initial(self):
        return {"valid_from": clock.today()}

    def act(self, form):
        return actions.restore_profile(base=self.base, by=self.request.user, on=form.cleaned_data["valid_from"])
