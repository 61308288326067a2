"""Acts on what is private or protected: notice, criteria, barriers, notes."""

from accounts import clock
from accounts.actions import log_access
from accounts.pages import ChangePage
from cohorts import actions
from cohorts.forms.people import (
    BarrierForm,
    LiftBarrierForm,
    NoteForm,
    NoticeForm,
    ProtectedForm,
)
from cohorts.models import Barrier, Person, ProtectedFacts
from cohorts.views.people import OfPerson


class GiveNotice(OfPerson):
    form_class = NoticeForm
    title = "Notice d'information remise"
    done_message = "La remise de la notice est enregistrée."

    def get_initial(self):
        return {"on": clock.today(), "channel": self.row.notice_channel}

    def act(self, form):
        return actions.give_notice(person=self.row, **form.cleaned_data)


class Protected(OfPerson):
    """Out of reach for whoever is not a referent: the page does not exist for her."""

    permission_required = "cohorts.view_protected"

    def get_queryset(self):
        return Person.objects.visible_to(self.request.user).private_to(self.request.user, clock.today())


class SetProtected(Protected):
    form_class = ProtectedForm
    title = "Critères protégés"
    intro = "Ils servent à l'aide, jamais au choix d'une personne. « Non vérifié » n'est pas « non »."
    done_message = "Les critères sont enregistrés."

    def get_form_kwargs(self):
        known = ProtectedFacts.objects.visible_to(self.request.user).filter(person=self.row).first()
        return super().get_form_kwargs() | {"instance": known}

    def act(self, form):
        return actions.set_protected_facts(person=self.row, **form.cleaned_data)

    def get(self, request, *args, **kwargs):
        log_access(user=request.user, action="read", obj=self.row, purpose="critères protégés", request=request)
        return super().get(request, *args, **kwargs)


class RaiseBarrier(Protected):
    form_class = BarrierForm
    title = "Frein et action à mener"

    def get_initial(self):
        return {"raised_on": clock.today()}

    def act(self, form):
        return actions.raise_barrier(person=self.row, by=self.request.user, **form.cleaned_data)


class LiftBarrier(ChangePage):
    model = Barrier
    form_class = LiftBarrierForm
    permission_required = "cohorts.view_protected"
    title = "Frein levé"

    def get_initial(self):
        return {"lifted_on": clock.today()}

    def act(self, form):
        return actions.lift_barrier(barrier=self.row, **form.cleaned_data)

    def get_success_url(self):
        return self.row.person.get_absolute_url()

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": self.row.action_needed, "version": None}


class AddNote(Protected):
    """Delicate words come back once, to be read again; what is kept knowingly is journalled."""

    form_class = NoteForm
    template_name = "cohorts/note_add.html"
    title = "Nouvelle note"
    is_warned = False

    def act(self, form):
        knowingly = "knowingly" in self.request.POST
        note = actions.add_note(person=self.row, author=self.request.user, knowingly=knowingly, **form.cleaned_data)
        if knowingly:
            log_access(user=self.request.user, action="note-kept-knowingly", obj=self.row, request=self.request)
        return note

    def note(self, refusal):
        super().note(refusal)
        self.is_warned = isinstance(refusal, actions.NoteWarning)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"is_warned": self.is_warned}
