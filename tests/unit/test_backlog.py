"""The queue of commands, against the plain list that it stands for."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from financebuy.database.backlog import MAX_BATCH, Backlog
from financebuy.database.command import Command, Verdict
from financebuy.errors import OverloadedError, TryAgainError

STEP = st.tuples(
    st.sampled_from(["add", "add", "add", "take", "finish", "put_back", "drop"]),
    st.integers(0, 5),
    st.integers(1, 8),
)


def in_a_loop(act: Callable[[], None]) -> None:
    async def run() -> None:
        act()

    asyncio.run(run())


def command(function: str, subject: Any, deadline: float = 1e9) -> Command:
    answer: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
    return Command(function, {}, subject, answer, deadline)


@given(st.lists(STEP, max_size=80))
def test_no_command_overtakes_another_of_its_subject(steps: list[tuple[str, int, int]]) -> None:
    in_a_loop(lambda: run_steps(steps))


def run_steps(steps: list[tuple[str, int, int]]) -> None:
    backlog = Backlog(30)
    plain: list[Command] = []
    flying: list[list[Command]] = []
    for step, number, enough in steps:
        if step == "add":
            one = command("ab"[number % 2], number // 2)
            if len(plain) == 30:
                with pytest.raises(OverloadedError):
                    backlog.add(one)
            else:
                backlog.add(one)
                plain.append(one)
        elif step == "take":
            batch = backlog.take(enough)
            busy = {each.subject for other in flying for each in other}
            free = [each for each in plain if each.subject not in busy]
            assert bool(batch) == bool(free)
            assert len({each.function for each in batch}) <= 1
            for each in batch:
                assert each is next(c for c in plain if c.subject == each.subject)
                assert each.subject not in busy
                plain.remove(each)
            if batch:
                flying.append(batch)
        elif step in {"finish", "put_back"} and flying:
            batch = flying.pop(number % len(flying))
            if step == "put_back":
                backlog.put_back(batch)
                plain[:0] = batch
            backlog.finish(batch)
        elif step == "drop" and plain:
            one = plain.pop(number % len(plain))
            backlog.drop(one)
        assert backlog.waiting == len(plain)


def test_the_subject_that_waits_longest_leads_the_batch() -> None:
    def act() -> None:
        backlog = Backlog(100)
        for subject in (3, 1, 2, 1):
            backlog.add(command("a", subject))
        assert [each.subject for each in backlog.take(1)] == [3]
        assert [each.subject for each in backlog.take(1)] == [1, 1]

    in_a_loop(act)


def test_all_of_a_hot_account_that_fit_go_in_one_batch() -> None:
    def act() -> None:
        backlog = Backlog(10_000)
        for _ in range(MAX_BATCH + 10):
            backlog.add(command("a", "hot"))
        backlog.add(command("a", "other"))
        first = backlog.take(32)
        assert len(first) == MAX_BATCH
        assert [each.subject for each in backlog.take(32)] == ["other"]
        assert not backlog.is_ready
        backlog.finish(first)
        assert len(backlog.take(32)) == 10

    in_a_loop(act)


def test_who_is_late_is_told_and_leaves() -> None:
    def act() -> None:
        backlog = Backlog(100)
        late, later = command("a", uuid4(), 5.0), command("a", uuid4(), 6.0)
        backlog.add(late)
        backlog.add(later)
        backlog.drop_late(5.5)
        assert isinstance(late.answer.exception(), TryAgainError)
        assert not later.answer.done()
        assert backlog.waiting == 1
        assert backlog.take(10) == [later]

    in_a_loop(act)
