"""The components of our pages: icons, badges of state, links that keep the filters."""

from functools import cache, lru_cache

from django import template
from django.forms import DateInput
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()

# Words of django.contrib.messages, and tones of badges, to drawings of icons.svg.
ICON_OF_TONE = {
    "success": "ok",
    "debug": "info",
    "warning": "warning",
    "done": "flag",
    "danger": "error",
    "neutral": "dot",
    "waiting": "clock",
}


@cache
def drawing(name: str) -> str:
    """An icon that says nothing more than the words beside it."""
    url = f"{static('impec/icons.svg')}#{name}"
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true" focusable="false"><use href="{}"/></svg>', name, url
    )


@register.simple_tag
def icon(name):
    return drawing(ICON_OF_TONE.get(name, name or "info"))


@register.simple_tag
def badge(tone, text):
    """A state: colour, drawing and word together, so that none carries it alone."""
    return state_badge(tone, text)


@lru_cache(maxsize=1000)
def state_badge(tone: str, text: str) -> str:
    return format_html('<span class="state state-{}">{}{}</span>', tone, icon(tone), text)


@register.filter
def is_typed_date(field):
    """A day typed as text, which needs its pattern said."""
    return isinstance(field.field.widget, DateInput) and field.field.widget.input_type == "text"


@register.simple_tag(takes_context=True)
def address(context, **changes):
    """The present address with some parameters changed: filters and sorting stay."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@register.filter
def kept(query, name):
    """The values of a parameter to carry through a form."""
    return query.getlist(name)
