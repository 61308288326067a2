"""Who was sent the cover of a delivery: its links, another one, and how to close one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.pages import FormPage, Scoped
from exports.actions.links import revoke_cover, send_cover
from exports.forms.answers import LinkForm
from exports.models import Delivery, DeliveryLink


class DeliveryLinks(Scoped, FormPage):
    """Liens de couverture d'une remise : en envoyer un, en révoquer un."""

    model = Delivery
    form_class = LinkForm
    permission_required = "exports.make_delivery"
    template_name = "exports/delivery_links.html"
    submit_label = "Envoyer le lien"
    done_message = "Le lien part à cette adresse."

    @cached_property
    def delivery(self):
        found = get_object_or_404(self.get_queryset().with_names(), pk=self.kwargs["pk"])
        if found.sent_at is None:
            raise Http404("Ce fichier n'est pas encore remis.")
        return found

    @property
    def title(self):
        return f"Liens de la remise {self.delivery.number}"

    def act(self, form):
        return send_cover(
            delivery=self.delivery, email=form.cleaned_data["email"], by=self.request.user, at=clock.now()
        )

    def get_success_url(self):
        return self.request.path

    def cancel_url(self):
        return self.delivery.get_absolute_url()

    def get_context_data(self, **kwargs):
        now = clock.now()
        rows = DeliveryLink.objects.visible_to(self.request.user).filter(delivery=self.delivery)
        rows = rows.select_related("sent_by", "delivery__recipient").order_by("-created_at", "-pk")
        # A link renewed from its page replaces, at its own instant, one that nobody revoked.
        replaced = {(one.email, one.revoked_at) for one in rows if one.revoked_by_id is None}
        links = [(one, one.is_open(now), (one.email, one.created_at) in replaced) for one in rows]
        return super().get_context_data(**kwargs) | {"delivery": self.delivery, "sent_links": links}


@require_POST
@permission_required("exports.make_delivery", raise_exception=True)
def revoke_link(request, pk):
    """Révoquer un lien de couverture."""
    link = get_object_or_404(DeliveryLink.objects.visible_to(request.user).select_related("delivery"), pk=pk)
    try:
        revoke_cover(link=link, by=request.user, at=clock.now())
        messages.success(request, "Le lien n'ouvre plus rien.")
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("exports:delivery_links", pk=link.delivery_id)
