"""Reconciling: what clients were promised against what the database has.

Pure, so that it is put to the test itself: a lost and a doubled command must be found.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

import msgspec

from financebuy.drills.evidence import Effect, Evidence, Fill
from financebuy.drills.journal import Answered, Command, Failed, Kind, Line, Sent


class Problem(StrEnum):
    """What can be wrong."""

    LOST = "lost"
    """Acknowledged, and not in the database."""
    DUPLICATED = "duplicated"
    """One command, more than one effect; or one execution, more than one fill."""
    CHANGED = "changed"
    """A repeat was answered differently, or the database holds other terms."""
    NOT_REPLAYED = "not replayed"
    """No repeat of an acknowledged command was answered as one."""
    UNRESOLVED = "unresolved"
    """The outcome stayed unknown, however often the command was repeated."""
    OVERFILLED = "overfilled"
    """More shares than were ordered, or a sum that does not agree with the order."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong; `subject` is a command's key, or an order's or execution's id."""

    problem: Problem
    subject: str
    detail: str


@dataclass(slots=True)
class Story:
    """All that the journal tells of one command."""

    command: Command
    sent: int = 0
    answers: list[Answered] = field(default_factory=list)
    failures: list[Failed] = field(default_factory=list)

    @property
    def first(self) -> Answered | None:
        """The answer that counted."""
        return self.answers[0] if self.answers else None

    @property
    def effect_id(self) -> UUID | None:
        """The id of its effect, once it was accepted."""
        if self.first is None or not self.first.accepted:
            return None
        cancels = self.command.kind is Kind.CANCEL
        return UUID(self.command.order_id if cancels else self.first.result["id"])

    @property
    def is_repeated(self) -> bool:
        """Whether an accepted command was seen to be recognised."""
        return any(answer.replayed for answer in self.answers[1:])


Stories = Mapping[str, Story]


def stories(lines: Iterable[Line]) -> dict[str, Story]:
    """Group a journal by command."""
    found: dict[str, Story] = {}
    for line in lines:
        match line:
            case Sent(command=command):
                found.setdefault(command.key, Story(command)).sent += 1
            case Answered(key=key):
                found[key].answers.append(line)
            case Failed(key=key):
                found[key].failures.append(line)
    return found


def reconcile(told: Stories, evidence: Evidence) -> list[Finding]:
    """Compare; an empty list says that every promise was kept."""
    return [
        *_answers(told),
        *_effects(told, evidence.effects),
        *_fills(evidence.fills),
    ]


def _answers(told: Stories) -> Iterator[Finding]:
    """Every command was settled, and every repeat answered as the first time."""
    for key, story in told.items():
        first = story.first
        if first is None:
            last = story.failures[-1].reason if story.failures else "no answer at all"
            yield Finding(Problem.UNRESOLVED, key, f"sent {story.sent} times: {last}")
            continue
        for answer in story.answers[1:]:
            if (answer.status, answer.result) != (first.status, first.result):
                detail = f"{first.status} {first.result} became {answer.status} {answer.result}"
                yield Finding(Problem.CHANGED, key, detail)
        if first.accepted and not story.is_repeated:
            yield Finding(Problem.NOT_REPLAYED, key, f"answered {len(story.answers)} times")


def _effects(told: Stories, effects: Iterable[Effect]) -> Iterator[Finding]:
    """Each accepted command has one effect, on its terms, and each effect one command."""
    found: dict[tuple[Kind, UUID], list[Effect]] = defaultdict(list)
    for effect in effects:
        found[Kind(effect.kind), effect.effect_id].append(effect)
    owners: dict[tuple[Kind, UUID], str] = {}
    for key, story in told.items():
        if story.effect_id is None:
            continue
        place = story.command.kind, story.effect_id
        if place in owners:
            detail = f"shares the effect {story.effect_id} with {owners[place]}"
            yield Finding(Problem.LOST, key, detail)
            continue
        owners[place] = key
        yield from _effect(story, found.pop(place, []))
    yield from _without_owner(told, found)


def _effect(story: Story, effects: list[Effect]) -> Iterator[Finding]:
    key = story.command.key
    if not effects:
        detail = f"{story.command.kind} {story.effect_id} is not in the database"
        yield Finding(Problem.LOST, key, detail)
        return
    effect = effects[0]
    counts = {"effects": len(effects), "events": effect.events}
    if effect.postings is not None:
        counts["postings"] = effect.postings
    for what, count in counts.items():
        if count != 1:
            problem = Problem.DUPLICATED if count else Problem.LOST
            yield Finding(problem, key, f"{count} {what} of {story.command.kind} {story.effect_id}")
    if str(effect.account_id) != story.command.account_id:
        yield Finding(Problem.CHANGED, key, f"stands on account {effect.account_id}")
    for name, wanted in story.command.body.items():
        has = effect.terms.get(name)
        if name in effect.terms and not _same(wanted, has):
            yield Finding(Problem.CHANGED, key, f"{name}: asked for {wanted}, stored {has}")


def _without_owner(
    told: Stories, left: Mapping[tuple[Kind, UUID], list[Effect]]
) -> Iterator[Finding]:
    # A command that never got an answer may have happened: one effect each is theirs, and they
    # are reported as unresolved already.
    unresolved = Counter(
        (story.command.kind, story.command.account_id)
        for story in told.values()
        if story.first is None
    )
    for (kind, effect_id), effects in left.items():
        place = kind, str(effects[0].account_id)
        if unresolved[place] > 0:
            unresolved[place] -= 1
            continue
        detail = f"a {kind} on account {place[1]} that no answer ever named"
        yield Finding(Problem.DUPLICATED, str(effect_id), detail)


def _fills(fills: Iterable[Fill]) -> Iterator[Finding]:
    """Nothing was filled twice, nor beyond what was ordered."""
    by_order: dict[UUID, list[Fill]] = defaultdict(list)
    names: set[tuple[str, str]] = set()
    for fill in fills:
        # The venue names a fill after (order, quote sequence).
        name = fill.venue, fill.venue_execution_id
        if name in names:
            yield Finding(Problem.DUPLICATED, fill.venue_execution_id, "filled twice")
        names.add(name)
        by_order[fill.order_id].append(fill)
    for order_id, theirs in by_order.items():
        ordered = theirs[0].ordered
        reported = sum((fill.reported_quantity for fill in theirs), Decimal(0))
        counted = sum((fill.quantity for fill in theirs), Decimal(0))
        if ordered is not None and reported > ordered:
            detail = f"{reported} shares of {ordered}"
            yield Finding(Problem.OVERFILLED, str(order_id), detail)
        if counted != theirs[0].filled:
            detail = f"executions of {counted} shares, filled {theirs[0].filled}"
            yield Finding(Problem.OVERFILLED, str(order_id), detail)


def _same(wanted: str, has: object) -> bool:
    try:
        return Decimal(wanted) == Decimal(str(has))
    except InvalidOperation:
        return wanted == has
