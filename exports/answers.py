"""Where a delivery stands line by line: what its funder answered, what waits, who read it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import AccessLog, User
from accounts.scope import acting_membership
from accounts.templatetags.french import as_count
from exports.models import Delivery, LineAnswer
from exports.models.answers import ALL_OTHERS, TO_REPLY, Verdict, received_correction


@dataclass(frozen=True)
class Tally:
    """Où en est une remise : ses lignes acceptées, refusées, rendues, sans réponse, et les suites qui manquent."""

    total: int
    accepted: int = 0
    refused: int = 0
    returned: int = 0
    # Refused or handed back, without a word of the agency; the whole delivery handed back is one.
    to_reply: int = 0

    @property
    def waiting(self) -> int:
        return self.total - self.accepted - self.refused - self.returned

    @property
    def is_open(self) -> bool:
        return self.waiting > 0

    @property
    def has_answer(self) -> bool:
        return self.waiting < self.total

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Tone and words of each count that is not nothing: « 25 acceptées », « 3 refusées »."""
        if not self.has_answer:
            return [("waiting", "sans réponse")]
        counts = (
            ("success", self.accepted, "acceptée"),
            ("danger", self.refused, "refusée"),
            ("warning", self.returned, "rendue"),
            ("waiting", self.waiting, "sans réponse"),
        )
        return [(tone, f"{as_count(count)} {agreed(count, word)}") for tone, count, word in counts if count]

    @property
    def words(self) -> str:
        return ", ".join(words for _, words in self.parts)


def agreed(count: int, word: str) -> str:
    return word if count < 2 or " " in word else f"{word}s"


def with_answers(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """How many lines of each were accepted, refused, handed back, what stands for all the others, what waits for a
    reply: in the same query, however many the lines."""
    own = LineAnswer.objects.filter(answer__delivery=OuterRef("pk"))
    lines = own.standing().exclude(position=ALL_OTHERS)
    others = own.standing().filter(position=ALL_OTHERS).values("verdict")
    return rows.annotate(
        accepted_lines=_counted(lines.filter(verdict=Verdict.ACCEPTED)),
        refused_lines=_counted(lines.filter(verdict=Verdict.REFUSED)),
        returned_lines=_counted(lines.filter(verdict=Verdict.RETURNED)),
        answered_lines=F("accepted_lines") + F("refused_lines") + F("returned_lines"),
        others_verdict=Coalesce(Subquery(others[:1]), Value("")),
        refusals_to_reply=_counted(own.to_reply()),
    )


def _counted(rows: QuerySet[LineAnswer]) -> Coalesce:
    counts = rows.order_by().values("answer__delivery").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))


def tally_in(row: Delivery) -> Tally:
    """Of a row of `with_answers`."""
    counts = Counter(
        {
            Verdict.ACCEPTED: row.accepted_lines,
            Verdict.REFUSED: row.refused_lines,
            Verdict.RETURNED: row.returned_lines,
        }
    )
    if row.others_verdict:
        counts[row.others_verdict] += row.row_count - row.answered_lines
    parts = (counts[one] for one in (Verdict.ACCEPTED, Verdict.REFUSED, Verdict.RETURNED))
    return Tally(row.row_count, *parts, row.refusals_to_reply)


def tally_of(delivery: Delivery) -> Tally:
    return tally_in(with_answers(Delivery.objects.filter(pk=delivery.pk)).get())


def answers_of(delivery: Delivery, positions: Iterable[int]) -> dict[int, LineAnswer]:
    """The standing answer of each of these lines; `ALL_OTHERS` gives that of the lines that have none."""
    rows = LineAnswer.objects.filter(answer__delivery=delivery, position__in=[ALL_OTHERS, *positions]).standing()
    rows = rows.select_related("answer__answered_by").prefetch_related("replies__replied_by")
    return {row.position: row for row in rows}


def settled(delivery: Delivery) -> set[int]:
    """Ranks that have an answer of their own."""
    rows = LineAnswer.objects.filter(answer__delivery=delivery).exclude(position=ALL_OTHERS)
    return set(rows.values_list("position", flat=True))


# Not answered to the last line, over rows of `with_answers`.
AWAITED = Q(sent_at__isnull=False, others_verdict="", row_count__gt=F("answered_lines"))


def to_review(user) -> QuerySet[Delivery]:
    """Received, and not answered to the last line; what another delivery replaces is no longer to be answered."""
    return with_answers(Delivery.objects.visible_to(user)).filter(AWAITED, ~Exists(received_correction("pk")))


def to_reply(user) -> QuerySet[LineAnswer]:
    """Refused or handed back, for the agency: the oldest first."""
    rows = LineAnswer.objects.visible_to(user).to_reply()
    return rows.select_related("answer__delivery", "answer__organisation").order_by("answer__answered_at", "pk")


def refusals_of(delivery: Delivery) -> QuerySet[LineAnswer]:
    """All that was sent back in this delivery, with what the agency said of it."""
    rows = LineAnswer.objects.filter(answer__delivery=delivery, verdict__in=TO_REPLY).standing()
    return (
        rows.select_related("answer__answered_by", "answer__organisation")
        .prefetch_related("replies__replied_by")
        .order_by("position", "pk")
    )


# What the register of readings tells of a delivery.
READINGS = {
    "read": "lue à l'écran",
    "download": "classeur téléchargé",
    "cover": "couverture ouverte par un lien",
    "answer": "réponse donnée",
}


@dataclass(frozen=True)
class Reading:
    """Une lecture : quand, quoi, par qui ; a cover opened by a link names nobody."""

    at: datetime
    words: str
    by: str = ""


def readings_of(delivery: Delivery, user: User, most: int) -> list[Reading]:
    """Who opened or took it, on both sides, the latest first: for the agency that sent it."""
    membership = acting_membership(user)
    sides = [pk for pk in (delivery.recipient_id, membership and membership.organisation_id) if pk]
    rows = AccessLog.objects.filter(
        Q(organisation__in=sides) | Q(organisation=None),
        object_type=Delivery._meta.label,
        object_id=str(delivery.pk),
        action__in=READINGS,
    )
    rows = rows.select_related("user", "organisation").order_by("-at", "-pk")[:most]
    return [
        Reading(row.at, READINGS[row.action], f"{row.user} ({row.organisation})" if row.user else "") for row in rows
    ]
