"""Who is asking: the membership a user acts through, and nothing else of her rights."""

from accounts.models.people import acting_membership

__all__ = ["acting_membership", "acting_role"]


def acting_role(user) -> str | None:
    membership = acting_membership(user)
    return membership.role if membership else None
