"""Reference data of this room: the financers and their delays."""

from django.contrib import admin

from employers.models import Financer


@admin.register(Financer)
class FinancerAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "days_before_start", "days_after_end")
    fields = ("name", "kind", "days_before_start", "days_after_end")
    ordering = ("name",)
