"""Asking in one go: what is asked while a question is under way makes the next question."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST_AT_ONCE = 256
_TRIES = 2
"""How often one is asked where there is a deadline."""


class Gathered(Generic[Question, Answer]):
    """Joins what several tasks ask at the same time; a lone question goes out at once.

    A question that cannot be answered fails all that were asked with it.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Question]], Awaitable[Sequence[Answer]]],
        *,
        most: int = MOST_AT_ONCE,
        seconds: float | None = None,
    ) -> None:
        """`ask` answers at most so many questions, in their order; one call is under way.

        One that has no answer after so many seconds is left to itself, cancelled, and asked once
        more: so nobody waits behind a line that is silent for longer than twice that.
        """
        self._ask = ask
        self._most = most
        self._seconds = seconds
        self._left: set[asyncio.Future[Sequence[Answer]]] = set()
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def find(self, question: Question) -> Answer:
        """Return the answer; raises what `ask` raises.

        Raises:
            TimeoutError: there is a deadline, and none was given in time.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._empty(), name="gathered questions")
        return await answer

    async def aclose(self) -> None:
        """Give up what is under way and what waits."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        while self._waiting:
            self._waiting.popleft()[1].cancel()

    async def _empty(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            # Whoever has gone meanwhile needs no answer.
            due = [pair for pair in some if not pair[1].done()]
            if due:
                await self._answer(due)

    async def _answer(self, due: Sequence[tuple[Question, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._ask_in_time([question for question, _ in due])
            for (_, waiting), answer in zip(due, answers, strict=True):
                if not waiting.done():
                    waiting.set_result(answer)
        except asyncio.CancelledError:
            for _, waiting in due:
                waiting.cancel()
            raise
        except Exception as error:  # noqa: BLE001 (it is raised where it was asked)
            for _, waiting in due:
                if not waiting.done():
                    waiting.set_exception(error)

    async def _ask_in_time(self, questions: Sequence[Question]) -> Sequence[Answer]:
        if self._seconds is None:
            return await self._ask(questions)
        for _ in range(_TRIES):
            asking = asyncio.ensure_future(self._ask(questions))
            self._left.add(asking)
            asking.add_done_callback(self._forget)
            try:
                done, _pending = await asyncio.wait({asking}, timeout=self._seconds)
            except asyncio.CancelledError:
                asking.cancel()
                raise
            if done:
                return asking.result()
            # Its end is not waited for: a connection that is silent takes seconds to give up.
            asking.cancel()
        raise TimeoutError

    def _forget(self, asking: "asyncio.Future[Sequence[Answer]]") -> None:
        self._left.discard(asking)
        if not asking.cancelled():
            asking.exception()  # whoever still waits has it; others need not hear of it
