"""Days of the reminders: one line per rule, what the programme chose and what a person changed."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property

from accounts import reminders
from accounts.computed_rows import Rows
from accounts.pages import FormPage, Link, ListPage
from impec.due.forms import SettingForm
from impec.due.tables import SettingTable
from regulations.due import PRINCIPLES, Rule

VIEW, CHANGE = "contracts.view_reference_data", "contracts.change_reference_data"


@dataclass(frozen=True, slots=True)
class Line:
    """Une règle et ses rappels."""

    code: str
    rule: str
    force: str
    source: str
    days: str
    hypothesis: str


def lines() -> list[Line]:
    settings = reminders.read_settings()
    return [
        Line(rule, rule.label, one.force.label, one.source, days_in_words(rule, settings), one.hypothesis)
        for rule, one in PRINCIPLES.items()
    ]


def days_in_words(rule: Rule, settings) -> str:
    if reminders.is_silent(rule, settings):
        return "aucun rappel"
    if rule is Rule.STATEMENT:
        return "jours de rappel et d'alerte du réglage de l'aide"
    days = sorted(reminders.days_before(rule, settings), reverse=True)
    return ", ".join(f"{day} j avant" if day else "le jour même" for day in days)


class SettingList(ListPage):
    permission_required = VIEW
    template_name = "impec/due_list.html"
    table_class = SettingTable
    title = "Jours de rappel"
    intro = "Aucun texte ne fixe ces jours : ce sont des hypothèses. Un changement vaut pour ce qui n'est pas parti."
    default_order = ()
    export_name = "jours-de-rappel"

    def get_queryset(self):
        return Rows(lines(), {})

    def get_table(self):
        table = super().get_table()
        if not self.request.user.has_perm(CHANGE):
            table.columns.hide("acts")
        return table

    def links(self):
        return [Link("Arrêtés, SMIC, arrêts", reverse("contracts:order_list"), VIEW, "list")]


class ChangeSetting(FormPage):
    form_class = SettingForm
    permission_required = CHANGE
    success_url = reverse_lazy("due:setting_list")
    done_message = "Les jours de rappel sont enregistrés."

    @cached_property
    def rule(self) -> Rule:
        if self.kwargs["rule"] not in Rule.__members__:
            raise Http404("Cette règle n'existe pas.")
        return Rule[self.kwargs["rule"]]

    @cached_property
    def setting(self):
        return reminders.read_settings().get(self.rule)

    @property
    def title(self):
        return f"Rappels : {self.rule.label}"

    @property
    def intro(self):
        return PRINCIPLES[self.rule].hypothesis or "Les jours de rappel sont une hypothèse, à régler."

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.rule is Rule.STATEMENT:
            # Its days are those of the month, in the settings of the aid.
            del form.fields["days_before"]
        return form

    def get_initial(self):
        days = reminders.days_before(self.rule, {} if self.setting is None else {self.rule: self.setting})
        return {
            "is_active": self.setting is None or self.setting.is_active,
            "days_before": ", ".join(str(day) for day in sorted(days, reverse=True)),
            "note": self.setting.note if self.setting else "",
        }

    def act(self, form):
        sent = self.request.POST.get("version", "")
        typed = form.cleaned_data
        return reminders.save_setting(
            rule=self.rule,
            days_before=typed.get("days_before", []),
            is_active=typed["is_active"],
            note=typed["note"],
            version=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None,
        )

    def cancel_url(self):
        return self.success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"version": self.setting.version if self.setting else None}
