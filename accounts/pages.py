"""The three generic pages of the house: list, detail, form. Verbs get their own page."""

from datetime import date
from functools import partial
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, TemplateView
from django_tables2.rows import BoundRows

from accounts import once, searching
from accounts.rows import Conflict
from accounts.tables import SORT_FIELD
from accounts.templatetags.french import as_count, as_day

LAST_PAGE = 1_000_000
# An order that ends with one of these leaves no two rows alike.
ROW_ITSELF = {"pk", "-pk", "id", "-id"}


class Link(NamedTuple):
    """A button of a page: shown to whoever has the permission."""

    label: str
    url: str
    permission: str = ""
    icon: str = ""
    main: bool = False


class Scoped(PermissionRequiredMixin):
    """Rows come from `visible_to`: out of scope is 404, not allowed is 403."""

    model = None

    def get_queryset(self):
        return self.model.objects.visible_to(self.request.user)

    def links(self) -> list[Link]:
        return []

    def allowed_links(self) -> list[Link]:
        user = self.request.user
        return [link for link in self.links() if not link.permission or user.has_perm(link.permission)]


class Count:
    """How many rows, counted once; above the cap the exact figure is not worth its time."""

    def __init__(self, rows, cap: int):
        self.cap = cap
        # Keys alone: what a line shows beside would be read for each row that is only counted.
        self.number = rows.order_by().values("pk")[: cap + 1].count()

    @property
    def capped(self) -> bool:
        return self.number > self.cap

    def __str__(self):
        return f"plus de {as_count(self.cap)}" if self.capped else as_count(self.number)


def page_of(rows, start: int, most: int) -> list:
    """Of a deep page, identifiers first: so that it costs what the first one does."""
    if start == 0:
        return list(rows[:most])
    pks = list(rows.values_list("pk", flat=True)[start : start + most])
    found = rows.order_by().in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


class Page:
    """One page of rows."""

    def __init__(self, rows, number: int, per_page: int, count: Count):
        start = (number - 1) * per_page
        found = page_of(rows, start, per_page + 1)
        self.rows = found[:per_page]
        self.number = number
        self.has_next = len(found) > per_page
        self.first = start + 1
        self.last = start + len(self.rows)
        self.total = None if count.capped else -(-count.number // per_page)

    @property
    def has_others(self) -> bool:
        return self.has_next or self.number > 1


class ListPage(Scoped, TemplateView):
    """A list: filters in the address, one count, totals, *Exporter*, pages that stay fast however deep.

    A `search(text)` on the queryset opens the search field, whose text stays in the session (accounts/searching.py);
    `export_name` is the name of the list in the exports' registry; `totals(rows)` gives labels and figures to show
    above the table; `links()` the buttons of the page.
    """

    template_name = "list.html"
    table_class = None
    filterset_class = None
    title = ""
    intro = ""
    search_label = "Rechercher"
    search_help = ""
    default_order: tuple[str, ...] = ("pk",)
    export_name = ""
    empty_text = "Il n'y a encore rien ici."
    per_page = 50
    count_cap = 10_000

    @cached_property
    def scope(self):
        return self.get_queryset()

    @cached_property
    def search_text(self) -> str:
        return searching.text_of(self.request) if self.can_search else ""

    @property
    def can_search(self) -> bool:
        return hasattr(self.scope, "search")

    def post(self, request, *args, **kwargs):
        """The form of a list that can be searched: what is typed stays out of the address."""
        if not self.can_search:
            return self.http_method_not_allowed(request, *args, **kwargs)
        return HttpResponseRedirect(searching.address_of(request))

    @cached_property
    def filters(self):
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, queryset=self.scope, request=self.request)

    @cached_property
    def rows(self):
        """The rows of this list after filters and search: what the page counts and what *Exporter* writes."""
        rows = self.scope if self.filters is None else self.filters.qs
        return rows.search(self.search_text) if self.search_text else rows

    def get_table(self):
        table = self.table_class(
            data=self.rows.order_by(*self.default_order), order_by=self.request.GET.getlist(SORT_FIELD)[:3]
        )
        ordered = table.data.data
        if not ROW_ITSELF.intersection(ordered.query.order_by):
            ordered = ordered.order_by(*ordered.query.order_by, "pk")
        self.count = Count(self.rows, self.count_cap)
        self.page = Page(ordered, self.page_number(), self.per_page, self.count)
        table.rows = BoundRows(data=self.page.rows, table=table)
        return table

    def page_number(self) -> int:
        asked = self.request.GET.get("page", "")
        return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1

    def totals(self, rows) -> list[tuple[str, str]]:
        return []

    def is_filtered(self) -> bool:
        fields = self.filters.form.fields if self.filters else ()
        return bool(self.search_text) or any(self.request.GET.get(name) for name in fields)

    def get_context_data(self, **kwargs):
        table = self.get_table()
        return super().get_context_data(**kwargs) | {
            "title": self.title,
            "intro": self.intro,
            "table": table,
            "page": self.page,
            "count": self.count,
            "totals": self.totals(self.rows),
            "filters": self.filters,
            "can_search": self.can_search,
            "search_label": self.search_label,
            "search_help": self.search_help,
            "search_text": self.search_text,
            "search_lost": self.can_search and searching.is_lost(self.request),
            "is_filtered": self.is_filtered(),
            "links": self.allowed_links(),
            "export_name": self.export_name,
            "empty_text": self.empty_text,
        }


