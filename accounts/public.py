"""Pages anybody may read: what the service is, who answers for it, how it treats people's data."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def public_page(request, template):
    return render(request, template)


@login_not_required
@require_safe
def legal_notice(request):
    identities = [("Éditeur", settings.LEGAL_PUBLISHER), ("Hébergeur", settings.LEGAL_HOST)]
    context = {"identities": identities, "is_incomplete": not all(identity for _, identity in identities)}
    return render(request, "accounts/legal.html", context)
