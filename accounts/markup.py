"""Markup written in Python, where a template for each cell or choice would cost more than what it says."""

from html import escape

from django.utils.safestring import SafeString


def escaped(content) -> str:
    """What Django's escaping gives, without its detour for lazy texts: it is called for each cell and each choice."""
    return content if isinstance(content, SafeString) else escape(str(content))
