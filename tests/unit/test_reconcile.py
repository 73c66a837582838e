"""The positive control of the drills: whatever can go wrong with a command is reported."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from financebuy.drills.evidence import Effect, Evidence, Fill
from financebuy.drills.journal import Answered, Command, Failed, Kind, Line, Sent
from financebuy.drills.reconcile import Finding, Problem, reconcile, stories

ACCOUNT = uuid4()
DEPOSIT = Command("d-1", Kind.DEPOSIT, str(ACCOUNT), {"amount": "10.50", "direction": "INCOMING"})
ORDER = Command("o-1", Kind.ORDER, str(ACCOUNT), {"symbol": "IBM", "qty": "3"})
CANCEL = Command("c-1", Kind.CANCEL, str(ACCOUNT), {}, str(uuid4()))
RESULT = {"id": str(uuid4())}


def answered(command: Command, *, replayed: bool = False, status: int = 200) -> Answered:
    result = {} if command.kind is Kind.CANCEL else RESULT
    return Answered(2.0, command.key, status, replayed, result)


def told(command: Command) -> list[Line]:
    """Sent, answered, and repeated once."""
    sent = Sent(1.0, command)
    return [sent, answered(command), sent, answered(command, replayed=True)]


def effect(command: Command, **other: object) -> Effect:
    postings = 1 if command.kind is Kind.DEPOSIT else None
    effect_id = UUID(command.order_id or RESULT["id"])
    terms = {"amount": "10.5000", "symbol": "IBM", "qty": "3"}
    whole = Effect(command.kind, effect_id, ACCOUNT, 1, postings, terms)
    return replace(whole, **other)


def found(
    lines: Sequence[Line], effects: Sequence[Effect] = (), fills: Sequence[Fill] = ()
) -> list[Finding]:
    return reconcile(stories(lines), Evidence(effects, fills, []))


def problems(*args: object) -> list[Problem]:
    return [finding.problem for finding in found(*args)]  # type: ignore[arg-type]


@pytest.mark.parametrize("command", [DEPOSIT, ORDER, CANCEL], ids=lambda each: each.kind)
class TestOneCommand:
    def test_kept_promises_are_no_findings(self, command: Command) -> None:
        assert found(told(command), [effect(command)]) == []

    def test_a_lost_command_is_found(self, command: Command) -> None:
        (finding,) = found(told(command))
        assert finding.problem is Problem.LOST
        assert finding.subject == command.key

    def test_a_second_effect_is_found(self, command: Command) -> None:
        assert problems(told(command), [effect(command)] * 2) == [Problem.DUPLICATED]

    def test_a_second_event_is_found(self, command: Command) -> None:
        assert problems(told(command), [effect(command, events=2)]) == [Problem.DUPLICATED]

    def test_an_effect_that_no_answer_named_is_found(self, command: Command) -> None:
        effects = [effect(command), effect(command, effect_id=uuid4())]
        assert problems(told(command), effects) == [Problem.DUPLICATED]

    def test_an_effect_on_another_account_is_found(self, command: Command) -> None:
        effects = [effect(command, account_id=uuid4())]
        assert problems(told(command), effects) == [Problem.CHANGED]

    def test_a_repeat_that_was_not_recognised_is_found(self, command: Command) -> None:
        lines = [Sent(1.0, command), answered(command), answered(command)]
        assert problems(lines, [effect(command)]) == [Problem.NOT_REPLAYED]

    def test_a_repeat_with_another_answer_is_found(self, command: Command) -> None:
        lines = [*told(command), answered(command, replayed=True, status=403)]
        assert problems(lines, [effect(command)]) == [Problem.CHANGED]

    def test_a_command_that_never_got_an_answer_is_found(self, command: Command) -> None:
        lines: list[Line] = [Sent(1.0, command), Failed(2.0, command.key, "timed out")]
        (finding,) = found(lines)
        assert finding.problem is Problem.UNRESOLVED
        assert "timed out" in finding.detail

    def test_it_may_or_may_not_have_happened_but_not_twice(self, command: Command) -> None:
        lines: list[Line] = [Sent(1.0, command)]
        once = effect(command)
        assert problems(lines, [once]) == [Problem.UNRESOLVED]
        twice = [once, effect(command, effect_id=uuid4())]
        assert problems(lines, twice) == [Problem.UNRESOLVED, Problem.DUPLICATED]

    def test_a_command_settled_by_a_repeat_is_good(self, command: Command) -> None:
        lines = [
            Sent(1.0, command), Failed(2.0, command.key, "gone"),
            Sent(3.0, command), answered(command, replayed=True),
            Sent(4.0, command), answered(command, replayed=True),
        ]  # fmt: skip
        assert found(lines, [effect(command)]) == []

    def test_a_refused_command_that_took_effect_is_found(self, command: Command) -> None:
        refused = Answered(2.0, command.key, 403, False, {"code": "40310000"})
        lines: list[Line] = [Sent(1.0, command), refused]
        assert found(lines) == []
        assert problems(lines, [effect(command)]) == [Problem.DUPLICATED]


def test_a_deposit_without_its_posting_is_lost() -> None:
    assert problems(told(DEPOSIT), [effect(DEPOSIT, postings=0)]) == [Problem.LOST]


def test_a_deposit_posted_twice_is_found() -> None:
    assert problems(told(DEPOSIT), [effect(DEPOSIT, postings=2)]) == [Problem.DUPLICATED]


def test_other_terms_are_found() -> None:
    (finding,) = found(told(ORDER), [effect(ORDER, terms={"symbol": "IBM", "qty": "4"})])
    assert finding.problem is Problem.CHANGED
    assert "qty: asked for 3, stored 4" in finding.detail


def test_two_commands_that_were_given_one_effect_are_found() -> None:
    other = Command("d-2", Kind.DEPOSIT, str(ACCOUNT), DEPOSIT.body)
    assert problems([*told(DEPOSIT), *told(other)], [effect(DEPOSIT)]) == [Problem.LOST]


class TestFills:
    whole = Fill("paper", "a:1", uuid4(), Decimal(2), Decimal(2), Decimal(3), Decimal(2))

    def test_a_fill_within_its_order_is_good(self) -> None:
        assert found([], [], [self.whole]) == []

    def test_an_execution_that_stands_twice_is_found(self) -> None:
        fills = [replace(self.whole, quantity=Decimal(1), reported_quantity=Decimal(1))] * 2
        assert problems([], [], fills) == [Problem.DUPLICATED]

    def test_more_than_was_ordered_is_found(self) -> None:
        fills = [
            replace(self.whole, filled=Decimal(4)),
            replace(self.whole, filled=Decimal(4), venue_execution_id="a:2"),
        ]
        (finding,) = found([], [], fills)
        assert (finding.problem, finding.detail) == (Problem.OVERFILLED, "4 shares of 3")

    def test_what_the_venue_reported_too_much_is_found(self) -> None:
        assert problems([], [], [replace(self.whole, reported_quantity=Decimal(4))]) == [
            Problem.OVERFILLED
        ]

    def test_an_order_that_disagrees_with_its_executions_is_found(self) -> None:
        assert problems([], [], [replace(self.whole, filled=Decimal(1))]) == [Problem.OVERFILLED]
