"""The page of a person's booklet, as it prints."""

from accounts import clock
from accounts.journal import log_access
from accounts.pages import DetailPage
from contracts.models import Contract
from tutoring.booklet import facts_of, parts_of
from tutoring.models.own_views import contracts_read_by


class Booklet(DetailPage):
    """Livret de suivi, à imprimer ; chaque lecture laisse une ligne."""

    model = Contract
    permission_required = "tutoring.view_observation"
    template_name = "tutoring/booklet.html"

    def get_queryset(self):
        rows = contracts_read_by(self.request.user)
        return rows.select_related("enrolment__person", "establishment__employer", "cohort")

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        log_access(user=request.user, action="read", obj=self.object, request=request)
        return answer

    def title(self):
        return f"Livret de suivi de {self.object.enrolment.person.short_name}"

    def facts(self):
        return facts_of(self.object, clock.today())

    def get_context_data(self, **kwargs):
        parts = parts_of(self.object, self.request.user, clock.today())
        return super().get_context_data(**kwargs) | {"kind": "", "parts": parts}
