"""Reference data of this room: models of cohort with their milestones, prescribers."""

from django.contrib import admin

from cohorts.models import CohortTemplate, MilestoneTemplate, Prescriber


class MilestoneTemplateInline(admin.TabularInline):
    model = MilestoneTemplate
    extra = 0
    ordering = ("months_after", "days_after", "pk")


@admin.register(CohortTemplate)
class CohortTemplateAdmin(admin.ModelAdmin):
    list_display = ("name", "months", "retired_on")
    inlines = (MilestoneTemplateInline,)
    ordering = ("name",)


@admin.register(Prescriber)
class PrescriberAdmin(admin.ModelAdmin):
    list_display = ("name", "kind")
    fields = ("name", "kind")
    ordering = ("name",)
