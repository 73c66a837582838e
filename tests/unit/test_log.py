"""What the log says of an error: where and what it was, not the values that it met."""

import json
import logging

from pydantic import BaseModel, ValidationError

from financebuy.api.broker.accounts import Contact
from financebuy.domain.people import NewUser
from financebuy.errors import RequiredError
from financebuy.program.log import JsonLines

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
