"""The lines of a delivery as its readers review them: what each said, what was answered, what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from exports.answers import answers_of, refusals_of, settled
from exports.changes import Change, Nature, changes_since
from exports.kept import Kept, KeptRow, in_words
from exports.models import Delivery, LineAnswer
from exports.models.answers import ALL_OTHERS, TO_REPLY, Verdict

PER_PAGE = 100
WAITING, SENT_BACK, ACCEPTED = "a-repondre", "a-revoir", "acceptees"
STATES = ((WAITING, "sans réponse"), (SENT_BACK, "refusées ou rendues"), (ACCEPTED, "acceptées"))


@dataclass(frozen=True)
class Line:
    """Une ligne remise, ses cellules en mots, la réponse qui vaut pour elle."""

    position: int
    key: str
    label: str
    cells: tuple[tuple[str, str], ...]
    answer: LineAnswer | None = None
    # Since the delivery that its recipient had before.
    change: Change | None = None

    @property
    def reply(self):
        return next(iter(self.answer.replies.all()), None) if self.answer else None


@dataclass(frozen=True)
class Lines:
    """Une page de lignes."""

    rows: list[Line]
    number: int
    has_next: bool

    @property
    def has_others(self) -> bool:
        return self.has_next or self.number > 1

    @property
    def first(self) -> int:
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def lines_of(delivery: Delivery, *, state: str = "", page: int = 1) -> Lines:
    """Read as they were frozen; however many there are, a page holds a hundred."""
    if not delivery.rows_file:
        return Lines([], 1, has_next=False)
    start = (page - 1) * PER_PAGE
    with Kept(delivery) as kept:
        headings = [(column.heading, column.kind) for column in kept.columns]
        if state:
            found = list(islice(_in_state(kept, delivery, state), start, start + PER_PAGE + 1))
        else:
            found = list(kept.rows(start, start + PER_PAGE + 1))
    return Lines(_told(delivery, found[:PER_PAGE], headings), page, has_next=len(found) > PER_PAGE)


def _told(delivery: Delivery, rows: list[KeptRow], headings: list) -> list[Line]:
    """With what is answered to each, and what changed since last time."""
    answers = answers_of(delivery, [row.position for row in rows])
    keys = {row.key for row in rows}
    changes = {one.key: one for one in changes_since(delivery).lines() if one.key in keys}
    return [_line(row, headings, answers, changes.get(row.key)) for row in rows]


def _line(row: KeptRow, headings: list, answers: dict[int, LineAnswer], change: Change | None) -> Line:
    cells = tuple((heading, in_words(value, kind)) for (heading, kind), value in zip(headings, row.values, strict=True))
    answer = answers.get(row.position) or answers.get(ALL_OTHERS)
    return Line(row.position, row.key, row.label, cells, answer, change)


def _in_state(kept: Kept, delivery: Delivery, state: str) -> Iterator[KeptRow]:
    standing = LineAnswer.objects.filter(answer__delivery=delivery).standing()
    verdicts = dict(standing.values_list("position", "verdict"))
    others = verdicts.pop(ALL_OTHERS, None)
    wanted = {WAITING: (None,), SENT_BACK: TO_REPLY, ACCEPTED: (Verdict.ACCEPTED,)}[state]
    return (row for row in kept.rows() if verdicts.get(row.position, others) in wanted)


def lines_at(delivery: Delivery, positions: Iterable[int]) -> Lines:
    """These very lines, wherever a colleague's answers have moved them meanwhile."""
    wanted = set(positions)
    if not wanted or not delivery.rows_file:
        return Lines([], 1, has_next=False)
    with Kept(delivery) as kept:
        headings = [(column.heading, column.kind) for column in kept.columns]
        found = [row for row in kept.rows(min(wanted) - 1, max(wanted)) if row.position in wanted]
    return Lines(_told(delivery, found, headings), 1, has_next=False)


def keys_at(delivery: Delivery, positions: Iterable[int]) -> dict[int, str]:
    """The stable key of each of these lines."""
    return {line.position: line.key for line in lines_at(delivery, positions).rows}


