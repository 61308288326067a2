"""Pages of the absences: the list, one of them, its document joined, read and answered."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import log_access
from accounts.identity import recent_identity
from accounts.pages import DetailPage, FormPage, Link, ListPage
from accounts.scans import download, kind_named
from accounts.templatetags.french import as_long_day
from regulations.training import DocumentDecision
from training.absences import absences_visible_to, documents_of
from training.actions.absences import answer_document, join_document
from training.filters import AbsenceFilters
from training.forms.absences import AnswerForm, DocumentForm
from training.models import Attendance
from training.readers import absence_documents_answered_by, answers_absences_of
from training.tables import AbsenceTable

MAY_JOIN, MAY_ANSWER = "training.join_absence_document", "training.decide_absence"
# A document seldom covers more than a month.
NEAR = timedelta(days=31)


class AbsenceList(ListPage):
    permission_required = MAY_JOIN
    model = Attendance
    table_class = AbsenceTable
    filterset_class = AbsenceFilters
    title = "Absences"
    intro = "Les demi-journées manquées, et leur justificatif. Son contenu n'est lu que de qui y répond."
    default_order = ("-half_day__day", "-half_day__starts_at", "enrolment__person__search_text")
    export_name = "absences"
    empty_text = "Aucune absence."

    def get_queryset(self):
        return absences_visible_to(self.request.user)

    def links(self):
        return [Link("Présences", reverse("training:attendance_list"), "training.view_session", "list")]


class OfAbsence:
    """Pages of one absence: out of scope, or corrected since, is 404."""

    permission_required = MAY_JOIN

    @cached_property
    def absence(self):
        return get_object_or_404(absences_visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse("training:absence", args=[self.absence.pk])

    def cancel_url(self):
        return self.get_success_url()


class Absence(DetailPage):
    permission_required = MAY_JOIN
    model = Attendance
    template_name = "training/absence.html"

    def get_queryset(self):
        return absences_visible_to(self.request.user)

    def title(self):
        return f"Absence de {self.object.enrolment.person.full_name}"

    def facts(self):
        absence = self.object
        half_day = absence.half_day
        return [
            ("Demi-journée", f"{as_long_day(half_day.day)}, {half_day.get_part_display()}"),
            ("Module", half_day.session.module),
            ("Cohorte", half_day.session.cohort),
            ("Statut", absence.get_status_display()),
        ]

    def links(self):
        url = reverse("training:join_absence_document", args=[self.object.pk])
        return [Link("Joindre un justificatif", url, MAY_JOIN, "upload", main=True)]

    def get_context_data(self, **kwargs):
        user = self.request.user
        may_answer = user.has_perm(MAY_ANSWER) and answers_absences_of(user, self.object.half_day.session.cohort)
        rows = [(document, may_answer or document.uploaded_by_id == user.pk) for document in documents_of(self.object)]
        return super().get_context_data(**kwargs) | {"documents": rows, "may_answer": may_answer}


class JoinDocument(OfAbsence, FormPage):
    form_class = DocumentForm
    title = "Joindre un justificatif"
    submit_label = "Joindre"
    done_message = "Le justificatif est joint : la personne référente de la cohorte y répondra."

    @cached_property
    def others(self):
        day = self.absence.half_day.day
        rows = absences_visible_to(self.request.user).filter(
            enrolment=self.absence.enrolment_id, half_day__day__range=(day - NEAR, day + NEAR)
        )
        rows = rows.exclude(pk=self.absence.pk).order_by("half_day__day", "half_day__starts_at", "pk")
        return [row for row in rows if row.decision != DocumentDecision.ACCEPTED]

    @property
    def intro(self):
        return f"{self.absence.enrolment.person.full_name}, {self.absence.half_day}"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"others": self.others}

    def act(self, form):
        found, now = form.cleaned_data, clock.now()
        wanted = set(found.get("others", ()))
        for one in (self.absence, *(one for one in self.others if str(one.pk) in wanted)):
            join_document(attendance=one, file=found["file"], by=self.request.user, at=now)
        return self.absence


class AnswerDocument(FormPage):
    """Accepter ou refuser : whoever is referent of the cohort; for anybody else the document does not exist."""

    permission_required = MAY_ANSWER
    form_class = AnswerForm
    title = "Répondre à un justificatif"
    submit_label = "Enregistrer la réponse"

    @cached_property
    def document(self):
        rows = absence_documents_answered_by(self.request.user).filter(decision=DocumentDecision.WAITING)
        names = ("attendance__enrolment__person", "attendance__half_day")
        return get_object_or_404(rows.select_related(*names), pk=self.kwargs["pk"])

    @property
    def intro(self):
        attendance = self.document.attendance
        return f"{attendance.enrolment.person.full_name}, {attendance.half_day}"

    @property
    def done_message(self):
        accepted = "Le justificatif est accepté : l'absence est justifiée."
        return accepted if self.decision is DocumentDecision.ACCEPTED else "Le justificatif est refusé."

    def act(self, form):
        self.decision = DocumentDecision(form.cleaned_data["decision"])
        if form.cleaned_data.get("knowingly"):
            log_access(user=self.request.user, action="note-kept-knowingly", obj=self.document, request=self.request)
        return answer_document(
            document=self.document,
            decision=self.decision,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            at=clock.now(),
        )

    def get_success_url(self):
        return reverse("training:absence_list") + "?justificatif=attente"

    def cancel_url(self):
        return self.get_success_url()


@permission_required(MAY_ANSWER, raise_exception=True)
@require_safe
@recent_identity
def absence_document(request, pk):
    """The document itself (P3): only for who answers it, as an attachment, and each reading leaves a line."""
    document = get_object_or_404(absence_documents_answered_by(request.user), pk=pk)
    log_access(user=request.user, action="read", obj=document, purpose="justificatif d'absence", request=request)
    return download(document.file.open("rb"), kind_named(document.content_type), f"justificatif-{document.pk}")
