"""The one-use token of a form."""

from django import template
from django.utils.html import format_html

from accounts import once

register = template.Library()


@register.simple_tag(takes_context=True)
def form_token(context):
    """Kept when the form comes back with errors, so that the corrected one is still the same sending."""
    kept = context["request"].POST.get(once.FIELD, "")
    return format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, kept or once.new_token())
