"""Turns on a clock of the test's own: what each is charged with."""

import asyncio
import time
from itertools import count
from threading import Barrier

import pytest

from financebuy.bench.driving import drive, drive_threads
from financebuy.bench.entrants import Entrant, Place
from financebuy.bench.measuring import NoCommandsError, measure, turn_of
from financebuy.bench.meters import Reading
from financebuy.bench.samples import Begin, Sample

HERE = Place("deposit", "somebody", 2)


def test_a_command_s_share_of_what_the_server_spent() -> None:
    sample = Sample(500.0, [1.0, 2.0, 3.0, 10.0])
    turn = turn_of(HERE, sample, Reading(1.0, 1_000), Reading(1.002, 9_000))
    assert turn.cpu == pytest.approx(500.0)
    assert (turn.wal, turn.commands, turn.p50, turn.p99) == (2_000.0, 4, 3.0, 10.0)


def test_no_command_no_turn() -> None:
    with pytest.raises(NoCommandsError, match="somebody did nothing in deposit"):
        turn_of(HERE, Sample(0.0, []), Reading(1.0, 1), Reading(2.0, 2))


def test_what_was_spent_before_the_first_command_is_not_counted() -> None:
    spent = iter([Reading(5.0, 700), Reading(5.001, 900)])

    async def turn(seconds: float, begin: Begin) -> Sample:
        begin()  # after connecting, which took five seconds of CPU
        return Sample(1 / seconds, [1.0])

    lines = asyncio.run(
        measure([Entrant(HERE, turn)], lambda: next(spent), print, rounds=1, seconds=1, seed=1)
    )
    assert (lines[0].cpu.median, lines[0].wal.median) == (pytest.approx(1_000.0), 200.0)


def test_what_is_spent_on_leaving_is_not_counted_either() -> None:
    spent = iter([Reading(5.0, 700), Reading(5.001, 900)])

    async def turn(seconds: float, begin: Begin) -> Sample:
        begin()
        begin()
        return Sample(1 / seconds, [1.0])

    lines = asyncio.run(
        measure([Entrant(HERE, turn)], lambda: next(spent), print, rounds=1, seconds=1, seed=1)
    )
    assert (lines[0].cpu.median, lines[0].wal.median) == (pytest.approx(1_000.0), 200.0)
    assert next(spent, None) is None, "both readings, and no third"


def test_a_call_with_many_commands_is_as_many() -> None:
    sample = Sample(2.0, [10.0, 30.0]).of_batches(3)
    assert (sample.per_second, sample.count) == (6.0, 6)
    assert list(sample.latencies) == [10.0] * 3 + [30.0] * 3


def test_each_place_has_its_rounds() -> None:
    numbers = count()

    async def turn(seconds: float, begin: Begin) -> Sample:
        begin()
        return Sample(float(next(numbers)), [seconds])

    entrants = [Entrant(Place("deposit", name, 1), turn) for name in "abc"]
    lines = asyncio.run(
        measure(entrants, lambda: Reading(0.0, 0), print, rounds=4, seconds=1, seed=5)
    )
    assert [line.place.contender for line in lines] == ["a", "b", "c"]
    # The n-th turn has rate n: each round is three turns, one of each.
    assert all(
        sorted(line.turns[n].per_second for line in lines) == [3 * n, 3 * n + 1, 3 * n + 2]
        for n in range(4)
    )


def test_so_many_are_in_flight_and_no_more() -> None:
    running, most, turns, before = 0, 0, [], []

    async def command(turn: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        turns.append(turn)
        await asyncio.sleep(0.001)
        running -= 1

    sample = asyncio.run(drive(command, 7, 0.1, lambda: before.append(len(turns))))
    assert most == 7
    # Of the others each may have been under way when the last had its first answer.
    assert len(turns) - before[0] - 6 <= sample.count <= len(turns) - before[0]
    assert len(turns) == len(set(turns))
    assert min(sample.latencies) >= 1.0


def test_threads_take_turns_of_their_own() -> None:
    turns: list[int] = []
    before: list[int] = []
    all_there = Barrier(3)

    def command(turn: int) -> None:
        if turn < 3:
            all_there.wait(30)
        turns.append(turn)
        time.sleep(0.001)

    sample = asyncio.run(drive_threads(command, 3, 0.05, lambda: before.append(len(turns))))
    assert len(turns) - before[0] - 2 <= sample.count <= len(turns) - before[0]
    assert len(turns) == len(set(turns))
    assert {0, 1, 2} <= set(turns)


def test_nothing_counts_until_everybody_had_an_answer() -> None:
    answered: list[int] = []
    begun: list[list[int]] = []

    async def command(turn: int) -> None:
        await asyncio.sleep(0.3 if turn == 2 else 0.001)
        answered.append(turn)

    sample = asyncio.run(drive(command, 3, 0.1, lambda: begun.append([*answered])))
    assert len(begun) == 1
    assert {0, 1, 2} <= set(begun[0])
    assert 0 < sample.count <= len(answered) - len(begun[0])
    assert max(sample.latencies) < 300, "the first command of the slow one is in it"
    assert sample.per_second < 3 / 0.001


def test_threads_count_when_each_had_an_answer() -> None:
    begun: list[float] = []

    def command(turn: int) -> None:
        time.sleep(0.3 if turn == 1 else 0.001)

    sample = asyncio.run(drive_threads(command, 2, 0.1, lambda: begun.append(time.perf_counter())))
    assert len(begun) == 1
    assert sample.count > 0
    assert max(sample.latencies) < 300
