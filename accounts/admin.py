"""Technical administration: organisations are opened here; people, rights and jobs are read only."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from accounts.factors import with_factor_of_others
from accounts.models import Job, Membership, Message, Organisation, User

admin.site.site_header = "ImPEC — administration technique"
admin.site.site_title = "Administration technique"
admin.site.index_title = "Données de référence"
# The same door for everybody: second factor and limits of attempts included.
admin.site.login = secure_admin_login(admin.site.login)


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "funder_kind", "deactivated_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("kind", "name")

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    fields = list_display = ("email", "first_name", "last_name", "is_active", "date_joined")
    search_fields = ("email", "last_name")
    ordering = ("email",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "organisation", "role", "is_admin", "deactivated_at", "second_factor")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    ordering = ("organisation__name", "pk")

    def get_queryset(self, request):
        return with_factor_of_others(super().get_queryset(request), request.user)

    @admin.display(description="second facteur")
    def second_factor(self, membership):
        if membership.deactivated_at or not membership.factor_to_reset:
            return None
        return format_html('<a href="{}">réinitialiser</a>', reverse("accounts:reset_factor", args=[membership.pk]))


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    fields = list_display = ("kind", "state", "attempts", "created_at", "finished_at", "error")
    list_filter = ("state", "kind")
    ordering = ("-created_at",)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """No recipient, no text: only whether messages leave."""

    fields = list_display = ("channel", "created_at", "attempts", "sent_at", "held_at", "error")
    ordering = ("-created_at",)