@dataclass(frozen=True)
class Correction:
    """Ce qu'une remise répond à un refus de celle qu'elle remplace : la ligne d'avant, celle d'aujourd'hui."""

    refusal: LineAnswer
    label: str
    after: int | None
    differences: tuple[tuple[str, str, str], ...]

    @property
    def reply(self):
        return next(iter(self.refusal.replies.all()), None)

    @property
    def words(self) -> str:
        if not self.refusal.position:
            return "remise entière, refaite"
        if self.after is None:
            return "ligne retirée"
        return f"ligne {self.after}, modifiée" if self.differences else f"ligne {self.after}, inchangée"

    @property
    def tone(self) -> str:
        return "success" if self.after is None or self.differences else "neutral"


def corrections_of(delivery: Delivery) -> list[Correction]:
    """Which line of this delivery answers which refusal of the one it replaces."""
    if delivery.replaces is None:
        return []
    refusals = list(refusals_of(delivery.replaces))
    if not refusals or not delivery.rows_file or not delivery.replaces.rows_file:
        return []
    keys = {one.key for one in refusals if one.position}
    before, after = _rows_by_key(delivery.replaces, keys), _rows_by_key(delivery, keys)
    return [_correction(one, before.get(one.key), after.get(one.key)) for one in refusals]


def touched_again(delivery: Delivery) -> list[Change]:
    """Lines accepted in the delivery it replaces and changed since: handing back had unlocked the other ones only."""
    earlier = delivery.replaces
    if earlier is None or delivery.compared_to_id != earlier.pk:
        return []
    standing = LineAnswer.objects.filter(answer__delivery=earlier).standing()
    if standing.filter(position=ALL_OTHERS, verdict=Verdict.ACCEPTED).exists():
        open_again = set(standing.exclude(verdict=Verdict.ACCEPTED).values_list("key", flat=True))
        return [one for one in _not_added(delivery) if one.key not in open_again]
    accepted = set(standing.filter(verdict=Verdict.ACCEPTED).values_list("key", flat=True))
    return [one for one in _not_added(delivery) if one.key in accepted]


def _not_added(delivery: Delivery) -> Iterator[Change]:
    return (one for one in changes_since(delivery).lines() if one.nature != Nature.ADDED)


def _rows_by_key(delivery: Delivery, keys: set[str]) -> dict[str, tuple[KeptRow, dict]]:
    """Key → the row and its cells by heading, in words."""
    with Kept(delivery) as kept:
        return {
            row.key: (
                row,
                {
                    column.heading: in_words(value, column.kind)
                    for column, value in zip(kept.columns, row.values, strict=True)
                },
            )
            for row in (kept.rows() if keys else ())
            if row.key in keys
        }


def _correction(refusal: LineAnswer, before: tuple | None, after: tuple | None) -> Correction:
    label = before[0].label if before else "toute la remise"
    if not before or not after:
        return Correction(refusal, label, after[0].position if after else None, ())
    changed = tuple(
        (heading, before[1].get(heading, ""), value)
        for heading, value in after[1].items()
        if before[1].get(heading, "") != value
    )
    return Correction(refusal, label, after[0].position, changed)


def refused_lines(delivery: Delivery) -> list[tuple[LineAnswer, Line | None]]:
    """Everything sent back, with its line as it was remitted; the whole delivery comes without one."""
    refusals = list(refusals_of(delivery))
    by_key = _rows_by_key(delivery, {one.key for one in refusals if one.position}) if delivery.rows_file else {}
    found = []
    for one in refusals:
        row = by_key.get(one.key) if one.position else None
        found.append((one, Line(row[0].position, one.key, row[0].label, tuple(row[1].items()), one) if row else None))
    return found


@dataclass(frozen=True)
class Others:
    """Les lignes sans réponse à elles : combien, et ce qui vaut déjà pour elles toutes."""

    count: int
    verdict: str = ""


def others_of(delivery: Delivery) -> Others:
    standing = LineAnswer.objects.filter(answer__delivery=delivery, position=ALL_OTHERS).standing().first()
    return Others(delivery.row_count - len(settled(delivery)), standing.verdict if standing else "")
