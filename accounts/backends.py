"""Signing in is allauth's; what one may do comes from the acting role alone."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.access import permissions_of
from accounts.scope import acting_membership


class RoleBackend(AuthenticationBackend):
    """Reads the table of accounts/access.py: no group, no personal permission, no superuser."""

    def get_user_permissions(self, user_obj, obj=None):
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        return set()

    def get_all_permissions(self, user_obj, obj=None):
        return set(permissions_of(acting_membership(user_obj)))

    def has_perm(self, user_obj, perm, obj=None):
        return perm in permissions_of(acting_membership(user_obj))

    def has_module_perms(self, user_obj, app_label):
        return any(perm.startswith(f"{app_label}.") for perm in permissions_of(acting_membership(user_obj)))
