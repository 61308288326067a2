"""What surrounds a delivery on its page: what it changes, what it replaces, who acknowledged it."""

from dataclasses import dataclass

from accounts.models import User
from exports import actions
from exports.build import scope_of
from exports.changes import Changes, changes_since
from exports.kept import Kept, in_words
from exports.models import Acknowledgement, Delivery

# A page that prints: beyond, the workbook itself is easier to read.
MOST_ROWS = 300


@dataclass(frozen=True)
class Following:
    """Ce qui précède et ce qui suit une remise, pour qui la regarde."""

    changes: Changes
    # Only those that the reader sees have a page to open.
    replaces: Delivery | None
    replaced_by: Delivery | None
    acknowledgements: list[Acknowledgement]
    may_acknowledge: bool
    may_correct: bool


def following(delivery: Delivery, user: User) -> Following:
    seen = Delivery.objects.visible_to(user)
    makes = user.has_perm("exports.make_delivery")
    standing = seen.filter(replaces=delivery).not_failed().order_by("-pk").first()
    noted = list(Acknowledgement.objects.visible_to(user).filter(delivery=delivery).with_names())
    return Following(
        changes=changes_since(delivery),
        replaces=seen.filter(pk=delivery.replaces_id).first() if delivery.replaces_id else None,
        replaced_by=standing,
        acknowledgements=noted,
        may_acknowledge=makes and bool(delivery.sent_at) and all(one.voided_at for one in noted),
        may_correct=makes and delivery.is_frozen and standing is None,
    )


def filters_in_words(delivery: Delivery) -> str:
    """The cohort, the employers, the day: as the file itself says them."""
    return scope_of(delivery, delivery.author).words()


@dataclass(frozen=True)
class ToldRow:
    """Une ligne remise, telle qu'une personne la lit."""

    position: int
    label: str
    cells: list[tuple[str, str]]


def told_rows(delivery: Delivery, user: User) -> list[ToldRow]:
    """Each row with the columns that hold something; none for whoever may not open the file."""
    if not delivery.rows_file or not actions.may_open(user, delivery):
        return []
    with Kept(delivery) as kept:
        return [
            ToldRow(
                row.position,
                row.label,
                [
                    (column.heading, in_words(value, column.kind))
                    for column, value in zip(kept.columns, row.values, strict=True)
                    if value is not None and column.key != "row.number"
                ],
            )
            for row in kept.rows(0, MOST_ROWS)
        ]
