"""What the log says of an error: where and what it was, not the values that it met."""

import asyncio
import io
import json
import logging

import pytest
from pydantic import BaseModel, ValidationError

from financebuy.api.broker.accounts import Contact
from financebuy.domain.people import NewUser
from financebuy.errors import RequiredError
from financebuy.program.log import JsonLines, write_json_lines

CANARY = "canary@example.com"


class Strict(BaseModel):
    age: int


def line(record: logging.LogRecord) -> dict[str, str]:
    text = JsonLines().format(record)
    assert CANARY not in text
    found: dict[str, str] = json.loads(text)
    return found


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("financebuy", logging.ERROR, "x.py", 1, message, args, info)


def caught() -> Exception:
    try:
        try:
            Strict(age=CANARY)  # type: ignore[arg-type]
        except ValidationError as error:
            raise ValueError(f"cannot read {CANARY}") from error
    except ValueError as error:
        return error


def test_a_traceback_says_where_and_not_what_it_read() -> None:
    found = line(record("unexpected", error=caught()))["traceback"]
    assert "ValueError" in found
    assert "ValidationError" in found
    assert "in caught" in found


def test_our_own_errors_say_what_they_say() -> None:
    error = RequiredError(field="email")
    assert line(record("no: %s", error))["message"].endswith("email: is required")


def test_an_error_in_a_message_is_named() -> None:
    assert line(record("no: %s", caught()))["message"] == "no: builtins.ValueError"


def test_what_is_personal_hides_itself() -> None:
    person = NewUser(CANARY, CANARY)
    contact = Contact(email_address=CANARY)
    found = line(record("%s %r %s %r", person, person, contact, contact))
    assert "NewUser" in found["message"]
    assert "Contact()" in found["message"]


def test_lines_of_a_loop_that_was_closed_hold_back_nobody_elses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", told)
    write_json_lines("info")
    monkeypatch.setattr(root, "handlers", [*root.handlers, *handlers])

    async def say(word: str, *, waits: bool) -> None:
        logging.getLogger("financebuy.test").info(word)
        if waits:
            await asyncio.sleep(0)
            assert word in told.getvalue()

    try:
        for loop_says in (say("last words", waits=False), say("first", waits=True)):
            loop = asyncio.new_event_loop()
            task = loop.create_task(loop_says)
            # As a loop that is stopped in the turn in which it wrote.
            while not task.done():
                loop.call_soon(loop.stop)
                loop.run_forever()
            loop.close()
            task.result()
    finally:
        root.setLevel(level)
    assert [json.loads(each)["message"] for each in told.getvalue().splitlines()] == [
        "last words", "first",
    ]  # fmt: skip
