"""The exits: who left, what is known of it at each moment, what is still to ask, and the rates that each open rows."""

from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock, searching
from accounts.journal import log_access
from accounts.pages import Link, ListPage
from contracts import exits
from contracts.filters import ExitFilters
from contracts.models import Contract
from contracts.tables import ExitTable
from regulations.exits import FollowUp


class ExitList(ListPage):
    model = Contract
    permission_required = "contracts.view_exits"
    template_name = "contracts/exit_list.html"
    table_class = ExitTable
    filterset_class = ExitFilters
    title = "Sorties"
    intro = "Qui est parti, ce qui en est su, et ce qui reste à relever à la sortie, à 3 et à 6 mois."
    search_label = "Chercher une sortie"
    search_help = "nom, établissement, commune ou SIRET"
    default_order = ("-left_on", "-pk")
    export_name = "sorties"
    empty_text = "Aucune sortie : un contrat y entre quand son dernier jour est passé."

    def get_queryset(self):
        return exits.exits(super().get_queryset(), clock.today()).with_names().select_related("exit")

    @cached_property
    def private(self):
        """Rows whose situation this reader may know."""
        return Contract.objects.private_to(self.request.user, clock.today())

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        if self.read:
            log_access(user=request.user, action="read", count=self.read, purpose="sorties", request=request)
        return answer

    def get_table(self):
        table = super().get_table()
        known = set(self.private.filter(pk__in=[row.pk for row in self.page.rows]).values_list("pk", flat=True))
        for contract in self.page.rows:
            contract.is_private = contract.pk in known
        table.today = clock.today()
        table.may_record = self.request.user.has_perm("contracts.record_exit")
        self.read = len(known)
        return table

    def links(self):
        return [Link("Contrats", reverse("contracts:contract_list"), "contracts.view_contract", "list")]

    @cached_property
    def counted(self):
        """What rates and reminders are counted on: the filters, less those that choose a class or what to ask."""
        query = self.request.GET.copy()
        for name in ExitFilters.OF_SITUATIONS:
            query.pop(name, None)
        return ExitFilters(query, queryset=self.scope, request=self.request).qs

    def get_context_data(self, **kwargs):
        today, moment = clock.today(), self.filters.asked_moment
        context = super().get_context_data(**kwargs)
        query = self.request.GET.copy()
        for name in (*ExitFilters.OF_SITUATIONS, "page", "tri", searching.TEXT, searching.KEY):
            query.pop(name, None)
        return context | {
            "rates": exits.rates_of(
                self.counted, moment, today, self.private, is_part=any(map(self.request.GET.get, ExitFilters.OF_A_PART))
            ),
            "classes": exits.SHOWN_CLASSES,
            "moment": moment,
            "moments": [(one, ExitFilters.code_of(one)) for one in FollowUp],
            "to_ask": [
                (one, ExitFilters.code_of(one), exits.to_ask(self.counted, one, today).count()) for one in FollowUp
            ],
            "kept_query": query.urlencode(),
        }
