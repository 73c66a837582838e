"""Errors by the thousand: a few lines, and none of them uncounted."""

import asyncio
import logging
import re
import time

import pytest
from starlette.requests import Request

from financebuy.api import problems
from financebuy.errors import OverloadedError, TryAgainError

REFUSED = 500
SECONDS = 1.5


def request() -> Request:
    return Request({"type": "http", "headers": [], "state": {"request_id": "r"}})


def said(caplog: pytest.LogCaptureFixture, slug: str) -> list[str]:
    return [each.message for each in caplog.records if each.message.startswith(slug)]


def test_refusals_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    async def refuse() -> float:
        began = time.monotonic()
        for _ in range(REFUSED):
            answer = await problems.answer(request(), OverloadedError())
            assert answer.status_code == 503
        await problems.answer(request(), TryAgainError())
        took = time.monotonic() - began
        await asyncio.sleep(SECONDS)
        return took

    with caplog.at_level(logging.INFO):
        took = asyncio.run(refuse())
    lines = said(caplog, "overloaded")
    assert len(lines) <= 2 + took, "one at once, and one a second"
    more = [re.search(r"\((\d+) more in a second\)", line) for line in lines[1:]]
    assert 1 + sum(int(each[1]) for each in more if each) == REFUSED
    assert len(said(caplog, "try_again")) == 1, "of another kind"


def test_it_is_told_again_after_a_while(caplog: pytest.LogCaptureFixture) -> None:
    async def refuse() -> None:
        for _ in range(2):
            await problems.answer(request(), OverloadedError())
            await asyncio.sleep(SECONDS)

    asyncio.run(refuse())
    assert said(caplog, "overloaded") == [said(caplog, "overloaded")[0]] * 2
