"""Model fields shared by all rooms."""

from django.db import models

from regulations.enums import LabelledEnum


def coded_field(verbose_name: str, codes: type[LabelledEnum], *, default: str | None = None, **options):
    """A text column holding one code of a closed list of the law; the label is never stored."""
    longest = max(len(code) for code in codes)
    if default is not None:
        options["default"] = str(default)
    return models.CharField(verbose_name, max_length=max(longest, 20), choices=codes.choices(), **options)


def overlapping(start: str, end: str, starts_on, ends_on) -> models.Q:
    """Rows whose period [start, end] meets [starts_on, ends_on]; an open end is null."""
    meets = models.Q(**{f"{end}__isnull": True}) | models.Q(**{f"{end}__gte": starts_on})
    if ends_on is not None:
        meets &= models.Q(**{f"{start}__lte": ends_on})
    return meets


def in_force(start: str, end: str, day) -> models.Q:
    """Rows whose period [start, end] holds that day; an open end is null."""
    return models.Q(**{f"{start}__lte": day}) & (
        models.Q(**{f"{end}__isnull": True}) | models.Q(**{f"{end}__gte": day})
    )


def ends_after_start(model: str, start: str, end: str, message: str) -> models.CheckConstraint:
    """« La fin suit le début », for a nullable or compulsory end."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{end}__isnull": True}) | models.Q(**{f"{end}__gte": models.F(start)}),
        name=f"{model}_ends_after_start",
        violation_error_message=message,
    )
