"""Vérifier un fichier: a public page whose work is done by the browser; nothing is sent here."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def check_file(request):
    return render(request, "exports/check_file.html", {"title": "Vérifier un fichier"})
