"""Pages of what was said: minutes, signatures, decisions done, what is added afterwards."""

from django.utils.functional import cached_property

from accounts import clock
from tutoring import actions
from tutoring.forms.meetings import ConfidentialForm, DoneForm, MinutesForm, SignForm, TextForm
from tutoring.meetings import SIGNING, parties_left
from tutoring.models import MeetingDecision
from tutoring.views.meetings import MeetingAct


class MinuteMeeting(MeetingAct):
    form_class = MinutesForm
    permission_required = "tutoring.minute_meeting"
    template_name = "tutoring/minutes_form.html"
    title = "Compte rendu de l'entretien"
    submit_label = "Enregistrer le compte rendu"
    done_message = "Le compte rendu est enregistré : chacun peut le signer."

    def get_initial(self):
        row = self.row
        held_on = row.held_on or min(row.day, clock.today())
        words = {name: getattr(row, name) for name in ("going_well", "to_work_on", "agreed")}
        return {"held_on": held_on, "parties_present": row.parties_present or SIGNING, **words}

    def act(self, form):
        return actions.minute_meeting(
            meeting=self.row,
            minutes=form.minutes(),
            decisions=form.decisions(),
            version=self.version,
            by=self.request.user,
            at=clock.now(),
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"known": self.row.decisions.order_by("due_on", "pk")}


class SignMeeting(MeetingAct):
    form_class = SignForm
    permission_required = "tutoring.sign_meeting"
    template_name = "tutoring/sign_meeting.html"
    title = "Signer le compte rendu"
    submit_label = "Signer"
    done_message = "La signature est gardée."

    @cached_property
    def parties(self):
        return parties_left(self.row, self.request.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"parties": self.parties}

    def get_initial(self):
        return {"party": self.parties[0] if len(self.parties) == 1 else None, "agreement": "oui"}

    def act(self, form):
        return actions.sign_meeting(meeting=self.row, hand=form.hand(), by=self.request.user, at=clock.now())

    def get_context_data(self, **kwargs):
        decisions = self.row.decisions.order_by("due_on", "pk")
        return super().get_context_data(**kwargs) | {"decisions": decisions, "version": None}


class FinishDecision(MeetingAct):
    model = MeetingDecision
    form_class = DoneForm
    permission_required = "tutoring.sign_meeting"
    title = "Décision faite"
    submit_label = "Noter comme faite"
    done_message = "La décision est notée faite."

    def get_queryset(self):
        names = ("meeting__contract__enrolment__person", "meeting__contract__establishment")
        return MeetingDecision.objects.visible_to(self.request.user).select_related(*names)

    def get_initial(self):
        return {"done_on": clock.today()}

    def act(self, form):
        return actions.finish_decision(
            decision=self.row, version=self.version, by=self.request.user, at=clock.now(), **form.cleaned_data
        )

    def get_success_url(self):
        return self.row.meeting.get_absolute_url()

    def cancel_url(self):
        return self.row.meeting.get_absolute_url()

    def get_context_data(self, **kwargs):
        person = self.row.meeting.contract.enrolment.person.full_name
        context = super(MeetingAct, self).get_context_data(**kwargs)
        return context | {"intro": f"{person} : {self.row.text}", "row": f"{person}, {self.row.text}"}


class AddToMinutes(MeetingAct):
    form_class = TextForm
    permission_required = "tutoring.minute_meeting"
    title = "Complément au compte rendu"
    submit_label = "Ajouter le complément"
    done_message = "Le complément est ajouté."

    def act(self, form):
        return actions.add_to_minutes(
            meeting=self.row, text=form.cleaned_data["text"], by=self.request.user, at=clock.now()
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"version": None}


class WriteConfidential(AddToMinutes):
    form_class = ConfidentialForm
    permission_required = "tutoring.write_confidential"
    title = "Note confidentielle"
    submit_label = "Garder la note"
    done_message = "La note est gardée pour les conseillères référentes."

    def act(self, form):
        return actions.write_confidential(
            meeting=self.row, text=form.cleaned_data["text"], by=self.request.user, at=clock.now()
        )
