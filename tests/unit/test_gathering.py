"""What is asked at the same time goes out together, and each hears its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from financebuy.gathering import Gathered


class Oracle:
    """Answers a number with its double, when it is let; 13 fails everything."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.may = asyncio.Event()

    async def answer(self, questions: Sequence[int]) -> list[int]:
        self.asked.append(list(questions))
        await self.may.wait()
        if 13 in questions:
            raise ValueError("an unlucky number")
        return [2 * each for each in questions]


def test_what_is_asked_meanwhile_is_asked_together() -> None:
    async def work() -> tuple[list[int], list[list[int]]]:
        oracle = Oracle()
        gathered = Gathered(oracle.answer, most=3)
        first = asyncio.create_task(gathered.find(0))
        await asyncio.sleep(0.01)
        others = [asyncio.create_task(gathered.find(n)) for n in range(1, 6)]
        await asyncio.sleep(0.01)
        oracle.may.set()
        return await asyncio.gather(first, *others), oracle.asked

    answers, asked = asyncio.run(work())
    assert answers == [0, 2, 4, 6, 8, 10]
    assert asked == [[0], [1, 2, 3], [4, 5]]


def test_a_failure_is_everybodys_who_asked_with_it_and_nobody_elses() -> None:
    async def work() -> list[int | BaseException]:
        oracle = Oracle()
        oracle.may.set()
        gathered = Gathered(oracle.answer, most=2)
        return await asyncio.gather(
            *(gathered.find(n) for n in (13, 1, 2, 3)), return_exceptions=True
        )

    answers = asyncio.run(work())
    assert [str(each) for each in answers] == ["an unlucky number"] * 2 + ["4", "6"]
    assert answers[0] is answers[1]


def test_who_has_gone_is_not_asked_for() -> None:
    async def work() -> tuple[int, list[list[int]]]:
        oracle = Oracle()
        gathered = Gathered(oracle.answer)
        first = asyncio.create_task(gathered.find(1))
        await asyncio.sleep(0.01)
        gone, stays = (asyncio.create_task(gathered.find(n)) for n in (2, 3))
        await asyncio.sleep(0.01)
        gone.cancel()
        await asyncio.sleep(0)
        oracle.may.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        await first
        return await stays, oracle.asked

    assert asyncio.run(work()) == (6, [[1], [3]])


def test_closing_leaves_nobody_waiting() -> None:
    async def work() -> None:
        gathered = Gathered(Oracle().answer)
        waiting = [asyncio.create_task(gathered.find(n)) for n in (1, 2)]
        await asyncio.sleep(0.01)
        late = asyncio.create_task(gathered.find(3))
        await asyncio.sleep(0.01)
        await gathered.aclose()
        for each in (*waiting, late):
            with pytest.raises(asyncio.CancelledError):
                await each

    asyncio.run(work())


def test_a_silent_question_is_asked_again_and_then_given_up() -> None:
    async def work() -> tuple[int, list[list[int]]]:
        oracle = Oracle()
        gathered = Gathered(oracle.answer, seconds=0.05)
        with pytest.raises(TimeoutError):
            await gathered.find(1)
        second = asyncio.create_task(gathered.find(2))
        await asyncio.sleep(0.07)
        oracle.may.set()
        answer = await second
        await gathered.aclose()
        return answer, oracle.asked

    answer, asked = asyncio.run(work())
    assert answer == 4
    assert asked[:2] == [[1], [1]]
    assert asked[2:] in ([[2]], [[2], [2]])
