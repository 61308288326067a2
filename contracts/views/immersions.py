"""Pages of immersions and swap weeks: plan, agreements, what was learned; the agreement of the authority."""

from django.urls import reverse

from accounts import clock
from accounts.journal import log_access
from accounts.pages import DetailPage
from accounts.templatetags.french import as_day
from cohorts.models import Cohort
from contracts import actions
from contracts.forms.immersions import AgreementForm, EndingForm, ImmersionForm, SwapAgreementForm
from contracts.forms.life import ReasonForm
from contracts.models import Contract, Immersion, SwapAgreement
from contracts.views.acts import ActPage
from employers.models import Establishment

RIGHT = "contracts.suspend_contract"


def hosts_for(user, contract):
    """Establishments of the other employers of the cohort that this user may see."""
    rows = Establishment.objects.visible_to(user).open(clock.today()).filter(seats__cohort=contract.cohort_id)
    rows = rows.exclude(employer=contract.establishment.employer_id).distinct()
    return rows.select_related("employer").order_by("name", "pk")


class RecordImmersion(ActPage):
    form_class = ImmersionForm
    permission_required = RIGHT
    title = "Immersion ou semaine d'échange"
    done_message = "L'immersion est enregistrée : notez maintenant l'accord de chacun."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"sites": hosts_for(self.request.user, self.contract)}

    def act(self, form):
        typed = form.cleaned_data
        return actions.record_immersion(
            contract=self.contract,
            host=typed["host"],
            period=form.period(),
            purpose=typed["purpose"],
            place=form.place(),
            accepted=self.accepted,
            by=self.request.user,
        )

    def get_success_url(self):
        return self.object.get_absolute_url()


class ImmersionDetail(DetailPage):
    model = Immersion
    permission_required = "contracts.view_contract"
    template_name = "contracts/immersion_detail.html"

    def get_queryset(self):
        names = ("contract__enrolment__person", "contract__establishment", "host_establishment", "voided_by")
        return super().get_queryset().select_related(*names)

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        if self.private:
            log_access(user=request.user, action="read", obj=self.object, request=request)
        return answer

    def title(self):
        immersion = self.object
        name = immersion.contract.enrolment.person.full_name
        return f"{immersion.get_nature_display().capitalize()} de {name}, du {as_day(immersion.starts_on)}"

    def facts(self):
        immersion = self.object
        return [
            ("Structure d'accueil", immersion.host),
            ("Tuteur sur place", immersion.host_tutor or None),
            ("Dates", f"du {as_day(immersion.starts_on)} au {as_day(immersion.ends_on)}"),
            ("Objet", immersion.get_purpose_display()),
            ("Objectif", immersion.objective or None),
        ]

    def get_context_data(self, **kwargs):
        immersion = self.object
        rows = Contract.objects.private_to(self.request.user, clock.today())
        self.private = rows.filter(pk=immersion.contract_id).exists()
        return super().get_context_data(**kwargs) | {
            "agreements": immersion.agreements,
            "private": self.private,
            "may_agree": immersion.voided_at is None and not immersion.is_agreed,
            "may_conclude": immersion.voided_at is None and self.private,
        }


class ImmersionAct(ActPage):
    """An act on one immersion; its page is where one goes back to."""

    model = Immersion
    permission_required = RIGHT

    def get_queryset(self):
        rows = Immersion.objects.visible_to(self.request.user).valid()
        return rows.select_related("contract__enrolment__person", "contract__establishment", "contract__cohort")

    @property
    def contract(self):
        return self.row.contract

    def get_success_url(self):
        return self.row.get_absolute_url()

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        said = f"{self.row.host}, du {as_day(self.row.starts_on)} au {as_day(self.row.ends_on)}"
        version = self.row.version if self.version is None else self.version
        return context | {"intro": f"{context['intro']} : {said}.", "version": version}


class AgreeImmersion(ImmersionAct):
    form_class = AgreementForm
    title = "Accord pour l'immersion"
    submit_label = "Noter l'accord"
    done_message = "L'accord est noté."

    def get_form_kwargs(self):
        left = [party for party, day in self.row.agreements if day is None]
        return super().get_form_kwargs() | {"parties": left}

    def get_initial(self):
        return {"agreed_on": clock.today()}

    def act(self, form):
        return actions.agree_immersion(
            immersion=self.row,
            accepted=self.accepted,
            version=self.version,
            by=self.request.user,
            party=form.cleaned_data["party"],
            agreed_on=form.cleaned_data["agreed_on"],
        )


class ConcludeImmersion(ImmersionAct):
    form_class = EndingForm
    title = "Bilan de l'immersion"
    submit_label = "Enregistrer le bilan"
    done_message = "Le bilan est enregistré."

    def get_queryset(self):
        """What was learned is private: the referent and the employer write it."""
        return super().get_queryset().private_to(self.request.user, clock.today())

    def get_initial(self):
        return {name: getattr(self.row, name) for name in EndingForm.Meta.fields}

    def act(self, form):
        return actions.conclude_immersion(
            immersion=self.row, version=self.version, by=self.request.user, **form.cleaned_data
        )


class VoidImmersion(ImmersionAct):
    form_class = ReasonForm
    title = "Annuler l'immersion"
    submit_label = "Annuler l'immersion"
    done_message = "L'immersion est annulée : ses jours ne comptent plus."

    def act(self, form):
        reason = form.cleaned_data["reason"]
        return actions.void_immersion(immersion=self.row, reason=reason, version=self.version, by=self.request.user)


class NoteSwapAgreement(ActPage):
    """L'accord de la DDETS : sans lui, aucune semaine d'échange dans cette cohorte."""

    model = Cohort
    form_class = SwapAgreementForm
    permission_required = "contracts.record_decision"
    template_name = "contracts/swap_agreement.html"
    title = "Semaine d'échange"
    submit_label = "Noter l'accord"
    done_message = "L'accord est noté : la semaine d'échange est ouverte à ces dates."

    def get_queryset(self):
        return Cohort.objects.visible_to(self.request.user)

    def act(self, form):
        return actions.note_swap_agreement(cohort=self.row, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return reverse("contracts:note_swap_agreement", args=[self.row.pk])

    def cancel_url(self):
        return reverse("cohort_page", args=[self.row.pk])

    def get_context_data(self, **kwargs):
        context = super(ActPage, self).get_context_data(**kwargs)
        agreements = SwapAgreement.objects.visible_to(self.request.user).filter(cohort=self.row)
        agreements = agreements.select_related("recorded_by").order_by("-valid_from", "-pk")
        return context | {"intro": str(self.row), "version": None, "agreements": agreements}