class DetailPage(Scoped, DetailView):
    """One record: its facts in a description list, its links, and whatever the template of the room adds."""

    template_name = "detail.html"
    context_object_name = "record"

    def title(self) -> str:
        return str(self.object)

    def facts(self) -> list[tuple[str, object]]:
        """Label and value pairs; an unknown value is None and shows as such."""
        return []

    def get_context_data(self, **kwargs):
        title, kind = self.title(), self.object._meta.verbose_name
        return super().get_context_data(**kwargs) | {
            "title": title,
            # « Remise 2026-11-OPCO-03 » says its kind already.
            "kind": "" if title.lower().startswith(kind) else kind,
            "facts": self.facts(),
            "links": self.allowed_links(),
        }


class FormPage(PermissionRequiredMixin, FormView):
    """A form and its act, once: what is refused is said at the top and beside its field, what was typed stays."""

    template_name = "form.html"
    title = ""
    intro = ""
    submit_label = "Enregistrer"
    done_message = ""

    def act(self, form):
        """Do what the form asks for and return the row; a ValidationError is shown on the page."""
        return form.save()

    def form_valid(self, form):
        try:
            address = once.run(self.request, partial(self.address_of_act, form))
        except ValidationError as refusal:
            self.note(refusal)
            add_refusal(form, refusal)
            return self.form_invalid(form)
        if self.done_message:
            messages.success(self.request, self.done_message)
        return HttpResponseRedirect(address)

    def address_of_act(self, form) -> str:
        self.object = self.act(form)
        return self.get_success_url()

    def note(self, refusal: ValidationError) -> None:
        """What a page remembers of a refusal besides its words."""

    def get_success_url(self):
        return str(self.success_url) if self.success_url else self.object.get_absolute_url()

    def cancel_url(self) -> str:
        return ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "title": self.title,
            "intro": self.intro,
            "submit_label": self.submit_label,
            "cancel_url": self.cancel_url(),
        }


class ChangePage(Scoped, FormPage):
    """The form of a row that exists: who comes second sees what the other one wrote, and nothing is lost.

    `act` hands `self.version` to its action, which compares it under a lock (`accounts.rows.change`).
    """

    conflict: Conflict | None = None

    @cached_property
    def row(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    @property
    def version(self) -> int | None:
        sent = self.request.POST.get("version", "")
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None

    def note(self, refusal):
        self.conflict = refusal if isinstance(refusal, Conflict) else None

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return kwargs | {"instance": self.row} if issubclass(self.form_class, ModelForm) else kwargs

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        version = self.version if self.request.method == "POST" else getattr(self.row, "version", None)
        if self.conflict:
            version = self.conflict.current.version
            context["both_versions"] = both_versions(context["form"], self.conflict.current)
        return context | {"row": self.row, "version": version}


def both_versions(form, current) -> list[tuple[str, object, object]]:
    """Field, what was typed, what is saved now: only where they differ."""
    found = []
    for name in form.fields:
        typed, saved = form.cleaned_data.get(name), getattr(current, name, None)
        if hasattr(current, name) and typed != saved:
            found.append((form[name].label, shown(form, current, name, typed), shown(form, current, name, saved)))
    return found


def shown(form, current, name, value) -> str:
    """A value in words: the label of a choice or of several, a day as people write it."""
    if isinstance(value, list):
        return ", ".join(shown(form, current, name, one) for one in value)
    if value in (None, ""):
        return ""
    choices = dict(getattr(form.fields[name], "choices", None) or ()) if not hasattr(value, "pk") else {}
    return str(choices.get(value) or (as_day(value) if isinstance(value, date) else value))


def add_refusal(form, refusal: ValidationError) -> None:
    """Beside its field when the form shows that field, else at the top."""
    by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {None: refusal.messages}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)
