"""Who is asking: the membership a user acts through, and nothing else of her rights."""

from accounts.models import Membership


def acting_membership(user) -> Membership | None:
    """The membership chosen in the switch, else the only sensible one; None for a stranger or a trainee.

    The middleware sets `user.acting_through` once per request. Commands and jobs have no request: the oldest
    active membership stands in.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    if not hasattr(user, "acting_through"):
        user.acting_through = user.memberships.active().select_related("organisation").order_by("pk").first()
    return user.acting_through


def acting_role(user) -> str | None:
    membership = acting_membership(user)
    return membership.role if membership else None
